package dev.forebay.it.howto;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs lines as a reader would in a folder, with {@code mvn} being this project's Maven and JDK,
 * and with no settings of AWS but those of the lines.
 */
final class Shell {
  /** What a page takes at most whose libraries have to be fetched. */
  private static final long MINUTES = 5;

  /** For Maven, which lives for seconds here: a stalled fetch fails after a minute, not 30. */
  private static final String MAVEN_OPTS =
      "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Daether.connector.requestTimeout=60000";

  private static final String MAVEN =
      "mvn() { '%s' -B -ntp \"$@\"; }\n".formatted(Path.of("..", "mvnw").toAbsolutePath());

  private final Path folder;
  private final Path said;
  private final Map<String, String> env;

  Shell(Path folder, Map<String, String> env) {
    this.folder = folder;
    this.said = folder.resolve("said.txt");
    this.env = env;
  }

  /** Begins to run lines. */
  Process start(String lines) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-euc", MAVEN + lines)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder
        .environment()
        .putAll(
            Map.of(
                "JAVA_HOME",
                System.getProperty("java.home"),
                "MAVEN_OPTS",
                MAVEN_OPTS,
                "AWS_CONFIG_FILE",
                "none"));
    builder.environment().putAll(env);
    return builder.start();
  }

  /** Runs lines to their end and gives the exit code. */
  int run(String lines) throws IOException, InterruptedException {
    Process process = start(lines);
    try {
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        throw new AssertionError("still running: " + said());
      }
      return process.exitValue();
    } finally {
      end(process);
    }
  }

  /** All that was said so far. */
  String said() throws IOException {
    return Files.readString(said);
  }

  /** Ends a process with those that it began. */
  static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
