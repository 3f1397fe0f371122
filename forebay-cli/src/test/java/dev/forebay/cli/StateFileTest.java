package dev.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.core.Target;
import dev.forebay.core.Ticker;
import dev.forebay.core.Timeouts;
import dev.forebay.core.journey.Journeys;
import dev.forebay.core.targets.TargetMemory;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateFileTest {
  private static final Target TARGET = new Target("one", Timeouts.DEFAULTS);
  private static final String KEY = TARGET.quota().toString();
  private static final Map<String, Double> QUOTA =
      Map.of("sliding.limit", 60_000.0, "sliding.weight", 0.5);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir private Path folder;

  @Test
  void whatWasLearnedSurvivesInAFileOfTheOwnersAlone() throws IOException {
    Path file = folder.resolve("state.json");
    new StateFile(file, learned(), Ticker.system()).save();
    Journeys next = new Journeys();
    new StateFile(file, next, Ticker.system()).load();

    TargetMemory memory = memory(next);
    assertThat(memory.circuitOpen()).isTrue();
    assertThat(memory.failedProbes()).isEqualTo(7);
    assertThat(memory.quota()).containsEntry("sliding.limit", 60_000.0);
    assertThat(memory.cooldownNanos()).isBetween(MINUTE.toNanos() / 2, MINUTE.toNanos());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (Stream<Path> all = Files.list(folder)) {
      assertThat(all).as("nothing half written is left").containsExactly(file);
    }
  }

  @Test
  void theNumberOfMembersThatWasKnownLastSurvives() {
    Path file = folder.resolve("state.json");
    StateFile first = new StateFile(file, learned(), Ticker.system());
    assertThat(first.members()).isEmpty();
    first.keepMembers(() -> 7);
    first.save();
    StateFile second = new StateFile(file, new Journeys(), Ticker.system());
    second.load();
    assertThat(second.members()).hasValue(7);
    second.save();
    StateFile third = new StateFile(file, new Journeys(), Ticker.system());
    third.load();
    assertThat(third.members()).as("without a cluster of its own").hasValue(7);
  }

  @Test
  void aMemberIsNamedByItsHost() throws IOException {
    GatewayConfig config = config("{ host: 127.0.0.7, port: 8480 }");
    Path system = folder.resolve("hostname");
    Path none = folder.resolve("none");
    Files.writeString(system, "ip-10-0-0-7\n");
    assertThat(ServeCommand.member("pod-1", system, config)).isEqualTo("pod-1:8480");
    assertThat(ServeCommand.member(null, system, config)).isEqualTo("ip-10-0-0-7:8480");
    assertThat(ServeCommand.member(" ", none, config)).isEqualTo("127.0.0.7:8480");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "null",
        "[]",
        "no JSON",
        "{\"version\":2}",
        "{\"version\":\"1\"}",
        "{\"version\":1,\"writtenAt\":0,\"targets\":[]}",
        "{\"version\":1,\"writtenAt\":99999999999999,\"targets\":[]}",
        "{\"version\":1,\"writtenAt\":NOW,\"targets\":[],\"members\":0}",
        "{\"version\":1,\"writtenAt\":NOW,\"targets\":[],\"members\":\"x\"}",
        "{\"version\":1,\"writtenAt\":NOW,\"targets\":{}}",
        "{\"version\":1,\"writtenAt\":NOW,\"targets\":[3]}",
        "{\"version\":1,\"writtenAt\":NOW,\"targets\":[{}]}",
        "{\"version\":1,\"writtenAt\":NOW,\"targets\":[{\"name\":\"one\",\"gateMs\":\"x\"}]}",
      })
  void aDamagedOldOrForeignFileIsIgnored(String text) throws IOException {
    Path file = folder.resolve("state.json");
    new StateFile(file, learned(), Ticker.system()).save();
    String now = new JsonObject(Files.readString(file)).getLong("writtenAt").toString();
    Files.writeString(file, text.replace("NOW", now));
    Journeys next = new Journeys();

    StateFile state = new StateFile(file, next, Ticker.system());
    state.load();

    assertThat(memory(next).isWorthKeeping()).isFalse();
    assertThat(state.members()).isEmpty();
  }

  @Test
  void valuesOutOfRangeAreBounded() throws IOException {
    Path file = folder.resolve("state.json");
    new StateFile(file, learned(), Ticker.system()).save();
    JsonObject all = new JsonObject(Files.readString(file));
    all.getJsonArray("targets")
        .getJsonObject(0)
        .put("gateMs", Long.MAX_VALUE)
        .put("probeInMs", Long.MAX_VALUE)
        .put("failedProbes", Integer.MAX_VALUE)
        .put("quota", new JsonObject().put("sliding.limit", -1e300).put("fixed.limit", 1e300));
    Files.writeString(file, all.encode());
    Journeys next = new Journeys();
    new StateFile(file, next, Ticker.system()).load();

    TargetMemory memory = memory(next);
    assertThat(memory.cooldownNanos()).isLessThanOrEqualTo(Duration.ofMinutes(15).toNanos());
    assertThat(memory.probeInNanos()).isLessThanOrEqualTo(MINUTE.toNanos());
    assertThat(memory.quota()).isEmpty();
  }

  @Test
  void aFileThatIsMissingOrCannotBeWrittenDoesNoHarm() {
    StateFile nowhere =
        new StateFile(folder.resolve("no/such/state.json"), learned(), Ticker.system());
    nowhere.load();
    nowhere.save();
    nowhere.save();
    StateFile folderItself = new StateFile(folder, learned(), Ticker.system());
    folderItself.load();
    folderItself.save();

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void itIsWhereTheConfigurationOrTheServiceManagerSays() {
    assertThat(ServeCommand.stateFile(config("{ stateFile: /a/b }"), "/c"))
        .contains(Path.of("/a/b"));
    assertThat(ServeCommand.stateFile(config("{ port: 0 }"), "/c:/d"))
        .contains(Path.of("/c/state.json"));
    assertThat(ServeCommand.stateFile(config("{ port: 0 }"), null)).isEqualTo(Optional.empty());
  }

  private static GatewayConfig config(String server) {
    return ConfigFile.parse(
        """
        server: %s
        targets:
          one: { region: us-east-1, model: amazon.nova-lite-v1:0 }
        routes:
          m: { tiers: [[one]] }
        """
            .formatted(server),
        "test.yaml",
        Map.of());
  }

  private static Journeys learned() {
    Journeys journeys = new Journeys();
    TargetMemory memory =
        new TargetMemory("one", MINUTE.toNanos(), true, 7, false, MINUTE.toNanos(), KEY, QUOTA);
    journeys.targets().recall(List.of(memory), Duration.ZERO, Ticker.system().nanos());
    var unused = journeys.targets().state(TARGET, Ticker.system().nanos());
    return journeys;
  }

  private static TargetMemory memory(Journeys journeys) {
    long now = Ticker.system().nanos();
    var unused = journeys.targets().state(TARGET, now);
    return journeys.targets().memories(now).stream()
        .findFirst()
        .orElseGet(() -> new TargetMemory("one", 0, false, 0, false, 0, KEY, Map.of()));
  }
}
