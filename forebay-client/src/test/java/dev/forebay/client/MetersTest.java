package dev.forebay.client;

import static dev.forebay.client.EmulatedBedrock.FALLBACK;
import static dev.forebay.client.EmulatedBedrock.MODEL;
import static dev.forebay.client.EmulatedBedrock.PRIMARY;
import static dev.forebay.client.EmulatedBedrock.hello;
import static dev.forebay.client.EmulatedBedrock.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.client.micrometer.ForebayMeters;
import dev.forebay.config.ConfigFile;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

/** The library's meters, by a real registry and real clients. */
class MetersTest {
  @RegisterExtension static final EmulatedBedrock bedrock = new EmulatedBedrock();

  private static final String FIRST = "us-east-1/" + PRIMARY;
  private static final String SECOND = "us-west-2/" + FALLBACK;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ForebayMeters meters = new ForebayMeters(registry);

  private Forebay library() {
    Forebay forebay = bedrock.route().and().listener(meters).build();
    meters.bindTo(forebay);
    return forebay;
  }

  private long calls(String answer, String error) {
    return registry
        .get("forebay.request")
        .tags("route", MODEL, "answer", answer, "error", error)
        .timer()
        .count();
  }

  private long attempts(String target, String outcome) {
    return registry
        .get("forebay.attempt")
        .tags("target", target, "outcome", outcome)
        .timer()
        .count();
  }

  private double counted(String name, String... tags) {
    return registry.get(name).tags(tags).counter().count();
  }

  @Test
  void throttlesARetryAndAFallbackAreCounted() {
    bedrock.faults("[{\"model\":\"" + PRIMARY + "\",\"throttle\":{}}]");
    try (Forebay forebay = library();
        BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      int output = client.converse(hello(MODEL)).usage().outputTokens();

      int failed = bedrock.arrived(PRIMARY).size();
      assertThat(failed).isPositive();
      assertThat(calls("fallback", "none")).isEqualTo(1);
      assertThat(attempts(FIRST, "throttled")).isEqualTo(failed);
      assertThat(attempts(SECOND, "succeeded")).isEqualTo(1);
      assertThat(counted("forebay.retries", "route", MODEL)).isEqualTo(failed);
      assertThat(counted("forebay.fallbacks", "route", MODEL)).isEqualTo(1);
      assertThat(counted("forebay.tokens", "target", SECOND, "kind", "output")).isEqualTo(output);
      assertThat(
              registry
                  .get("forebay.admission")
                  .tags("route", MODEL, "priority", "standard")
                  .timer()
                  .count())
          .isEqualTo(1);
      assertThat(registry.get("forebay.calls").gauge().value()).isZero();
      assertThat(registry.get("forebay.breaker.state").tag("target", SECOND).gauge().value())
          .isZero();
    }
  }

  @Test
  void aProgramThatSharesItsQuotasShowsHow() throws Exception {
    String file =
        """
        cluster: { url: "redis://127.0.0.1:1", members: 4 }
        targets:
          one:
            region: us-east-1
            model: amazon.nova-lite-v1:0
            credentials: anonymous
            quota: { tokensPerMinute: 100000 }
        routes: { any: { tiers: [[one]] } }
        """;
    try (Forebay forebay =
        Forebay.builder()
            .config(ConfigFile.parse(file, "forebay.yaml", Map.of()))
            .listener(meters)
            .build()) {
      meters.bindTo(forebay);
      String said = forebay.call("any", target -> "done");
      assertThat(said).isEqualTo("done");
      assertThat(shared("members")).isEqualTo(4);
      assertThat(shared("store.up")).isZero();
      assertThat(shared("store.leases")).isZero();
      await().until(() -> shared("share") == 0.25);
      await()
          .until(
              () -> registry.get("forebay.cluster.store.failures").functionCounter().count() > 0);
      assertThat(registry.get("forebay.cluster.leased").tag("target", "one").gauge().value())
          .isZero();
      assertThat(registry.getMeters())
          .extracting(meter -> meter.getId().getName())
          .contains(
              "forebay.cluster.store.operations",
              "forebay.cluster.wants",
              "forebay.cluster.learned.tokens.per.minute",
              "forebay.cluster.windowed",
              "forebay.cluster.open");
    }
  }

  private double shared(String name) {
    return registry.get("forebay.cluster." + name).gauge().value();
  }

  @Test
  void aProgramThatSharesNothingShowsNothingOfIt() {
    try (Forebay forebay = library();
        BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      assertThat(client.converse(hello(MODEL)).usage().outputTokens()).isPositive();
      assertThat(registry.getMeters())
          .extracting(meter -> meter.getId().getName())
          .noneMatch(name -> name.startsWith("forebay.cluster"));
    }
  }

  @Test
  void streamsHaveATimeToTheirFirstContent() {
    try (Forebay forebay = library();
        BedrockRuntimeAsyncClient client = forebay.bedrockRuntimeAsync()) {
      client
          .converseStream(
              r -> r.modelId(MODEL).messages(says("Hello")),
              ConverseStreamResponseHandler.builder().subscriber(event -> {}).build())
          .join();
    }
    assertThat(registry.get("forebay.time.to.first.token").tag("route", MODEL).timer().count())
        .isEqualTo(1);
    assertThat(calls("primary", "none")).isEqualTo(1);
  }

  @Test
  void refusedCallsHaveTheErrorsName() {
    bedrock.faults("[{\"error\":{\"exception\":\"ValidationException\"}}]");
    try (Forebay forebay = library();
        BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      assertThatThrownBy(() -> client.converse(hello(MODEL)))
          .isInstanceOf(ValidationException.class);
    }
    assertThat(calls("refused", "ValidationException")).isEqualTo(1);
  }

  @Test
  void anOpenCircuitShows() throws Exception {
    try (Forebay forebay = library()) {
      for (int i = 0; i < 30; i++) {
        String by =
            forebay.call(
                MODEL,
                target -> {
                  if (target.name().equals(FIRST)) {
                    throw new IOException("down");
                  }
                  return target.name();
                });
        assertThat(by).isEqualTo(SECOND);
      }
      assertThat(registry.get("forebay.breaker.state").tag("target", FIRST).gauge().value())
          .isEqualTo(2);
      assertThat(counted("forebay.breaker.changes", "target", FIRST, "state", "open")).isEqualTo(1);
      assertThat(calls("fallback", "none")).as("other work is counted too").isEqualTo(30);
    }
  }

  @Test
  void namesOfErrorsThatAreNotBedrocksAreOne() {
    try (Forebay forebay = library()) {
      assertThatThrownBy(
              () ->
                  forebay.call(
                      MODEL,
                      target -> {
                        throw new IllegalStateException("a bug");
                      }))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(
            registry
                .get("forebay.request")
                .tag("answer", "refused")
                .timer()
                .getId()
                .getTag("error"))
        .isIn("other", "InternalServerException", "ValidationException");
  }
}
