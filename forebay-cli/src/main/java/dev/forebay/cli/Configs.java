package dev.forebay.cli;

import dev.forebay.config.ConfigException;
import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import java.nio.file.Path;

/** Loads configurations for commands. */
final class Configs {
  private Configs() {}

  static GatewayConfig load(Path file) {
    try {
      return ConfigFile.load(file, System.getenv());
    } catch (ConfigException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
