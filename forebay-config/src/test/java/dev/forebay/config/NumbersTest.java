package dev.forebay.config;

import static dev.forebay.config.Examples.SMALLEST;
import static dev.forebay.config.Examples.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumbersTest {
  @ParameterizedTest
  @CsvSource({
    "1e-7, 1e-7",
    "1E-7, 1e-7",
    "1.0E-7, 1e-7",
    "0.0000000001, 1e-10",
    "5e-1, 0.5",
    "1e0, 1",
    "1.0, 1",
    "+0.25, 0.25"
  })
  void sharesAreReadAsWritersOfJsonPrintThem(String text, double share) {
    GatewayConfig config = Examples.parse(SMALLEST + "telemetry: {sample: %s}".formatted(text));
    assertThat(config.telemetry().orElseThrow().sample()).isEqualTo(share);
  }

  @ParameterizedTest
  @CsvSource({"1e6, 1000000", "2.5E5, 250000", "60.0, 60", "1000000, 1000000"})
  void wholeNumbersToo(String text, long number) {
    String key =
        "auth: {keys: [{name: web, secret: '${SECRET}', tokensPerMinute: %s}]}".formatted(text);
    AuthConfig.Keys auth = (AuthConfig.Keys) Examples.parse(SMALLEST + key).auth();
    assertThat(auth.keys().getFirst().tokensPerMinute()).hasValue(number);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1e-99x", "-1e-7", "1e1", "1e999", "e-7", "0x1", ".", "NaN", "1e"})
  void othersAreRefusedAsBefore(String text) {
    assertThat(refusal(SMALLEST + "telemetry: {sample: '%s'}".formatted(text)))
        .contains("telemetry.sample: '" + text + "' is not a number above 0 and at most 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5", "1e-1", "60.01"})
  void partsOfWholeNumbersAreRefused(String text) {
    assertThat(refusal(SMALLEST + "server: {port: %s}".formatted(text)))
        .contains("server.port: '" + text + "' is not a whole number");
  }
}
