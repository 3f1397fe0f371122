package dev.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Lets Jazzer look for inputs that break a reader, one process for each, from the seeds and from
 * what earlier runs found worth keeping in {@code target/fuzz}. Not found by a usual build; {@code
 * .ci/fuzz} runs it. An input that breaks one becomes a seed, so that each build tries it.
 */
@Timeout(value = 24, unit = TimeUnit.HOURS)
class FuzzRun {
  private static final int SECONDS = Integer.getInteger("fuzz.seconds", 60);
  private static final String CHOSEN = System.getProperty("fuzz.targets", "");

  static Stream<String> targets() {
    return FuzzTargets.ALL.keySet().stream()
        .filter(name -> CHOSEN.isEmpty() || List.of(CHOSEN.split(",", -1)).contains(name));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void nothingBreaks(String target) throws Exception {
    Path corpus = Files.createDirectories(Path.of("target/fuzz", target, "corpus"));
    Path found = Files.createDirectories(Path.of("target/fuzz", target, "found"));
    Path log = Path.of("target/fuzz", target, "log");
    Process process =
        new ProcessBuilder(command(target, corpus, found))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    int exit;
    try {
      exit = process.waitFor();
    } finally {
      process.destroyForcibly();
    }
    System.out.printf("%-10s %s%n", target, done(log));
    assertThat(exit)
        .as("see %s; move the input from %s to src/test/resources/fuzz/%s", log, found, target)
        .isZero();
  }

  private static List<String> command(String target, Path corpus, Path found) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(
        List.of(
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+EnableDynamicAgentLoading",
            "-Dfuzz.target=" + target,
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            "com.code_intelligence.jazzer.Jazzer",
            "--target_class=" + FuzzTargets.class.getName(),
            "--instrumentation_includes=dev.forebay.**:org.snakeyaml.engine.**",
            // A gateway of its own is called on loopback.
            "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.ServerSideRequestForgery",
            "--reproducer_path=" + found,
            "-artifact_prefix=" + found + File.separator,
            "-use_value_profile=1",
            "-max_total_time=" + SECONDS,
            corpus.toString(),
            Path.of("src/test/resources/fuzz", target).toString()));
    return command;
  }

  /** How many inputs were tried, and how much of the code they reached. */
  private static String done(Path log) throws IOException {
    return Files.readAllLines(log, StandardCharsets.ISO_8859_1).stream()
        .filter(line -> line.contains("DONE") || line.startsWith("== "))
        .findFirst()
        .orElse("ended early");
  }
}
