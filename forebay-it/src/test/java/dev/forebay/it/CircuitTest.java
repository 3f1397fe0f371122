package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.forebay.testkit.Http;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceUnavailableException;

/** During an outage nothing is sent to the target that is out, and everyone can see it. */
class CircuitTest {
  @RegisterExtension static final Stack stack = new Stack();

  @Test
  void anOpenCircuitSendsCallsStraightToTheFallback() throws Exception {
    stack.emulator().faults("[{\"model\": \"%s\", \"outage\": {}}]".formatted(Stack.PRIMARY));
    for (int i = 0; i < 3; i++) {
      stack.client().converse(Calls.converse(Stack.MODEL));
    }
    int learnt = stack.arrived(Stack.PRIMARY).size();

    for (int i = 0; i < 20; i++) {
      assertThat(
              Calls.header(
                  stack.client().converse(Calls.converse(Stack.MODEL)), "x-forebay-attempts"))
          .isEqualTo("1");
    }

    assertThat(learnt).isEqualTo(11);
    assertThat(stack.arrived(Stack.PRIMARY)).hasSize(learnt);
    // Half open once the pause is over, which it may be on a busy machine.
    assertThat(get("/metrics"))
        .containsPattern("forebay_breaker_state\\{target=\"primary\"} [12]\\.0");
    assertThat(get("/api/status"))
        .containsPattern("\"breaker\" : \"(half_)?open\"")
        .contains("\"breaker\" : \"closed\"");
  }

  @Test
  void aCallWithoutFallbackAndTimeForTheProbeIsRefusedAtOnceWithRetryAfter() {
    stack.emulator().faults("[{\"model\": \"%s\", \"unavailable\": {}}]".formatted(Stack.ALONE));
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(this::callAlone).isInstanceOf(ServiceUnavailableException.class);
    }
    int learnt = stack.arrived(Stack.ALONE).size();

    ServiceUnavailableException refused =
        catchThrowableOfType(ServiceUnavailableException.class, this::callAlone);

    assertThat(refused.awsErrorDetails().errorMessage()).contains("circuit breakers open");
    assertThat(refused.awsErrorDetails().sdkHttpResponse().firstMatchingHeader("Retry-After"))
        .hasValueSatisfying(seconds -> assertThat(Integer.parseInt(seconds)).isBetween(1, 5));
    assertThat(stack.arrived(Stack.ALONE)).hasSize(learnt);
  }

  @Test
  void aCallWithoutFallbackWaitsForTheProbe() {
    stack.emulator().faults("[{\"unavailable\": {}}]");
    try (OneRoute route = new OneRoute(stack)) {
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> route.client().converse(inTwoSeconds(OneRoute.MODEL)))
            .isInstanceOf(ServiceUnavailableException.class);
      }
      stack.emulator().faults("[]");

      assertThat(
              Calls.header(
                  route.client().converse(Calls.converse(OneRoute.MODEL)), "x-forebay-attempts"))
          .isEqualTo("1");
    }
  }

  private void callAlone() {
    stack.client().converse(inTwoSeconds(Stack.ALONE));
  }

  /** Less than any pause of a circuit. */
  private static ConverseRequest inTwoSeconds(String model) {
    return Calls.converse(model).toBuilder()
        .overrideConfiguration(o -> o.putHeader("x-forebay-deadline-ms", "2000"))
        .build();
  }

  private static String get(String path) throws Exception {
    return Http.page(URI.create(stack.endpoint() + path));
  }
}
