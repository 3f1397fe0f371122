package dev.forebay.cli;

import dev.forebay.config.GatewayConfig;
import dev.forebay.core.Route;
import dev.forebay.core.Ticker;
import dev.forebay.simulator.Companies;
import dev.forebay.simulator.Policy;
import dev.forebay.simulator.Scenario;
import dev.forebay.simulator.ScenarioException;
import dev.forebay.simulator.ScenarioFile;
import dev.forebay.simulator.Simulator;
import dev.forebay.simulator.report.HtmlReport;
import dev.forebay.simulator.report.JsonReport;
import dev.forebay.simulator.report.Ranking;
import dev.forebay.simulator.report.Report;
import dev.forebay.simulator.report.TextTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a scenario in virtual time: Forebay's policies and the usual ones, side by side. */
@Command(
    name = "simulate",
    description = "What if: runs a scenario in virtual time, by policy.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class SimulateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--scenario",
      paramLabel = "FILE|NAME",
      description =
          "The scenario: a file, one that comes with Forebay (see --list), or company-17 and the"
              + " like for one drawn at random.")
  private @Nullable String scenario;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A gateway's configuration: its route is tried; the scenario's by default.")
  private @Nullable Path config;

  @Option(
      names = "--route",
      paramLabel = "NAME",
      description = "Which of the configuration's routes; the first by default.")
  private @Nullable String route;

  @Option(
      names = "--random",
      paramLabel = "N",
      description =
          "Runs N companies drawn at random, numbered from --seed on (1 by default), and shows where"
              + " Forebay stands.")
  private @Nullable Integer random;

  @Option(
      names = "--quota",
      paramLabel = "HOW",
      description = "With --random: quotas configured as known, half, double or unknown; as drawn.")
  private @Nullable String quota;

  @Option(names = "--print", description = "Prints the text of a company drawn at random.")
  private boolean print;

  @Option(names = "--seed", description = "Draws other calls; the scenario's by default.")
  private @Nullable Long seed;

  @Option(
      names = "--seeds",
      paramLabel = "K",
      description = "Runs that many seeds, and shows mean and worst.")
  private int seeds = 1;

  @Option(
      names = "--policies",
      split = ",",
      paramLabel = "NAME",
      description = "Which policies; the scenario's by default.")
  private List<String> policies = List.of();

  @Option(names = "--json", paramLabel = "FILE", description = "Writes everything as JSON.")
  private @Nullable Path json;

  @Option(names = "--html", paramLabel = "FILE", description = "Writes a report with charts.")
  private @Nullable Path html;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Writes both into a folder, as NAME.html and NAME.json.")
  private @Nullable Path reports;

  @Option(names = "--list", description = "Lists the scenarios that come with Forebay.")
  private boolean list;

  @Option(names = "--time", description = "Says how long the simulation took.")
  private boolean time;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (list) {
      for (String name : ScenarioFile.shipped()) {
        out.printf("%-18s %s%n", name, ScenarioFile.load(name).description());
      }
      return 0;
    }
    if (seeds < 1 || seeds > 1000) {
      throw new UsageException("--seeds must be 1 to 1000, was " + seeds);
    }
    if (random != null) {
      return companies(random, out);
    }
    if (print) {
      return print(out);
    }
    Scenario loaded = scenario();
    Ticker ticker = Ticker.system();
    long begun = ticker.nanos();
    Report report = Simulator.run(loaded, seeds);
    double took = (ticker.nanos() - begun) / 1e9;
    out.print(TextTable.write(report));
    write(report, loaded.name(), out);
    if (time) {
      long calls =
          report.sections().stream()
                  .flatMap(section -> section.policies().stream())
                  .mapToLong(policy -> policy.counts().calls())
                  .sum()
              * seeds;
      out.printf("%d calls in %.2f s, %.0f a second%n", calls, took, calls / took);
    }
    out.flush();
    return 0;
  }

  private int companies(int count, PrintWriter out) {
    if (count < 1 || count > 100_000) {
      throw new UsageException("--random must be 1 to 100000, was " + count);
    }
    if (scenario != null || config != null || json != null || html != null || reports != null) {
      throw new UsageException("--random stands alone: run one by --scenario company-17 instead");
    }
    if (quota != null && !Companies.QUOTA_KNOWLEDGE.contains(quota)) {
      throw new UsageException(
          "--quota must be one of " + String.join(", ", Companies.QUOTA_KNOWLEDGE));
    }
    Ranking standing =
        Companies.run(
            seed == null ? 1 : seed,
            count,
            seeds,
            Optional.ofNullable(quota),
            policies.isEmpty() ? List.of(Policy.values()) : chosen(),
            run -> {
              if (time) {
                out.println(run.line());
                out.flush();
              }
            });
    out.print(standing.text());
    out.flush();
    return 0;
  }

  private int print(PrintWriter out) {
    String name = String.valueOf(scenario);
    out.print(
        ScenarioFile.company(name)
            .orElseThrow(
                () -> new UsageException("--print needs --scenario company-17 or the like")));
    out.flush();
    return 0;
  }

  private Scenario scenario() {
    if (scenario == null) {
      throw new UsageException(
          "--scenario is missing: a file, or one of " + String.join(", ", ScenarioFile.shipped()));
    }
    try {
      Scenario loaded = ScenarioFile.load(scenario, configured());
      if (seed != null) {
        loaded = loaded.withSeed(seed);
      }
      return policies.isEmpty() ? loaded : loaded.withPolicies(chosen());
    } catch (ScenarioException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private Optional<Route> configured() {
    Path file = config;
    if (file == null) {
      return Optional.empty();
    }
    GatewayConfig loaded = Configs.load(file);
    String name = route == null ? loaded.routes().keySet().iterator().next() : route;
    if (!loaded.routes().containsKey(name)) {
      throw new UsageException(
          "--route: there is no route '%s'; known are %s"
              .formatted(name, String.join(", ", loaded.routes().keySet())));
    }
    return Optional.of(loaded.routes().get(name).route());
  }

  private List<Policy> chosen() {
    List<Policy> chosen = new ArrayList<>();
    for (String key : policies) {
      chosen.add(
          Policy.of(key)
              .orElseThrow(
                  () ->
                      new UsageException(
                          "--policies: there is no policy '%s'; known are %s"
                              .formatted(
                                  key,
                                  Arrays.stream(Policy.values())
                                      .map(Policy::key)
                                      .collect(Collectors.joining(", "))))));
    }
    return chosen;
  }

  private void write(Report report, String name, PrintWriter out) {
    if (json != null) {
      write(json, JsonReport.write(report), out);
    }
    if (html != null) {
      write(html, HtmlReport.write(report), out);
    }
    Path folder = reports;
    if (folder != null) {
      String file = name.replaceAll("[^A-Za-z0-9._-]", "-");
      write(folder.resolve(file + ".json"), JsonReport.write(report), out);
      write(folder.resolve(file + ".html"), HtmlReport.write(report), out);
    }
  }

  private static void write(Path file, String text, PrintWriter out) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new FailedException("cannot write " + file + ": " + e, e);
    }
    out.println("Wrote " + file);
  }
}
