package dev.forebay.cli;

import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.Problem;
import dev.forebay.gateway.ConfigWarnings;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What can be asked about configurations. */
@Command(
    name = "config",
    description = "Checks a configuration, or prints its schema or its defaults.",
    mixinStandardHelpOptions = true)
final class ConfigCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do: check, schema or defaults.");
  }

  @Command(
      name = "check",
      description = "Reads a file as the gateway would, and prints every problem with its place.",
      mixinStandardHelpOptions = true)
  void check(@Parameters(paramLabel = "FILE", description = "The configuration.") Path file) {
    GatewayConfig config = Configs.load(file);
    PrintWriter out = spec.commandLine().getOut();
    for (Problem warning : ConfigWarnings.of(config)) {
      out.println("warning: " + warning);
    }
    out.printf(
        "%s is valid (routes: %d, targets: %d).%n",
        file, config.routes().size(), config.targets().size());
  }

  @Command(
      name = "schema",
      description = "Prints the JSON Schema, for editors.",
      mixinStandardHelpOptions = true)
  void schema() {
    spec.commandLine().getOut().println(ConfigFile.schema());
  }

  @Command(
      name = "defaults",
      description = "Prints every default with its meaning.",
      mixinStandardHelpOptions = true)
  void defaults() {
    spec.commandLine().getOut().println(ConfigFile.defaults());
  }
}
