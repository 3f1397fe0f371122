package dev.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SimulateCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  @Test
  void aShippedScenarioGivesATableOfPolicies() {
    assertThat(run("simulate", "--scenario", "monday", "--seed", "1")).isZero();

    assertThat(out.toString())
        .contains("policy", "goodput", "attempts/answer", "oracle: at most")
        .contains("forebay", "retry+fallback", "aws-legacy", "aws-standard-2026", "resilience4j")
        .contains("interactive", "sonnet-use1");
  }

  @Test
  void theScenariosAreListed() {
    assertThat(run("simulate", "--list")).isZero();

    assertThat(out.toString())
        .contains("monday", "quota-unknown", "regional-failover", "fleet", "fleet-shared");
  }

  @Test
  void aBadScenarioIsAUsageErrorWithItsPlace() throws IOException {
    Path file = folder.resolve("bad.yaml");
    Files.writeString(file, "name: bad\ndurration: 5m\n");

    assertThat(run("simulate", "--scenario", file.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("bad.yaml:2:1: durration: unknown key 'durration'");
    assertThat(err.toString()).contains("did you mean 'duration'?");
  }

  @Test
  void anUnknownPolicyIsAUsageError() {
    assertThat(run("simulate", "--scenario", "monday", "--policies", "hope")).isEqualTo(2);
    assertThat(err.toString()).contains("there is no policy 'hope'");
  }

  @Test
  void withoutAScenarioTheShippedOnesAreNamed() {
    assertThat(run("simulate")).isEqualTo(2);
    assertThat(err.toString()).contains("--scenario is missing").contains("brownout");
  }

  @Test
  void reportsAreWrittenWhereTheyAreAskedFor() throws IOException {
    Path reports = folder.resolve("reports");

    assertThat(
            run(
                "simulate",
                "--scenario",
                "outage",
                "--policies",
                "forebay,retry",
                "--report",
                reports.toString()))
        .isZero();

    assertThat(Files.readString(reports.resolve("outage.html"))).startsWith("<!doctype html>");
    assertThat(Files.readString(reports.resolve("outage.json"))).contains("\"goodput\":");
    assertThat(out.toString()).contains("Wrote ");
  }

  @Test
  void aGatewaysConfigurationGivesTheRoute() throws IOException {
    Path config = folder.resolve("forebay.yaml");
    Files.writeString(
        config,
        """
        targets:
          sonnet-use1: { region: us-east-1, model: a }
          haiku-use1: { region: us-east-1, model: b }
        routes:
          chat: { tiers: [[haiku-use1], [sonnet-use1]] }
        """);

    assertThat(
            run(
                "simulate",
                "--scenario",
                "outage",
                "--config",
                config.toString(),
                "--policies",
                "forebay"))
        .isZero();
    assertThat(out.toString()).containsPattern("forebay +100.0 % +100.0 % +100.0 % +0.0 %");

    Files.writeString(config, Files.readString(config).replace("haiku-use1", "elsewhere"));
    assertThat(run("simulate", "--scenario", "outage", "--config", config.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("lacks 'elsewhere', which the route 'chat' uses");
  }

  private int run(String... args) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(args);
  }
}
