package dev.forebay.cli;

import dev.forebay.emulator.ConfigException;
import dev.forebay.emulator.Emulator;
import dev.forebay.emulator.EmulatorConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the Bedrock emulator alone. */
@Command(
    name = "emulate",
    description = "Runs a Bedrock Runtime emulator that throttles, slows and fails on command.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class EmulateCommand implements Callable<Integer> {
  static final int DEFAULT_PORT = 8481;

  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Models, quotas, latencies and faults; common models by default.")
  private @Nullable Path config;

  @Option(names = "--host", description = "The address to listen on; the file's by default.")
  private @Nullable String host;

  @Option(names = "--port", description = "The port; the file's by default, else 8481.")
  private @Nullable Integer port;

  @Override
  public Integer call() {
    EmulatorConfig read = config == null ? EmulatorConfig.defaults() : load(config);
    EmulatorConfig effective =
        read.listeningOn(
            host == null ? read.host() : host,
            port != null ? port : read.port() == 0 ? DEFAULT_PORT : read.port());
    return Lifetime.serve(() -> start(effective), Duration.ofSeconds(10));
  }

  private Supplier<Future<Boolean>> start(EmulatorConfig emulated) {
    Vertx vertx = Lifetime.vertx();
    Emulator emulator =
        Lifetime.started(
            Emulator.open(emulated, vertx),
            "Cannot listen on %s:%d".formatted(emulated.host(), emulated.port()));
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        """
        Bedrock emulator at %1$s

        Try it:
          %2$s

        Faults at run time: POST, GET, DELETE %1$s/_emulator/faults
        What arrived:       GET %1$s/_emulator/stats
        """,
        emulator.endpoint(), Curl.converse(emulator.endpoint(), "amazon.nova-lite-v1:0"));
    out.flush();
    return () -> vertx.close().map(true);
  }

  private static EmulatorConfig load(Path file) {
    try {
      return EmulatorConfig.load(file);
    } catch (ConfigException e) {
      throw new UsageException(file + ": " + e.getMessage());
    } catch (IOException e) {
      throw new UsageException("Cannot read " + file + ": " + e);
    }
  }
}
