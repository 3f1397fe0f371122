package dev.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read without picocli is what picocli would read, and picocli reports the mistakes. */
class ServeFastPathTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "serve",
        "serve --config forebay.yaml",
        "serve --port 8080 --config /etc/forebay.yaml",
        "serve --host 127.0.0.1 --port 0",
        "serve --port 99999"
      })
  void theUsualWordsAreReadAsPicocliReadsThem(String words) {
    ServeCommand plain = ServeFastPath.of(words.split(" ", -1)).orElseThrow();
    Object read =
        Main.commandLine().parseArgs(words.split(" ", -1)).subcommand().commandSpec().userObject();
    assertThat(plain).usingRecursiveComparison().ignoringFields("spec").isEqualTo(read);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "demo",
        "--version",
        "serve --help",
        "serve --config",
        "serve --config=forebay.yaml",
        "serve --config a --config b",
        "serve --port 1 --port 2",
        "serve --host a --host b",
        "serve --port x",
        "serve --port -1",
        "serve --port 123456",
        "serve --config @words",
        "serve --config 'a'",
        "serve --config \0",
        "serve --confg a",
        "serve extra"
      })
  void allElseIsLeftToPicocli(String words) {
    assertThat(ServeFastPath.of(words.split(" ", -1))).isEmpty();
  }
}
