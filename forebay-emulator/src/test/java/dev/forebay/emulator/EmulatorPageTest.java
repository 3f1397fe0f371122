package dev.forebay.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The reference page is complete, and its examples are valid. */
class EmulatorPageTest {
  private static final Path PAGE = Path.of("../docs/emulator.md");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```yml\\n(.*?)^```");
  private static final Pattern SCRIPT = Pattern.compile("faults -d '([^']+)'");

  @Test
  void itsConfigurationIsValid() throws IOException {
    Matcher block = BLOCK.matcher(Files.readString(PAGE));
    assertThat(block.find()).isTrue();
    EmulatorConfig config = EmulatorConfig.parse(block.group(1));
    assertThat(config.models()).hasSize(1);
    assertThat(config.faults()).hasSize(1);
  }

  @Test
  void itsFaultScriptsAreValid() throws IOException {
    List<String> scripts =
        SCRIPT.matcher(Files.readString(PAGE)).results().map(found -> found.group(1)).toList();
    assertThat(scripts)
        .hasSize(2)
        .allSatisfy(script -> assertThat(Fault.parse(script)).isNotEmpty());
  }

  @ParameterizedTest
  @MethodSource("keys")
  void eachKeyIsThere(String key) throws IOException {
    assertThat(Files.readString(PAGE)).contains("`" + key);
  }

  static Stream<String> keys() {
    return Stream.of(
            FaultReader.EFFECTS.keySet().stream(),
            FaultReader.EFFECTS.values().stream().flatMap(List::stream),
            FaultReader.MATCH.stream(),
            ConfigReader.MODEL.stream()
                .map(key -> key.equals("quota") || key.equals("latency") ? key + "." : key),
            Stream.of(Operation.values()).map(Operation::key),
            Stream.of(Family.values()).map(Family::key),
            Stream.of(ErrorType.Reason.values()).map(ErrorType.Reason::key),
            Stream.of("host", "port", "seed", "speed", "anyModel", "requireAuth", "otherModels"))
        .flatMap(each -> each)
        .distinct();
  }
}
