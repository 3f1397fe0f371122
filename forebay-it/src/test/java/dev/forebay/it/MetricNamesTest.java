package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.bedrockruntime.model.ModelErrorException;

/** Dashboards and alerts are worth nothing if they ask for what is not there. */
class MetricNamesTest {
  private static final Path OBSERVABILITY = Path.of("..", "observability");
  private static final Pattern NAME =
      Pattern.compile("\\b(forebay|gen_ai_(?:client|server))_[a-z_]+");
  private static final Pattern RUNBOOK =
      Pattern.compile("runbook: docs/operations/alerts.md#(\\S+)");

  @RegisterExtension static final Stack stack = new Stack();

  @ParameterizedTest
  @ValueSource(strings = {"alerts.yaml", "grafana-dashboard.json"})
  void everyMetricThatIsAskedForIsInAScrape(String file) throws Exception {
    Set<String> asked = names(Files.readString(OBSERVABILITY.resolve(file)));

    assertThat(asked).isNotEmpty();
    assertThat(scraped("text/plain")).containsAll(asked);
  }

  @Test
  void everyMetricOfTheInterfaceIsInAScrape() throws Exception {
    assertThat(scraped("text/plain"))
        .contains(
            "forebay_requests_total",
            "forebay_attempts_total",
            "forebay_fallbacks_total",
            "forebay_fallback_refusals_total",
            "forebay_breaker_state",
            "forebay_tokens_total",
            "forebay_queue_jobs",
            "forebay_cluster_learned_tokens_per_minute",
            "forebay_cluster_windowed",
            "forebay_cluster_open",
            "forebay_request_seconds_bucket",
            "forebay_time_to_first_token_seconds_bucket",
            "forebay_gateway_overhead_seconds_bucket",
            "gen_ai_client_operation_duration_seconds_bucket",
            "gen_ai_client_token_usage_bucket",
            "gen_ai_server_request_duration_seconds_bucket");
  }

  @Test
  void nativeHistogramsComeInTheBinaryForm() throws Exception {
    try (Watched gateway = lived()) {
      String type =
          "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";
      assertThat(gateway.get("/metrics", type).headers().firstValue("Content-Type"))
          .hasValueSatisfying(
              sent -> assertThat(sent).startsWith("application/vnd.google.protobuf"));
    }
  }

  @Test
  void everyAlertHasItsRunbook() throws Exception {
    String alerts = Files.readString(Path.of("..", "docs", "operations", "alerts.md"));
    Set<String> headings =
        alerts
            .lines()
            .filter(line -> line.startsWith("#"))
            .map(line -> line.replaceAll("^#+ *", "").toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    Matcher links = RUNBOOK.matcher(Files.readString(OBSERVABILITY.resolve("alerts.yaml")));
    Set<String> wanted = new TreeSet<>();
    while (links.find()) {
      wanted.add(links.group(1));
    }

    assertThat(wanted).hasSizeGreaterThan(5);
    assertThat(headings).containsAll(wanted);
  }

  private static Set<String> scraped(String accept) throws Exception {
    try (Watched gateway = lived()) {
      return names(gateway.get("/metrics", accept).body());
    }
  }

  /**
   * A gateway that has seen answers, a caller's retry, a fallback, its refusal, a stream, a loss, a
   * queue and a cluster.
   */
  private static Watched lived() throws Exception {
    OtlpReceiver gone = new OtlpReceiver();
    gone.close();
    Watched gateway =
        new Watched(
            stack,
            stack.emulator().endpoint(),
            "otlp: \"%s\", sample: 1".formatted(gone.endpoint()),
            "",
            "quota: { requestsPerMinute: 100000, tokensPerMinute: 10000000 },");
    gateway.showQueue();
    gateway.showCluster();
    stack.emulator().faults("[{\"error\": {\"exception\": \"ModelErrorException\"}}]");
    assertThatThrownBy(() -> gateway.client().converse(Calls.converse(Stack.MODEL)))
        .isInstanceOf(ModelErrorException.class);
    stack
        .emulator()
        .faults(
            "[{\"model\": \"%s\", \"error\": {\"exception\": \"ModelErrorException\"}}]"
                .formatted(Stack.PRIMARY));
    for (int i = 0; i < 12; i++) {
      gateway.client().converse(Calls.converse(Stack.MODEL));
    }
    gateway.stream();
    gateway.post(
        "/model/" + Stack.MODEL + "/converse",
        "{\"messages\": [{\"role\": \"user\", \"content\": [{\"text\": \"Hello\"}]}]}",
        "amz-sdk-request",
        "attempt=2; max=3");
    gateway.flush();
    return gateway;
  }

  private static Set<String> names(String text) {
    Set<String> names = new TreeSet<>();
    Matcher found = NAME.matcher(text);
    while (found.find()) {
      names.add(found.group());
    }
    return names;
  }
}
