package dev.forebay.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.StoreAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The files of the stack for one machine name one another, and their programs accept them. */
class ComposeTest {
  private static final Path FOLDER = Path.of(".");
  private static final Path STACK = Path.of("docker-compose.yaml");
  private static final List<String> GATEWAYS = List.of("gateway-1", "gateway-2");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)(:-[^}]*)?");

  private final JsonNode stack = Yaml.read(STACK);

  @Test
  void theServicesAreThere() {
    assertThat(services())
        .containsExactlyInAnyOrder(
            "gateway-1", "gateway-2", "bedrock", "postgres", "valkey", "prometheus", "grafana");
  }

  @Test
  void whatIsMountedExistsAndWhatIsNamedIsDeclared() {
    Set<String> volumes = new TreeSet<>();
    for (String service : services()) {
      for (JsonNode mount : stack.at("/services/" + service + "/volumes")) {
        String source = mount.asString().split(":", 2)[0];
        if (source.startsWith(".")) {
          assertThat(FOLDER.resolve(source)).as("%s of %s", source, service).exists();
        } else {
          volumes.add(source);
        }
      }
      for (JsonNode secret : stack.at("/services/" + service + "/secrets")) {
        assertThat(stack.at("/secrets").has(secret.asString())).as("%s", secret).isTrue();
      }
    }
    assertThat(volumes).isEqualTo(new TreeSet<>(stack.at("/volumes").propertyNames()));
  }

  @Test
  void everySecretIsInTheExample() throws Exception {
    Set<String> asked = new TreeSet<>();
    Matcher variable = VARIABLE.matcher(Files.readString(STACK));
    while (variable.find()) {
      if (variable.group(2) == null) {
        asked.add(variable.group(1));
      }
    }
    Set<String> given = new TreeSet<>();
    for (String line : Files.readAllLines(Path.of("compose", "env.example"))) {
      if (!line.startsWith("#")) {
        assertThat(line).endsWith("=");
        given.add(line.substring(0, line.length() - 1));
      }
    }
    assertThat(given).isEqualTo(asked);
  }

  @Test
  void imagesHaveExactVersionsAndPortsAreOfThisMachineAlone() {
    for (String service : services()) {
      JsonNode merged = merged(service);
      assertThat(merged.at("/image").asString())
          .as(service)
          .matches("forebay:\\$\\{FOREBAY_VERSION:-[\\w.-]+}|[\\w./-]+:v?\\d+\\.\\d+(\\.\\d+)?");
      for (JsonNode port : merged.at("/ports")) {
        assertThat(port.asString()).startsWith("127.0.0.1:");
      }
    }
  }

  @Test
  void gatewaysCannotWriteTheirImageAndAreGivenTimeToDrain() {
    for (String gateway : GATEWAYS) {
      JsonNode service = merged(gateway);
      assertThat(service.at("/read_only").asBoolean()).isTrue();
      assertThat(service.at("/cap_drop/0").asString()).isEqualTo("ALL");
      assertThat(service.at("/stop_grace_period").asString()).isEqualTo("60s");
    }
  }

  @Test
  void theGatewayAcceptsItsConfiguration() {
    Map<String, String> environment = new HashMap<>();
    merged("gateway-1")
        .at("/environment")
        .propertyNames()
        .forEach(name -> environment.put(name, "a-secret-of-forty-characters-" + name));
    GatewayConfig config =
        ConfigFile.load(Path.of("compose", "forebay", "forebay.yaml"), environment);
    assertThat(config.server().port()).isEqualTo(8480);
    assertThat(services())
        .contains(URI.create(config.jobs().orElseThrow().store().reveal()).getHost())
        .containsAll(
            StoreAddress.of(config.cluster().orElseThrow().url()).hosts().stream()
                .map(StoreAddress.Host::name)
                .toList())
        .containsAll(
            config.targets().values().stream().map(target -> target.endpoint().getHost()).toList());
  }

  @Test
  void prometheusReadsBothGatewaysAndTheRules() {
    JsonNode prometheus = Yaml.read(Path.of("compose", "prometheus.yaml"));
    JsonNode job = prometheus.at("/scrape_configs/0");
    assertThat(job.at("/static_configs/0/targets"))
        .map(JsonNode::asString)
        .containsExactlyElementsOf(GATEWAYS.stream().map(name -> name + ":8480").toList());
    assertThat(job.at("/authorization/credentials_file").asString())
        .isEqualTo("/run/secrets/" + stack.at("/services/prometheus/secrets/0").asString());
    assertThat(mounts("prometheus"))
        .containsEntry(prometheus.at("/rule_files/0").asString(), "../observability/alerts.yaml");
    assertThat(Yaml.read(Path.of("..", "observability", "alerts.yaml")).at("/groups/0/rules"))
        .isNotEmpty();
  }

  @Test
  void grafanaFindsPrometheusAndTheBoard() {
    JsonNode source = Yaml.read(Path.of("compose", "grafana", "datasource.yaml"));
    assertThat(services())
        .contains(URI.create(source.at("/datasources/0/url").asString()).getHost());
    JsonNode board = Yaml.read(Path.of("compose", "grafana", "board.yaml"));
    assertThat(mounts("grafana"))
        .containsEntry(
            board.at("/providers/0/options/path").asString() + "/forebay.json",
            "../observability/grafana-dashboard.json");
  }

  private Set<String> services() {
    return new TreeSet<>(stack.at("/services").propertyNames());
  }

  /** A service with what it takes over by {@code <<}, which YAML parsers leave to their users. */
  private JsonNode merged(String service) {
    JsonNode own = stack.at("/services/" + service);
    return own.has("<<") ? stack.at("/x-gateway") : own;
  }

  private Map<String, String> mounts(String service) {
    Map<String, String> sources = new HashMap<>();
    for (JsonNode mount : stack.at("/services/" + service + "/volumes")) {
      String[] parts = mount.asString().split(":", -1);
      sources.put(parts[1], parts[0]);
    }
    return sources;
  }
}
