package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.forebay.emulator.RequestRecord;
import dev.forebay.testkit.Http;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

/** Calls wait here for a known quota, and what can never fit or not in time is refused at once. */
class QuotaTest {
  @RegisterExtension static final Stack stack = new Stack();

  @Test
  void aBurstBeyondTheQuotaWaitsForItAndIsNotRefused() {
    // Ten seconds' worth are 2,000 tokens; each call reserves about 500 and uses far less.
    try (OneRoute route = limited("{ tokensPerMinute: 12000 }")) {
      List<CompletableFuture<String>> calls =
          IntStream.range(0, 30)
              .mapToObj(
                  i ->
                      CompletableFuture.supplyAsync(
                          () ->
                              Calls.header(
                                  route.client().converse(call(500)), "x-forebay-attempts")))
              .toList();

      assertThat(calls).allSatisfy(call -> assertThat(call.join()).isEqualTo("1"));
      assertThat(stack.arrived("amazon.nova-lite-v1:0")).hasSize(30);
    }
  }

  @Test
  void aCallBeyondAMinutesQuotaIsRefusedWithTheRemedy() {
    try (OneRoute route = limited("{ tokensPerMinute: 1000 }")) {
      ValidationException refused =
          catchThrowableOfType(
              ValidationException.class, () -> route.client().converse(call(1_000)));

      assertThat(refused.awsErrorDetails().errorMessage())
          .contains("the quota of target 'one' is 1000 a minute: lower max_tokens");
      assertThat(stack.arrived("amazon.nova-lite-v1:0")).isEmpty();
    }
  }

  @Test
  void aCallWhoseTurnDoesNotComeInTimeIsRefusedWithRetryAfter() {
    String quota = "credentials: anonymous, quota: { tokensPerMinute: 1200 }";
    try (OneRoute route = new OneRoute(stack, stack.emulator().endpoint(), quota, "deadline: 3s")) {
      // Nothing is in use, so it begins at once, and holds nearly all there is.
      stack.emulator().faults("[{\"count\": 1, \"slowFirstToken\": {\"delay\": \"2s\"}}]");
      CompletableFuture<ConverseResponse> first =
          CompletableFuture.supplyAsync(() -> route.client().converse(call(1_100)));
      await().until(() -> stack.arrived("amazon.nova-lite-v1:0").size() == 1);
      stack.emulator().faults("[{\"throttle\": {}}]");

      ThrottlingException refused =
          catchThrowableOfType(
              ThrottlingException.class, () -> route.client().converse(call(1_100)));

      assertThat(refused.awsErrorDetails().sdkHttpResponse().firstMatchingHeader("Retry-After"))
          .hasValueSatisfying(seconds -> assertThat(Integer.parseInt(seconds)).isBetween(1, 61));
      List<RequestRecord> arrived = stack.arrived("amazon.nova-lite-v1:0");
      long begun = arrived.getFirst().arrivedMs();
      assertThat(arrived)
          .filteredOn(each -> each.arrivedMs() - begun < 1_900)
          .as("while the first holds it one shows that the quota is no larger")
          .hasSize(2);
      assertThat(first).succeedsWithin(Duration.ofSeconds(20));
    }
  }

  @Test
  void aPriorityThatIsNoneIsRefused() {
    ValidationException refused =
        catchThrowableOfType(
            ValidationException.class,
            () ->
                stack
                    .client()
                    .converse(
                        Calls.converse(Stack.MODEL).toBuilder()
                            .overrideConfiguration(o -> o.putHeader("x-forebay-priority", "urgent"))
                            .build()));

    assertThat(refused.awsErrorDetails().errorMessage())
        .contains("x-forebay-priority must be interactive, standard or batch");
  }

  @Test
  void statusAndMetricsShowBucketAndLine() throws Exception {
    try (OneRoute route = limited("{ requestsPerMinute: 600, tokensPerMinute: 60000 }")) {
      route.client().converse(call(500));

      String status = get(route, "/api/status");
      assertThat(status)
          .contains("\"capacity\" : 60000", "\"tokensPerMinute\" : 60000", "\"interactive\" : 0");
      assertThat(get(route, "/metrics"))
          .contains(
              "forebay_bucket_capacity_tokens{target=\"one\"} 60000.0",
              "forebay_rate_tokens_per_minute{target=\"one\"} 60000.0",
              "forebay_waiting_calls{priority=\"batch\",target=\"one\"} 0.0",
              "forebay_admission_seconds_count{priority=\"standard\"");
    }
  }

  private static OneRoute limited(String quota) {
    return new OneRoute(
        stack, stack.emulator().endpoint(), "credentials: anonymous, quota: " + quota);
  }

  private static ConverseRequest call(int maxTokens) {
    return Calls.converse(OneRoute.MODEL).toBuilder()
        .inferenceConfig(c -> c.maxTokens(maxTokens))
        .build();
  }

  private static String get(OneRoute route, String path) throws Exception {
    return Http.page(Http.local(route.gateway().port(), path));
  }
}
