package dev.forebay.client;

import static dev.forebay.client.EmulatedBedrock.FALLBACK;
import static dev.forebay.client.EmulatedBedrock.MODEL;
import static dev.forebay.client.EmulatedBedrock.PRIMARY;
import static dev.forebay.client.EmulatedBedrock.hello;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.client.micrometer.AttemptContext;
import dev.forebay.client.micrometer.CallContext;
import dev.forebay.client.micrometer.ForebayObservations;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/** The library's observations, by a real registry and real clients. */
class ObservationsTest {
  @RegisterExtension static final EmulatedBedrock bedrock = new EmulatedBedrock();

  private final TestObservationRegistry registry = TestObservationRegistry.create();

  private final List<AttemptContext> stopped = new CopyOnWriteArrayList<>();

  @BeforeEach
  void listen() {
    registry
        .observationConfig()
        .observationHandler(
            new ObservationHandler<AttemptContext>() {
              @Override
              public void onStop(AttemptContext context) {
                stopped.add(context);
              }

              @Override
              public boolean supportsContext(Observation.Context context) {
                return context instanceof AttemptContext;
              }
            });
  }

  private Forebay library() {
    return bedrock.route().and().tracing(new ForebayObservations(registry)).build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFallbackIsOneCallWithItsAttemptsBelowTheProgramsObservation(boolean async) {
    bedrock.faults("[{\"model\":\"" + PRIMARY + "\",\"throttle\":{}}]");
    Observation program = Observation.start("program", registry);
    try (Forebay forebay = library();
        Observation.Scope scope = program.openScope()) {
      assertThat(scope.getCurrentObservation()).isEqualTo(program);
      if (async) {
        try (BedrockRuntimeAsyncClient client = forebay.bedrockRuntimeAsync()) {
          client.converse(hello(MODEL)).join();
        }
      } else {
        try (BedrockRuntimeClient client = forebay.bedrockRuntime()) {
          client.converse(hello(MODEL));
        }
      }
    }
    program.stop();

    int attempts = bedrock.arrived(PRIMARY).size() + 1;
    TestObservationRegistryAssert.assertThat(registry)
        .hasNumberOfObservationsWithNameEqualTo("forebay.call", 1)
        .hasNumberOfObservationsWithNameEqualTo("forebay.attempt", attempts)
        .hasObservationWithNameEqualTo("forebay.call")
        .that()
        .hasContextualNameEqualTo("invoke_bedrock")
        .hasParentObservationEqualTo(program)
        .hasLowCardinalityKeyValue("route", MODEL)
        .hasLowCardinalityKeyValue("model", FALLBACK)
        .hasLowCardinalityKeyValue("answer", "fallback")
        .hasLowCardinalityKeyValue("error.type", "none")
        .hasHighCardinalityKeyValue("gen_ai.request.model", MODEL)
        .hasBeenStarted()
        .hasBeenStopped();
    assertThat(stopped)
        .hasSize(attempts)
        .allSatisfy(
            attempt ->
                assertThat(Objects.requireNonNull(attempt.getParentObservation()).getContextView())
                    .isInstanceOf(CallContext.class))
        .extracting(AttemptContext::getOutcome)
        .startsWith("throttled")
        .endsWith("succeeded");
    assertThat(stopped.getFirst().getLowCardinalityKeyValue("model"))
        .isEqualTo(KeyValue.of("model", PRIMARY));
  }

  @Test
  void headersThatAHandlerSetsGoToTheTarget() {
    registry
        .observationConfig()
        .observationHandler(
            new ObservationHandler<AttemptContext>() {
              @Override
              public void onStart(AttemptContext context) {
                context
                    .getSetter()
                    .set(Objects.requireNonNull(context.getCarrier()), "traceparent", "00-test");
              }

              @Override
              public boolean supportsContext(Observation.Context context) {
                return context instanceof AttemptContext;
              }
            });
    try (NotedRequests sent = new NotedRequests();
        Forebay forebay =
            bedrock
                .route()
                .and()
                .httpClient(sent)
                .tracing(new ForebayObservations(registry))
                .build();
        BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      client.converse(hello(MODEL));
      assertThat(sent.header("traceparent")).isEqualTo("00-test");
    }
  }

  @Test
  void otherWorkIsObservedToo() {
    try (Forebay forebay = library()) {
      forebay.call(MODEL, target -> "done");
    }
    TestObservationRegistryAssert.assertThat(registry)
        .hasObservationWithNameEqualTo("forebay.call")
        .that()
        .hasLowCardinalityKeyValue("answer", "primary")
        .hasLowCardinalityKeyValue("route", MODEL)
        .hasBeenStopped();
    TestObservationRegistryAssert.assertThat(registry)
        .hasNumberOfObservationsWithNameEqualTo("forebay.attempt", 1);
  }
}
