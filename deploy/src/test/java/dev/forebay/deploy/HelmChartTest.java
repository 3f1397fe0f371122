package dev.forebay.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The chart, rendered by Helm itself, read as Kubernetes and the gateway read what comes out. */
class HelmChartTest {
  private static final Path CHART = Path.of("helm", "forebay");

  /** The first Kubernetes that the chart is for: a pod's end can wait there without a shell. */
  private static final String OLDEST = "1.30.0";

  private static final Path EKS = Path.of("helm", "eks-values.yaml");
  private static final Map<String, Validation> KINDS =
      Map.of(
          "Deployment", V1Deployment::validateJsonElement,
          "ConfigMap", V1ConfigMap::validateJsonElement,
          "Service", V1Service::validateJsonElement,
          "ServiceAccount", V1ServiceAccount::validateJsonElement,
          "HorizontalPodAutoscaler", V2HorizontalPodAutoscaler::validateJsonElement,
          "PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement,
          "NetworkPolicy", V1NetworkPolicy::validateJsonElement);

  /** What Kubernetes says to a manifest: unknown fields and missing ones are refused. */
  interface Validation {
    void check(JsonElement manifest) throws IOException;
  }

  /** Manifests by kind. */
  record Rendered(Map<String, JsonNode> manifests) {
    Set<String> kinds() {
      return manifests.keySet();
    }

    JsonNode of(String kind) {
      return Objects.requireNonNull(manifests.get(kind), kind);
    }
  }

  @TempDir Path folder;

  @Test
  void lintFindsNothing() {
    LintResult lint = new Helm(withImage()).lint().strict().call();
    assertThat(lint.isFailed()).as("%s", lint.getMessages()).isFalse();
  }

  @Test
  void whatIsRenderedByDefaultIsValid() throws Exception {
    Rendered rendered = valid(template());
    assertThat(rendered.kinds()).containsExactlyInAnyOrderElementsOf(new TreeSet<>(KINDS.keySet()));
    assertThat(rendered.of("Deployment").at("/spec/replicas").isMissingNode()).isTrue();
  }

  @Test
  void whatIsRenderedForEksIsValid() throws Exception {
    Rendered rendered = valid(template().withValuesFile(EKS));
    JsonNode monitor = rendered.of("ServiceMonitor");
    assertThat(monitor.at("/apiVersion").asString()).isEqualTo("monitoring.coreos.com/v1");
    assertThat(monitor.at("/spec/endpoints/0/path").asString()).isEqualTo("/metrics");
    assertThat(monitor.at("/spec/endpoints/0/authorization/credentials/name").asString())
        .isEqualTo("forebay");
    assertThat(monitor.at("/spec/selector/matchLabels"))
        .isEqualTo(rendered.of("Service").at("/spec/selector"));
    assertThat(rendered.of("ServiceAccount").at("/metadata/annotations").toString())
        .contains("eks.amazonaws.com/role-arn");
  }

