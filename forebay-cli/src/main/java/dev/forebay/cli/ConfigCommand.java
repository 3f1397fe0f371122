package dev.forebay.cli;

import dev.forebay.config.ApplicationFile;
import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.Problem;
import dev.forebay.gateway.diagnosis.ConfigWarnings;
import dev.forebay.gateway.diagnosis.CredentialWarnings;
import dev.forebay.gateway.diagnosis.LiveCheck;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What can be asked about configurations. */
@Command(
    name = "config",
    description = "Checks a configuration, or prints its schema or its defaults.",
    mixinStandardHelpOptions = true)
final class ConfigCommand implements Runnable {
  /** As long as one attempt at the metadata service of an instance takes, and a retry. */
  private static final Duration CREDENTIALS = Duration.ofSeconds(5);

  /** For all targets together, credentials included. */
  private static final Duration LIVE = Duration.ofSeconds(20);

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do: check, schema or defaults.");
  }

  @Command(
      name = "check",
      description = {
        "Reads a file as the gateway or the library would, and prints every problem with its"
            + " place.",
        "A Spring Boot application's file with keys below forebay is read as Spring does."
      },
      mixinStandardHelpOptions = true)
  int check(
      @Parameters(paramLabel = "FILE", description = "The configuration.") Path file,
      @Option(
              names = "--live",
              description =
                  "Also makes one smallest call to each target (CountTokens, which is free, where"
                      + " the model has it; else Converse with one output token) and says what is"
                      + " wrong: name, certificate, credentials, model access, region, profile."
                      + " Exit code 1 if a target does not work.")
          boolean live,
      @Option(
              names = "--profile",
              split = ",",
              paramLabel = "PROFILE",
              description =
                  "Of an application's file: the active profiles. By default it is checked without"
                      + " one, and with each that it names.")
          @Nullable List<String> profiles) {
    PrintWriter out = spec.commandLine().getOut();
    Optional<ApplicationFile> application = Configs.application(file);
    if (application.isPresent()) {
      List<String> active = profiles == null ? List.of() : profiles;
      Optional<GatewayConfig> config =
          new ApplicationReport(file, application.get().check(active, System.getenv()))
              .print(out, live ? Optional.empty() : Optional.of(CREDENTIALS));
      return live ? live(config.orElseThrow(() -> notLive(file)), out) : ExitCode.OK;
    }
    if (profiles != null) {
      throw new UsageException(
          "--profile is for a Spring Boot application's file; %s has no key below forebay."
              .formatted(file));
    }
    GatewayConfig config = Configs.load(file);
    List<Problem> warnings = new ArrayList<>(ConfigWarnings.of(config));
    if (!live) {
      warnings.addAll(CredentialWarnings.of(config, CREDENTIALS));
    }
    warnings.stream()
        .sorted(Problem.BY_PLACE)
        .forEach(warning -> out.println("warning: " + warning));
    out.printf(
        "%s is valid (routes: %d, targets: %d).%n",
        file, config.routes().size(), config.targets().size());
    out.flush();
    return live ? live(config, out) : ExitCode.OK;
  }

  private static UsageException notLive(Path file) {
    return new UsageException(
        "%s does not say all that a call needs. Set what the warnings name, or the profile."
            .formatted(file));
  }

  private static int live(GatewayConfig config, PrintWriter out) {
    Vertx vertx = Lifetime.vertx();
    try {
      List<LiveCheck.Result> results =
          Lifetime.started(LiveCheck.of(config, LIVE, vertx), "Checking targets");
      int width = results.stream().mapToInt(each -> each.target().length()).max().orElse(0);
      for (LiveCheck.Result result : results) {
        out.printf(
            "%-" + width + "s  %-6s  %s%n",
            result.target(),
            result.works() ? "works" : "FAILS",
            result.text());
      }
      out.flush();
      return results.stream().allMatch(LiveCheck.Result::works) ? ExitCode.OK : ExitCode.SOFTWARE;
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
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
