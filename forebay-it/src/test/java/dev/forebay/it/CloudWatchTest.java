package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cloudwatch.CloudWatchMetrics;
import dev.forebay.core.BreakerPolicy;
import dev.forebay.core.Call;
import dev.forebay.core.HedgePolicy;
import dev.forebay.core.Outcome;
import dev.forebay.core.RetryPolicy;
import dev.forebay.core.Route;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.Tier;
import dev.forebay.core.Timeouts;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.journey.Journey;
import dev.forebay.core.journey.Journeys;
import dev.forebay.core.telemetry.DroppedTelemetry;
import dev.forebay.it.CloudWatchReceiver.Mood;
import dev.forebay.testkit.ClosedPort;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;

class CloudWatchTest {
  private static final Map<String, String> ROUTE = Map.of("Route", Stack.MODEL);

  @RegisterExtension static final Stack stack = new Stack();

  @Test
  void theSumsAreWhatTheModelsSawUnderLoadToo() throws Exception {
    stack
        .emulator()
        .faults(
            "[{\"model\": \"%s\", \"probability\": 0.4, \"error\": {\"exception\": \"ModelErrorException\"}}]"
                .formatted(Stack.PRIMARY));
    try (CloudWatchReceiver cloudWatch = new CloudWatchReceiver(Mood.WELL);
        Watched gateway = watched(cloudWatch.endpoint().toString())) {
      call(gateway, 400);
      gateway.flush();

      double fallbacks = arrived(Stack.FALLBACK);
      double primaries = arrived(Stack.PRIMARY);
      assertThat(fallbacks).isBetween(1.0, 400.0);
      assertThat(cloudWatch.sum("FallbackModelInvocations", Map.of())).isEqualTo(fallbacks);
      assertThat(
              cloudWatch.data().stream()
                  .filter(d -> d.metric().equals("FallbackModelInvocations"))
                  .filter(d -> d.dimensions().containsKey("Reason"))
                  .mapToDouble(CloudWatchReceiver.Datum::sum)
                  .sum())
          .isEqualTo(fallbacks);
      assertThat(cloudWatch.sum("Attempts", Map.of("Target", "fallback"))).isEqualTo(fallbacks);
      assertThat(cloudWatch.sum("Attempts", Map.of("Target", "primary"))).isEqualTo(primaries);
      assertThat(cloudWatch.sum("OutputTokens", ROUTE)).isEqualTo(400 * 20);
      assertThat(cloudWatch.complaints()).isEmpty();
      assertThat(cloudWatch.data())
          .filteredOn(d -> d.metric().equals("FallbackModelInvocations"))
          .allSatisfy(
              d -> {
                assertThat(d.namespace()).isEqualTo("GenAI/Application");
                assertThat(d.unit()).isEqualTo("Count");
                assertThat(d.sum()).isEqualTo(d.count());
                assertThat(d.min()).isEqualTo(1);
                assertThat(d.max()).isEqualTo(1);
              });
    }
  }

