package dev.forebay.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigWatchTest {
  @TempDir private Path folder;
  private Path file = Path.of("set by each test");

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("forebay.yaml");
    Files.writeString(file, text("60s"));
  }

  @Test
  void aFileThatStaysAsItIsIsNoNews() {
    ConfigWatch watch = open();

    assertThat(watch.poll()).isEmpty();
    assertThat(watch.poll()).isEmpty();
  }

  @Test
  void aChangeIsTakenOnceWhenItHasSettled() throws IOException {
    ConfigWatch watch = open();
    Files.writeString(file, text("30s"));

    assertThat(watch.poll()).as("may be half written").isEmpty();
    assertThat(deadline(watch.poll())).isEqualTo("30s");
    assertThat(watch.poll()).isEmpty();
  }

  @Test
  void aFileThatIsStillBeingWrittenIsNotJudged() throws IOException {
    ConfigWatch watch = open();
    Files.writeString(file, "");
    assertThat(watch.poll()).isEmpty();
    Files.writeString(file, "targets: {");
    assertThat(watch.poll()).isEmpty();
    Files.writeString(file, text("10s"));
    assertThat(watch.poll()).isEmpty();

    assertThat(deadline(watch.poll())).isEqualTo("10s");
  }

  @Test
  void aFileThatIsReplacedByRenameIsRead() throws IOException {
    ConfigWatch watch = open();
    Path other = Files.writeString(folder.resolve("forebay.yaml.new"), text("20s"));
    Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);

    assertThat(watch.poll()).isEmpty();
    assertThat(deadline(watch.poll())).isEqualTo("20s");
  }

  /** As Kubernetes updates a mounted ConfigMap: file -> ..data/file, ..data -> a new folder. */
  @Test
  void aFileBehindALinkThatIsTurnedIsRead() throws IOException {
    Path first = Files.createDirectory(folder.resolve("..first"));
    Path second = Files.createDirectory(folder.resolve("..second"));
    Files.writeString(first.resolve("mounted.yaml"), text("60s"));
    Files.writeString(second.resolve("mounted.yaml"), text("15s"));
    Path data = Files.createSymbolicLink(folder.resolve("..data"), first);
    file = Files.createSymbolicLink(folder.resolve("mounted.yaml"), data.resolve("mounted.yaml"));
    ConfigWatch watch = open();
    Path turned = Files.createSymbolicLink(folder.resolve("..data_tmp"), second);
    Files.move(turned, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);

    assertThat(watch.poll()).isEmpty();
    assertThat(deadline(watch.poll())).isEqualTo("15s");
  }

  @Test
  void anInvalidChangeIsRefusedOnceWithPlaceAndRemedy() throws IOException {
    ConfigWatch watch = open();
    Files.writeString(file, text("20"));

    assertThat(watch.poll()).isEmpty();
    assertThat(problem(watch.poll()))
        .endsWith(
            "forebay.yaml:2:43: routes.chat.deadline: duration '20' has no unit; add one of ms, s,"
                + " m, h, such as 20s");
    assertThat(watch.poll()).isEmpty();
  }

  @Test
  void aFileThatIsGoneIsRefusedAndReadAgainWhenItIsBack() throws IOException {
    ConfigWatch watch = open();
    Files.delete(file);
    assertThat(watch.poll()).isEmpty();
    assertThat(problem(watch.poll())).contains("there is no such file");

    Files.writeString(file, text("60s"));
    assertThat(watch.poll()).isEmpty();

    assertThat(deadline(watch.poll())).isEqualTo("60s");
  }

  @Test
  void whatIsInvalidFromTheBeginningIsNotWatched() throws IOException {
    Files.writeString(file, "targets: {}");

    assertThatThrownBy(this::open).isInstanceOf(ConfigException.class);
  }

  @Test
  void whatTakesARestartIsNamed() {
    GatewayConfig started = ConfigFile.parse(text("60s"), "a", Map.of());
    GatewayConfig moved =
        ConfigFile.parse("server: { host: localhost, port: 9 }\n" + text("60s"), "b", Map.of());

    assertThat(moved.beyondReload(started)).containsExactly("server.host", "server.port");
    assertThat(started.beyondReload(started)).isEmpty();
  }

  private ConfigWatch open() {
    return ConfigWatch.open(file, Map.of()).watch();
  }

  private static String text(String deadline) {
    return """
    targets: { a: { region: us-east-1, model: m } }
    routes: { chat: { tiers: [[a]], deadline: %s } }
    """
        .formatted(deadline);
  }

  private static String deadline(Optional<ConfigWatch.News> news) {
    return switch (news.orElseThrow()) {
      case ConfigWatch.News.Changed changed ->
          Durations.show(Examples.route(changed.config(), "chat").route().deadline());
      case ConfigWatch.News.Refused refused -> throw new AssertionError(refused.why());
    };
  }

  private static String problem(Optional<ConfigWatch.News> news) {
    return switch (news.orElseThrow()) {
      case ConfigWatch.News.Changed changed -> throw new AssertionError(changed.config());
      case ConfigWatch.News.Refused refused -> String.valueOf(refused.why().getMessage());
    };
  }
}
