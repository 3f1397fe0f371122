package dev.forebay.cli;

import dev.forebay.config.ApplicationFile;
import dev.forebay.config.ConfigException;
import dev.forebay.config.ConfigFile;
import dev.forebay.config.ConfigWatch;
import dev.forebay.config.GatewayConfig;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** Loads configurations for commands. */
final class Configs {
  private Configs() {}

  static GatewayConfig load(Path file) {
    return orUsage(() -> ConfigFile.load(file, System.getenv()));
  }

  /** A Spring Boot application's file; empty if it is none. */
  static Optional<ApplicationFile> application(Path file) {
    return orUsage(() -> ApplicationFile.read(file));
  }

  static ConfigWatch.Opened watch(Path file) {
    return orUsage(() -> ConfigWatch.open(file, System.getenv()));
  }

  private static <T> T orUsage(Supplier<T> loading) {
    try {
      return loading.get();
    } catch (ConfigException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