  @Test
  void whatIsRenderedWithEverythingElseIsValid() throws Exception {
    Rendered rendered =
        valid(
            template()
                .set("autoscaling.enabled", "false")
                .set("replicas", "3")
                .set("existingConfigMap", "mine")
                .set("serviceAccount.create", "false")
                .set("serviceAccount.name", "theirs")
                .set("tls.secret", "forebay-tls")
                .set("networkPolicy.enabled", "false")
                .set("podDisruptionBudget.enabled", "false")
                .set("topologySpread", "false")
                .set("podLabels.team", "platform")
                .set("podAnnotations.note", "x")
                .set("nodeSelector.disk", "ssd")
                .set("service.annotations.note", "x")
                .set("imagePullSecrets[0].name", "registry")
                .set("tolerations[0].operator", "Exists"));
    assertThat(rendered.kinds()).containsExactlyInAnyOrder("Deployment", "Service");
    JsonNode deployment = rendered.of("Deployment");
    assertThat(deployment.at("/spec/replicas").asInt()).isEqualTo(3);
    JsonNode pod = deployment.at("/spec/template/spec");
    assertThat(pod.at("/serviceAccountName").asString()).isEqualTo("theirs");
    assertThat(pod.at("/volumes/0/configMap/name").asString()).isEqualTo("mine");
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      assertThat(pod.at("/containers/0/" + probe + "/httpGet/scheme").asString())
          .isEqualTo("HTTPS");
    }
  }

  @Test
  void podsAreHardenedAndProbed() throws Exception {
    JsonNode pod = valid(template()).of("Deployment").at("/spec/template/spec");
    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(pod.at("/automountServiceAccountToken").asBoolean()).isFalse();
    JsonNode container = pod.at("/containers/0");
    assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean()).isFalse();
    assertThat(container.at("/securityContext/capabilities/drop/0").asString()).isEqualTo("ALL");
    assertThat(container.at("/livenessProbe/httpGet/path").asString()).isEqualTo("/healthz");
    assertThat(container.at("/readinessProbe/httpGet/path").asString()).isEqualTo("/readyz");
    // The drain of 30 s, telemetry of 20 s, and what load balancers take to notice.
    assertThat(pod.at("/terminationGracePeriodSeconds").asInt())
        .isGreaterThanOrEqualTo(50 + container.at("/lifecycle/preStop/sleep/seconds").asInt());
  }

  @Test
  void secretsAreReferencesAlone() throws Exception {
    JsonNode container = valid(template()).of("Deployment").at("/spec/template/spec/containers/0");
    Set<String> referenced = new TreeSet<>();
    for (JsonNode variable : container.at("/env")) {
      if (variable.has("valueFrom")) {
        referenced.add(variable.at("/name").asString());
        assertThat(variable.at("/valueFrom/secretKeyRef/name").asString()).isNotEmpty();
      }
    }
    assertThat(referenced).containsExactly("FOREBAY_KEY", "FOREBAY_OPS_KEY");
    assertThat(template().call()).doesNotContain("kind: Secret");
  }

  @Test
  void theGatewayAcceptsTheConfiguration() throws Exception {
    for (TemplateCommand command : List.of(template(), template().withValuesFile(EKS))) {
      Rendered rendered = valid(command);
      Map<String, String> environment = new HashMap<>();
      for (JsonNode variable :
          rendered.of("Deployment").at("/spec/template/spec/containers/0/env")) {
        environment.put(
            variable.at("/name").asString(), "a-secret-of-forty-characters-" + environment.size());
      }
      String text = rendered.of("ConfigMap").at("/data/forebay.yaml").asString();
      GatewayConfig config = ConfigFile.parse(text, "forebay.yaml", environment);
      assertThat(config.server().host()).isEqualTo("0.0.0.0");
      assertThat(config.server().port())
          .isEqualTo(
              rendered
                  .of("Deployment")
                  .at("/spec/template/spec/containers/0/ports/0/containerPort")
                  .asInt());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "replicas=0",
        "autoscaling.cpuPercent=120",
        "service.type=Balanced",
        "podDisruptionBudget.maxUnavailable=0",
        "image.digest=sha256:abc",
        "secrets[0].value=plain",
        "imageTag=1",
        "image.repository="
      })
  void valuesThatCannotBeMeantAreRefused(String value) {
    String[] pair = value.split("=", 2);
    assertThatThrownBy(() -> template().set(pair[0], pair[1]).call())
        .hasMessageContaining("values don't meet the specifications of the schema");
  }

  @Test
  void everyValueIsInTheSchemaAndEverySchemaKeyInTheValues() {
    JsonNode schema = Yaml.read(CHART.resolve("values.schema.json"));
    JsonNode values = Yaml.read(CHART.resolve("values.yaml"));
    Set<String> described = new TreeSet<>(schema.at("/properties").propertyNames());
    // Helm's own.
    described.remove("global");
    assertThat(described).isEqualTo(new TreeSet<>(values.propertyNames()));
  }

  @Test
  void everyValueIsUsed() throws IOException {
    StringBuilder templates = new StringBuilder();
    try (var files = Files.list(CHART.resolve("templates"))) {
      for (Path file : files.toList()) {
        templates.append(Files.readString(file));
      }
    }
    for (String name : Yaml.read(CHART.resolve("values.yaml")).propertyNames()) {
      assertThat(Pattern.compile("\\.Values\\." + name + "\\b").matcher(templates).find())
          .as(name)
          .isTrue();
    }
  }

  @Test
  void aWrongFieldIsFound() {
    JsonElement manifest =
        JsonParser.parseString(
            """
            {"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"selector": {}, "template": {"spec": {
              "containers": [{"name": "forebay", "readynessProbe": {}}]}}}}
            """);
    assertThatThrownBy(() -> V1Deployment.validateJsonElement(manifest))
        .hasMessageContaining("readynessProbe");
  }

  private static TemplateCommand template() {
    return new Helm(CHART)
        .template()
        .withName("forebay")
        .withKubeVersion(OLDEST)
        .set("image.repository", "registry/forebay");
  }

  /** A copy of the chart that has what the original leaves to its user. */
  private Path withImage() {
    try (var files = Files.walk(CHART)) {
      for (Path file : files.toList()) {
        Path copy = folder.resolve("forebay").resolve(CHART.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.writeString(
              copy,
              Files.readString(file).replace("repository: \"\"", "repository: registry/forebay"));
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return folder.resolve("forebay");
  }

  /** The manifests by kind, each of which Kubernetes accepts. */
  private static Rendered valid(TemplateCommand command) throws IOException {
    Map<String, JsonNode> manifests = new HashMap<>();
    for (JsonNode manifest : Yaml.documents(command.call())) {
      String kind = manifest.at("/kind").asString();
      Validation validation = KINDS.get(kind);
      if (validation != null) {
        validation.check(JsonParser.parseString(manifest.toString()));
      } else {
        assertThat(kind).isEqualTo("ServiceMonitor");
      }
      assertThat(manifests.put(kind, manifest)).as("a second %s", kind).isNull();
    }
    return new Rendered(manifests);
  }
}
