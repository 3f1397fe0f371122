package dev.forebay.it;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCommandTest {
  @TempDir Path folder;

  @Test
  void warningsAreNoErrors() throws IOException {
    Path file = folder.resolve("forebay.yaml");
    Files.writeString(
        file,
        """
        targets:
          old: { region: us-east-1, model: anthropic.claude-3-haiku-20240307-v1:0 }
          far: { region: us-west-2, model: eu.anthropic.claude-sonnet-4-6 }
        routes:
          chat: { tiers: [[old], [far]] }
        """);
    Run run = Run.of("config", "check", file.toString());
    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .startsWith("warning: " + file + ":2:36: targets.old.model: ")
                    .contains("past its end of life since 2026-09-10"),
            line ->
                assertThat(line)
                    .startsWith("warning: " + file + ":3:36: targets.far.model: ")
                    .contains("geography eu, not for us-west-2"),
            line -> assertThat(line).endsWith("is valid (routes: 1, targets: 2)."));
  }

  @Test
  void missingCredentialsAreSaidOfEachTarget() throws IOException {
    Path file = folder.resolve("forebay.yaml");
    Files.writeString(
        file,
        """
        targets:
          one: { region: us-east-1, model: us.anthropic.claude-sonnet-4-6, credentials: "profile:no-such-profile" }
          two: { region: us-west-2, model: us.anthropic.claude-sonnet-4-6, credentials: anonymous }
        routes:
          anthropic.claude-sonnet-4-6: { tiers: [[one, two]] }
        """);
    Run run = Run.of("config", "check", file.toString());
    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .startsWith("warning: " + file + ":2:")
                    .contains("targets.one.credentials: there are no credentials here: ")
                    .contains("no-such-profile"),
            line -> assertThat(line).endsWith("is valid (routes: 1, targets: 2)."));
  }

  @Test
  void targetsThatLackTheSameCredentialsShareAWarning() throws IOException {
    Path file = folder.resolve("forebay.yaml");
    StringBuilder text = new StringBuilder("targets:\n");
    for (int i = 1; i <= 14; i++) {
      text.append("  t%d: { region: us-east-1, model: us.anthropic.claude-sonnet-4-6".formatted(i))
          .append(", credentials: \"profile:%s\" }\n".formatted(i == 14 ? "other" : "no-such"));
    }
    text.append("routes:\n  \"*\": { tiers: [[")
        .append(IntStream.rangeClosed(1, 14).mapToObj(i -> "t" + i).collect(joining(", ")))
        .append("]] }\n");
    Files.writeString(file, text);
    assertThat(Run.of("config", "check", file.toString()).out().lines())
        .filteredOn(line -> line.contains("there are no credentials here"))
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .contains(":2:")
                    .contains("here, nor for t2, t3, t4, t5, t6, t7, t8, t9, t10, t11 and 2 more: ")
                    .contains("no-such"),
            line -> assertThat(line).contains(":15:").contains("credentials here: "));
  }

  @Test
  void anApplicationsFileIsCheckedWithoutAProfileAndWithEach() throws IOException {
    Path file = application("${bedrock.endpoint:http://127.0.0.1:1}", "20s", "${no.such}");
    Run run = Run.of("config", "check", file.toString());
    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines())
        .containsExactly(
            "warning: "
                + file
                + ":14:44: refers to 'no.such', which is not here: it is not checked; set NO_SUCH"
                + " in the environment to check it (with profile prod)",
            file + " is valid (routes: 1, targets: 1).",
            file + " (with profile prod) is valid, as far as its values are known here.");
    assertThat(Run.of("config", "check", "--profile", "prod", file.toString()).out().lines())
        .hasSize(2);
  }

  @Test
  void problemsOfAnApplicationsFileArePrintedOnceWithTheProfileTheyAreOf() throws IOException {
    Path file = application("ftp://host", "soon", "later");
    Run run = Run.of("config", "check", file.toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .contains(file + ":6:17: forebay.targets.one.endpoint: is not an http or https")
                    .doesNotContain("profile"),
            line ->
                assertThat(line)
                    .startsWith(file + ":11:17: forebay.routes.'a.model'.deadline: 'soon'")
                    .doesNotContain("profile"),
            line ->
                assertThat(line)
                    .startsWith(file + ":14:44: forebay.routes.'a.model'.deadline: 'later'")
                    .endsWith(" (with profile prod)"));
  }

  private Path application(String endpoint, String deadline, String ofProfile) throws IOException {
    return Files.writeString(
        folder.resolve("application.yaml"),
        """
        forebay:
          targets:
            one:
              region: us-east-1
              model: us.anthropic.claude-sonnet-4-6
              endpoint: %s
              quota: { requests-per-minute: 100 }
              credentials: anonymous
          routes:
            "[a.model]":
              deadline: %s
              tiers: [[one]]
        ---
        forebay.routes: { "[a.model]": { deadline: "%s" } }
        spring.config.activate.on-profile: prod
        """
            .formatted(endpoint, deadline, ofProfile));
  }

  @Test
  void aGatewaysFileHasNoProfiles() throws IOException {
    Path file = folder.resolve("forebay.yaml");
    Files.writeString(file, "targets: {}\n");
    Run run = Run.of("config", "check", "--profile", "prod", file.toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--profile is for a Spring Boot application's file");
  }
}
