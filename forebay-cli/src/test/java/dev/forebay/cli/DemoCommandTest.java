package dev.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.cli.demo.Tiny;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@Isolated("It runs a story in real time, as fast as the machine can.")
class DemoCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  @Test
  void itPrintsATableAndWritesBothReports() throws IOException {
    Path story = folder.resolve("tiny.yaml");
    Files.writeString(story, Tiny.YAML);
    Path reports = folder.resolve("new/reports");

    int code =
        run(
            "demo",
            "--scenario",
            story.toString(),
            "--warm-up",
            "0",
            "--speed",
            "15",
            "--seed",
            "2",
            "--report",
            reports.toString());

    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    assertThat(out.toString())
        .contains("seed 2", "Measured over HTTP", "Predicted by the simulator", "measured against")
        .contains("queued, done later", " batch calls were queued and done, the last by minute ")
        .contains("Wrote " + reports.resolve("demo.html"))
        .doesNotContain("\u001b");
    assertThat(Files.readString(reports.resolve("demo.html")))
        .startsWith("<!doctype html>")
        .contains("Measured and predicted");
    assertThat(Files.readString(reports.resolve("demo.json"))).contains("\"comparisons\":[{");
    try (var files = Files.list(reports)) {
      assertThat(files).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "NaN", "201", "1e9"})
  void anAbsurdSpeedIsAUsageError(String speed) {
    assertThat(run("demo", "--speed", speed)).isEqualTo(2);
    assertThat(err.toString()).contains("--speed must be 0.1 to 200");
  }

  @Test
  void aFolderThatCannotBeWrittenIsAUsageErrorBeforeTheRun() throws IOException {
    Path file = folder.resolve("file");
    Files.writeString(file, "no folder");

    assertThat(run("demo", "--report", file.resolve("below").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("--report: cannot write into");
  }

  @Test
  void unknownOptionsAndScenariosAreUsageErrors() {
    assertThat(run("demo", "--sped", "3")).isEqualTo(2);
    assertThat(run("demo", "--seed", "one")).isEqualTo(2);
    assertThat(run("demo", "--scenario", folder.resolve("none").toString())).isEqualTo(2);
  }

  private int run(String... args) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(args);
  }
}
