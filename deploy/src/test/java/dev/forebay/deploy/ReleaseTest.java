package dev.forebay.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** One version everywhere, and a workflow for releases that names what there is. */
class ReleaseTest {
  private static final Path TOP = Path.of("..");
  private static final Path WORKFLOW = TOP.resolve(".github/workflows/release.yaml");
  private static final Pattern SCRIPT = Pattern.compile("\\./(\\.ci/[\\w-]+|mvnw)");

  @Test
  void everythingHasTheVersionOfTheBuild() throws IOException {
    String version = first("<version>(.*?)</version>", Files.readString(Path.of("pom.xml")));
    JsonNode chart = Yaml.read(Path.of("helm", "forebay", "Chart.yaml"));
    assertThat(chart.at("/appVersion").asString()).isEqualTo(version);
    assertThat(version).startsWith(chart.at("/version").asString());
    JsonNode stack = Yaml.read(Path.of("docker-compose.yaml"));
    for (String image : List.of("/x-gateway/image", "/services/bedrock/image")) {
      assertThat(stack.at(image).asString()).isEqualTo("forebay:${FOREBAY_VERSION:-%s}", version);
    }
    assertThat(Files.readString(TOP.resolve("docs/deploy.md")))
        .contains("--build-arg FOREBAY=forebay:" + version + " ");
    assertThat(Files.readString(TOP.resolve("docs/operations/install.md")))
        .contains("The current version is " + version);
  }

  @Test
  void theWorkflowRunsWhatThereIs() throws IOException {
    JsonNode workflow = Yaml.read(WORKFLOW);
    List<String> scripts = new ArrayList<>();
    for (JsonNode job : workflow.at("/jobs")) {
      assertThat(job.at("/timeout-minutes").isInt()).isTrue();
      for (JsonNode step : job.at("/steps")) {
        assertThat(step.has("run") ^ step.has("uses")).as("%s", step).isTrue();
        SCRIPT
            .matcher(step.at("/run").asString(""))
            .results()
            .map((MatchResult match) -> match.group(1))
            .forEach(scripts::add);
      }
    }
    assertThat(scripts)
        .contains(".ci/run", ".ci/reproducible", ".ci/image")
        .allSatisfy(script -> assertThat(TOP.resolve(script)).isExecutable());
    assertThat(workflow.at("/permissions/contents").asString()).isEqualTo("read");
    assertThat(workflow.at("/jobs/publish/needs").asString()).isEqualTo("check");
  }

  @Test
  void theImageIsMadeInTheReleaseOfDebianThatItsPackagesAreFrom() throws IOException {
    String image = Yaml.read(WORKFLOW).at("/jobs/publish/container/image").asString();
    assertThat(Files.readString(Path.of("image", "packages.lock")))
        .contains("Debian " + image.substring(image.indexOf(':') + 1));
  }

  private static String first(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().findFirst().orElseThrow().group(1);
  }
}
