package dev.forebay.cli;

import dev.forebay.config.ApplicationCheck;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.Problem;
import dev.forebay.config.PropertyTree;
import dev.forebay.gateway.diagnosis.ConfigWarnings;
import dev.forebay.gateway.diagnosis.CredentialWarnings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Prints what was found in an application's file; what several profiles share, one time. */
final class ApplicationReport {
  private final Path file;
  private final List<ApplicationCheck> checks;

  ApplicationReport(Path file, List<ApplicationCheck> checks) {
    this.file = file;
    this.checks = checks;
  }

  /**
   * Prints warnings, and what is valid.
   *
   * @param credentials how long looking for credentials may take; empty to leave it out
   * @return the configuration of the first check, if all of it is known
   * @throws UsageException with every problem
   */
  Optional<GatewayConfig> print(PrintWriter out, Optional<Duration> credentials) {
    List<String> problems = lines(ApplicationCheck::problems);
    if (!problems.isEmpty()) {
      String all = String.join("\n", problems);
      throw new UsageException(
          all.contains("unknown key") ? all + "\n" + PropertyTree.BRACKETS : all);
    }
    lines(check -> warnings(check, credentials)).forEach(line -> out.println("warning: " + line));
    for (ApplicationCheck check : checks) {
      out.printf("%s%s %s%n", file, with(check), outcome(check));
    }
    out.flush();
    return checks.getFirst().config();
  }

  /** What a check has to say. */
  private interface Part {
    List<Problem> of(ApplicationCheck check);
  }

  private List<String> lines(Part part) {
    Map<String, String> lines = new LinkedHashMap<>();
    for (ApplicationCheck check : checks) {
      for (Problem problem : part.of(check)) {
        lines.putIfAbsent(problem.toString(), problem + with(check));
      }
    }
    return List.copyOf(lines.values());
  }

  private static List<Problem> warnings(ApplicationCheck check, Optional<Duration> credentials) {
    List<Problem> warnings = new ArrayList<>(check.warnings());
    check
        .config()
        .ifPresent(
            config -> {
              warnings.addAll(ConfigWarnings.of(config));
              credentials.ifPresent(
                  longest -> warnings.addAll(CredentialWarnings.of(config, longest)));
            });
    warnings.sort(Problem.BY_PLACE);
    return warnings;
  }

  private static String with(ApplicationCheck check) {
    return check.profiles().isEmpty()
        ? ""
        : " (with profile " + String.join(", ", check.profiles()) + ")";
  }

  private static String outcome(ApplicationCheck check) {
    if (!check.configured()) {
      return "has no targets and routes: each model id is a route of its own.";
    }
    return check
        .config()
        .map(
            config ->
                "is valid (routes: %d, targets: %d)."
                    .formatted(config.routes().size(), config.targets().size()))
        .orElse("is valid, as far as its values are known here.");
  }
}
