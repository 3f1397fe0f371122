package dev.forebay.benchmarks.library;

import dev.forebay.benchmarks.process.QuickBedrock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;

/** A process that answers every call at once. Its own CPU time is not the callers'. */
final class Upstream implements AutoCloseable {
  private static final String LISTENS = "listens on ";

  private final Process process;
  private final URI endpoint;

  private Upstream(Process process, URI endpoint) {
    this.process = process;
    this.endpoint = endpoint;
  }

  /** Starts it on a free port of the loopback address. */
  static Upstream start() {
    try {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "-Xmx256m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  QuickBedrock.class.getName(),
                  "0")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      BufferedReader lines = process.inputReader();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(LISTENS)) {
          return new Upstream(
              process, URI.create("http://127.0.0.1:" + line.substring(LISTENS.length())));
        }
      }
      throw new IllegalStateException("the upstream ended before it listened");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  URI endpoint() {
    return endpoint;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
