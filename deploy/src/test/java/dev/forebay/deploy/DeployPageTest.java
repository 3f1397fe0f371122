package dev.forebay.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.StoreAddress;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The page on deployment names what there is, and its files agree with one another. */
class DeployPageTest {
  private static final Path TOP = Path.of("..");

  /** What a command of the page makes. */
  private static final Set<String> MADE = Set.of("deploy/.env");

  private static final Pattern PATH = Pattern.compile("(?<![\\w/.-])deploy/[\\w./-]*\\w");
  private static final Pattern FIGURE = Pattern.compile("(?m)^\\| [^|]+ \\| ([\\d.,]+)[^|]*\\|$");
  private static final Pattern SERVICE =
      Pattern.compile("docker-compose\\.yaml (?:kill|restart|stop) ([\\w-]+)");
  private static final Pattern LITERAL = Pattern.compile("--from-literal=(\\w+)=");
  private static final Pattern FAULT = Pattern.compile("-d '(\\[.*?])'");
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{(\\w+)}");
  private static final Pattern PROBE = Pattern.compile("\"Test\": (\\[.*?\\])");

  private final String page = text("docs/deploy.md");

  @Test
  void everyFileExists() {
    Set<String> named = new TreeSet<>(found(PATH, page, 0));
    named.removeAll(MADE);
    assertThat(named)
        .hasSizeGreaterThan(10)
        .allSatisfy(path -> assertThat(TOP.resolve(path)).exists());
  }

  @Test
  void everyFileForUsersIsOnThePage() throws IOException {
    for (String folder : List.of("ecs", "iam")) {
      try (Stream<Path> files = Files.list(Path.of(folder))) {
        assertThat(files).allSatisfy(file -> assertThat(page).contains("deploy/" + file));
      }
    }
  }

  @Test
  void theFiguresAreThoseThatWereMeasured() {
    String measured = text("docs/performance.md");
    String sizing = section("Sizing");
    assertThat(found(FIGURE, sizing, 1))
        .hasSize(5)
        .allSatisfy(figure -> assertThat(measured).containsPattern("\\b" + figure + "\\b"));
  }

  @Test
  void theDrillsNameServicesAndModelsOfTheStack() {
    JsonNode stack = Yaml.read(Path.of("docker-compose.yaml"));
    assertThat(found(SERVICE, page, 1))
        .hasSize(5)
        .allSatisfy(service -> assertThat(stack.at("/services").has(service)).isTrue());
    JsonNode fault = Yaml.parse(found(FAULT, page, 1).getFirst()).at("/0");
    JsonNode config = Yaml.read(Path.of("compose", "forebay", "forebay.yaml"));
    assertThat(fault.at("/model")).isEqualTo(config.at("/targets/sonnet-use1/model"));
  }

  @Test
  void theSecretHasTheKeysThatTheChartReads() {
    Set<String> read = new TreeSet<>();
    for (JsonNode secret : Yaml.read(Path.of("helm", "eks-values.yaml")).at("/secrets")) {
      assertThat(secret.at("/secret").asString()).isEqualTo("forebay");
      read.add(secret.at("/key").asString());
    }
    assertThat(new TreeSet<>(found(LITERAL, page, 1))).isEqualTo(read);
  }

  @Test
  void gatewaysOfTheExampleReachTheStoresThatTheirConfigurationNames() {
    JsonNode values = Yaml.read(Path.of("helm", "eks-values.yaml"));
    Map<String, String> environment = new HashMap<>();
    values.at("/secrets").forEach(secret -> put(environment, secret.at("/variable").asString()));
    GatewayConfig config =
        ConfigFile.parse(values.at("/config").asString(), "eks-values.yaml", environment);
    Set<Integer> open = new TreeSet<>();
    values
        .at("/networkPolicy/egress")
        .forEach(rule -> rule.at("/ports").forEach(port -> open.add(port.at("/port").asInt())));
    StoreAddress quotas = StoreAddress.of(config.cluster().orElseThrow().url());
    assertThat(quotas.tls()).isTrue();
    assertThat(open)
        .contains(URI.create(config.jobs().orElseThrow().store().reveal()).getPort())
        .containsAll(quotas.hosts().stream().map(StoreAddress.Host::port).toList());
    assertThat(config.cluster().orElseThrow().members())
        .isEqualTo(
            Yaml.read(Path.of("helm", "forebay", "values.yaml"))
                .at("/autoscaling/maxReplicas")
                .asInt());
  }

  private static void put(Map<String, String> environment, String variable) {
    environment.put(variable, "a-secret-of-forty-characters-" + variable);
  }

  @Test
  void theTaskOfEcsHasThePasswordThatThePagesConfigurationNames() {
    JsonNode task = Yaml.read(Path.of("ecs", "task-definition.json"));
    assertThat(task.at("/containerDefinitions/0/secrets"))
        .map(secret -> secret.at("/name").asString())
        .containsAll(found(REFERENCE, section("Amazon ECS"), 1));
  }

  @Test
  void theTaskOfEcsIsTheImagesOwn() {
    JsonNode task = Yaml.read(Path.of("ecs", "task-definition.json"));
    JsonNode container = task.at("/containerDefinitions/0");
    JsonNode probe =
        Yaml.parse(found(PROBE, text("deploy/image/base").replace("\n", " "), 1).getFirst());
    assertThat(container.at("/healthCheck/command")).isEqualTo(probe);
    assertThat(container.at("/readonlyRootFilesystem").asBoolean()).isTrue();
    assertThat(container.at("/mountPoints"))
        .map(mount -> mount.at("/containerPath").asString())
        .containsExactly("/var/lib/forebay", "/tmp");
    assertThat(container.at("/mountPoints"))
        .map(mount -> mount.at("/sourceVolume"))
        .containsExactlyElementsOf(
            task.at("/volumes").valueStream().map(volume -> volume.at("/name")).toList());
    // The drain of 30 s, and telemetry of 20 s.
    assertThat(container.at("/stopTimeout").asInt()).isGreaterThan(50);
  }

  @Test
  void theRolesAreThoseOfThePage() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("iam"))) {
      for (Path file : files.toList()) {
        JsonNode policy = Yaml.read(file);
        assertThat(policy.at("/Version").asString()).isEqualTo("2012-10-17");
        assertThat(policy.at("/Statement/0/Effect").asString()).isEqualTo("Allow");
        assertThat(policy.at("/Statement/0/Action").toString()).contains("sts:AssumeRole");
      }
    }
    String role =
        Yaml.read(Path.of("iam", "other-accounts.json")).at("/Statement/0/Resource").asString();
    assertThat(page).contains("credentials: \"role:" + role + "\"");
    assertThat(Yaml.read(Path.of("ecs", "task-definition.json")).at("/taskRoleArn"))
        .isEqualTo(
            Yaml.read(Path.of("iam", "trust-other-account.json")).at("/Statement/0/Principal/AWS"));
  }

  private String section(String name) {
    String from = page.substring(page.indexOf("\n## " + name + "\n") + 1);
    return from.substring(0, from.indexOf("\n## "));
  }

  private static List<String> found(Pattern pattern, String text, int group) {
    return pattern.matcher(text).results().map((MatchResult match) -> match.group(group)).toList();
  }

  private static String text(String path) {
    try {
      return Files.readString(TOP.resolve(path));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