  @Test
  void manySeriesComeInRequestsThatCloudWatchTakes() throws Exception {
    int routes = 700;
    Journeys journeys = new Journeys();
    try (CloudWatchReceiver cloudWatch = new CloudWatchReceiver(Mood.WELL)) {
      DroppedTelemetry dropped = new DroppedTelemetry();
      try (CloudWatchMetrics metrics =
          CloudWatchMetrics.builder()
              .endpoint(cloudWatch.endpoint())
              .credentials(
                  StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret")))
              .period(Duration.ofDays(1))
              .dropped(dropped)
              .toApi("us-east-1")) {
        IntStream.range(0, routes).forEach(i -> answer(journeys, metrics, route(i)));
      }

      assertThat(cloudWatch.complaints()).isEmpty();
      assertThat(cloudWatch.bodies()).hasSizeGreaterThan(3);
      assertThat(cloudWatch.encodings()).contains("gzip");
      assertThat(
              cloudWatch.data().stream()
                  .filter(d -> d.metric().equals("OutputTokens"))
                  .mapToDouble(CloudWatchReceiver.Datum::sum)
                  .sum())
          .isEqualTo(routes * 7);
      assertThat(dropped.of("cloudwatch")).isZero();
    }
  }

  /** A route and a target with the longest names that a configuration takes. */
  private static Route route(int number) {
    String name = number + "-".repeat(2_000);
    return new Route(
        name,
        List.of(new Tier(List.of(new Target(name, Timeouts.DEFAULTS)))),
        Duration.ofSeconds(60),
        Duration.ofSeconds(20),
        RetryPolicy.DEFAULTS,
        BreakerPolicy.DEFAULTS,
        HedgePolicy.OFF);
  }

  private static void answer(Journeys journeys, JourneyListener listener, Route route) {
    Call call = new Call(false, 10, 10, Call.ROUTE_DEADLINE);
    Journey journey = journeys.begin(route, call, 0, new SplittableRandom(1), listener);
    Step.Attempt attempt = (Step.Attempt) journey.start(0, () -> {});
    journey.attemptEnded(attempt, new Outcome.Succeeded(new TokenUsage(5, 7, 0, 0)), 1_000_000);
  }

  @ParameterizedTest
  @EnumSource(names = {"SILENT", "THROTTLING"})
  void aServiceThatDoesNotTakeThemCostsMetricsAndNothingElse(Mood mood) throws Exception {
    try (CloudWatchReceiver cloudWatch = new CloudWatchReceiver(mood);
        Watched gateway = watched(cloudWatch.endpoint().toString())) {
      assertThatOnlyMetricsAreLost(gateway);
      assertThat(cloudWatch.bodies()).isNotEmpty();
    }
  }

  @Test
  void aServiceThatIsDownCostsMetricsAndNothingElse() throws Exception {
    try (ClosedPort down = new ClosedPort();
        Watched gateway = watched(down.endpoint())) {
      assertThatOnlyMetricsAreLost(gateway);
    }
  }

  @Test
  void whatAServiceThatThrottlesDidNotTakeArrivesOnce() throws Exception {
    try (CloudWatchReceiver cloudWatch = new CloudWatchReceiver(Mood.THROTTLING);
        Watched gateway = watched(cloudWatch.endpoint().toString())) {
      call(gateway, 50);
      await().until(() -> cloudWatch.bodies().size() > 1);
      cloudWatch.feels(Mood.WELL);
      call(gateway, 50);
      gateway.flush();

      assertThat(cloudWatch.sum("OutputTokens", ROUTE)).isEqualTo(100 * 20);
      assertThat(gateway.get("/metrics", "text/plain").body())
          .contains("forebay_telemetry_lost_total{destination=\"cloudwatch\"} 0.0");
    }
  }

  private static void assertThatOnlyMetricsAreLost(Watched gateway) throws Exception {
    call(gateway, 50);
    gateway.flush();
    String metrics = gateway.get("/metrics", "text/plain").body();

    assertThat(metrics)
        .contains("forebay_requests_total{answer=\"primary\",route=\"" + Stack.MODEL + "\"} 50.0")
        .containsPattern("forebay_telemetry_lost_total\\{destination=\"cloudwatch\"} [1-9]");
  }

  /** Makes so many calls, many at a time, all of which are answered. */
  private static void call(Watched gateway, int times) {
    try (ExecutorService callers = Executors.newFixedThreadPool(16)) {
      List<Future<ConverseResponse>> calls =
          IntStream.range(0, times)
              .mapToObj(
                  i -> callers.submit(() -> gateway.client().converse(Calls.converse(Stack.MODEL))))
              .toList();
      assertThat(calls)
          .allSatisfy(call -> assertThat(call.get().usage().outputTokens()).isEqualTo(20));
    }
  }

  private static double arrived(String model) {
    return Objects.requireNonNull(stack.emulator().stats().models().get(model)).arrived();
  }

  private static Watched watched(String endpoint) {
    return new Watched(
        stack,
        stack.emulator().endpoint(),
        "cloudwatch: { region: us-east-1, endpoint: \"%s\" }".formatted(endpoint));
  }
}
