package dev.forebay.cli;

import dev.forebay.config.ConfigException;
import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.emulator.Emulator;
import dev.forebay.emulator.EmulatorConfig;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * The world of a gateway that was given no configuration: an emulated Bedrock, and routes to it.
 */
final class EmulatedBedrock {
  private static final String ROUTES = "emulated.yaml";

  private EmulatedBedrock() {}

  /**
   * Starts it, at the port that {@code forebay emulate} has if that is free.
   *
   * @param folder where jobs are kept meanwhile
   */
  static GatewayConfig start(Vertx vertx, Path folder, PrintWriter out) {
    EmulatorConfig config = EmulatorConfig.defaults();
    Emulator emulator =
        Lifetime.started(
            Emulator.open(config.listeningOn(config.host(), EmulateCommand.DEFAULT_PORT), vertx)
                .recover(taken -> Emulator.open(config, vertx)),
            "Cannot start the emulator");
    out.printf(
        """
        No configuration given, so an emulated Bedrock answers: nothing leaves this machine.
        Emulator: %1$s (faults: POST %1$s/_emulator/faults)

        """,
        emulator.endpoint());
    try {
      return ConfigFile.parse(
          text(),
          ROUTES,
          Map.of(
              "EMULATOR",
              emulator.endpoint().toString(),
              "JOBS",
              folder.resolve("jobs.db").toString()));
    } catch (ConfigException e) {
      throw new IllegalStateException("the built-in routes are wrong", e);
    }
  }

  private static String text() {
    try (InputStream in =
        Objects.requireNonNull(EmulatedBedrock.class.getResourceAsStream(ROUTES))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
