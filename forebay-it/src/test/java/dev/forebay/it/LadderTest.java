package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.forebay.emulator.RequestRecord;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ModelStreamErrorException;
import software.amazon.awssdk.services.bedrockruntime.model.ModelTimeoutException;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

/** Each step of the ladder, scripted on the emulator and seen through the SDK. */
class LadderTest {
  @RegisterExtension static final Stack stack = new Stack();

  @Test
  void one503IsRetriedAndAnswered() {
    fault(Stack.PRIMARY, "\"count\": 1, \"unavailable\": {}");

    ConverseResponse answer = converse();

    assertThat(Calls.header(answer, "x-forebay-answer")).isEqualTo("primary");
    assertThat(Calls.header(answer, "x-forebay-attempts")).isEqualTo("2");
  }

  @Test
  void one429MayBeChanceAndIsTriedAgainAtOnce() {
    fault(Stack.PRIMARY, "\"count\": 1, \"throttle\": {\"reason\": \"tokens\"}");

    ConverseResponse answer = converse();

    assertThat(Calls.header(answer, "x-forebay-answer")).isEqualTo("primary");
    List<RequestRecord> arrived = stack.arrived(Stack.PRIMARY);
    assertThat(arrived).hasSize(2);
  }

  @Test
  void two429sWithoutAFallbackAreWaitedOutWithGrowingDelays() {
    fault(Stack.ALONE, "\"count\": 2, \"throttle\": {\"reason\": \"tokens\"}");

    ConverseResponse answer = stack.client().converse(Calls.converse(Stack.ALONE));

    assertThat(Calls.header(answer, "x-forebay-answer")).isEqualTo("primary");
    List<RequestRecord> arrived = stack.arrived(Stack.ALONE);
    assertThat(arrived).hasSize(3);
    assertThat(gap(arrived, 1)).isGreaterThanOrEqualTo(20);
    assertThat(gap(arrived, 2)).isGreaterThanOrEqualTo(40);
  }

  @Test
  void endless429sEndAtTheFallbackAfterTwoAttempts() {
    fault(Stack.PRIMARY, "\"throttle\": {}");

    ConverseResponse answer = converse();

    assertThat(Calls.header(answer, "x-forebay-answer")).isEqualTo("fallback");
    assertThat(Calls.header(answer, "x-forebay-target")).isEqualTo("fallback");
    assertThat(Calls.header(answer, "x-forebay-attempts")).isEqualTo("3");
    assertThat(stack.arrived(Stack.PRIMARY)).hasSize(2);
  }

  @Test
  void whenTheFallbackIsThrottledTooTheSdkThrowsItsThrottlingException() {
    stack.emulator().faults("[{\"throttle\": {\"reason\": \"tokens\"}}]");

    ThrottlingException thrown = catchThrowableOfType(ThrottlingException.class, this::converse);

    assertThat(thrown.awsErrorDetails().errorMessage()).startsWith("Too many tokens");
    assertThat(thrown.requestId()).isNotEmpty();
    var head = thrown.awsErrorDetails().sdkHttpResponse();
    assertThat(head.firstMatchingHeader("Retry-After")).hasValue("1");
    assertThat(head.firstMatchingHeader("x-amz-retry-after")).hasValue("1000");
    assertThat(head.firstMatchingHeader("x-forebay-attempts")).hasValue("8");
    assertThat(stack.emulator().stats().total().arrived()).isEqualTo(8);
  }

  @Test
  void aValidationErrorIsTriedOnceAndThrownAsItIs() {
    fault(
        Stack.PRIMARY,
        "\"error\": {\"exception\": \"ValidationException\", \"message\": \"no such thing\"}");

    assertThatThrownBy(this::converse)
        .isInstanceOfSatisfying(
            ValidationException.class,
            thrown ->
                assertThat(thrown.awsErrorDetails().errorMessage()).isEqualTo("no such thing"));
    assertThat(stack.emulator().stats().total().arrived()).isEqualTo(1);
  }

  @Test
  void anExceptionEventBeforeContentLetsTheFallbackStream() throws Exception {
    fault(
        Stack.PRIMARY,
        "\"exceptionEvent\": {\"exception\": \"modelStreamErrorException\", \"afterEvents\": 1}");

    Received received = new Received();
    stream(Stack.MODEL, received).get(20, TimeUnit.SECONDS);

    assertThat(received.stopReason()).isEqualTo("end_turn");
    assertThat(received.header("x-forebay-answer")).isEqualTo("fallback");
    assertThat(stack.arrived(Stack.PRIMARY)).hasSize(1);
  }

  @Test
  void throttlingEventsBeforeContentAreRetriedThenTheFallbackStreams() throws Exception {
    fault(
        Stack.PRIMARY,
        "\"exceptionEvent\": {\"exception\": \"throttlingException\", \"afterEvents\": 0}");

    Received received = new Received();
    stream(Stack.MODEL, received).get(20, TimeUnit.SECONDS);

    assertThat(received.header("x-forebay-answer")).isEqualTo("fallback");
    assertThat(stack.arrived(Stack.PRIMARY)).hasSize(2);
  }

  @Test
  void anExceptionEventAfterContentIsThrownAndNothingElseIsSent() {
    fault(
        Stack.PRIMARY,
        "\"exceptionEvent\": {\"exception\": \"throttlingException\", \"afterEvents\": 4}");

    Received received = new Received();
    assertThat(failure(stream(Stack.MODEL, received))).isInstanceOf(ThrottlingException.class);
    assertThat(received.text()).isNotEmpty();
    assertThat(stack.emulator().stats().total().arrived()).isEqualTo(1);
  }

  @Test
  void aStreamThatEndsWithoutItsTerminalEventIsThrown() {
    fault(Stack.PRIMARY, "\"truncate\": {\"afterEvents\": 4}");

    Received received = new Received();
    assertThat(failure(stream(Stack.MODEL, received)))
        .isInstanceOf(ModelStreamErrorException.class);
    assertThat(received.text()).isNotEmpty();
    assertThat(stack.emulator().stats().total().arrived()).isEqualTo(1);
  }

  @Test
  void anInvokeStreamThatIsCutIsThrown() {
    fault(Stack.PRIMARY, "\"cut\": {\"afterEvents\": 4, \"halfFrame\": true}");

    Received received = new Received();
    CompletableFuture<Void> call =
        stack
            .asyncClient()
            .invokeModelWithResponseStream(
                r -> r.modelId(Stack.MODEL).body(SdkBytes.fromUtf8String(Calls.CLAUDE_BODY)),
                received.invoke());

    assertThat(failure(call)).isInstanceOf(BedrockRuntimeException.class);
    assertThat(received.chunks()).isNotEmpty();
  }

  @Test
  void aHungTargetIsGivenUpInTimeForTheFallback() {
    fault(Stack.PRIMARY, "\"hang\": {}");

    ConverseResponse answer = converse();

    assertThat(Calls.header(answer, "x-forebay-answer")).isEqualTo("fallback");
    assertThat(stack.arrived(Stack.PRIMARY)).hasSize(1);
  }

  @Test
  void aHungTargetWithoutFallbackEndsByTheDeadline() {
    fault(Stack.ALONE, "\"hang\": {}");

    assertThatThrownBy(() -> stack.client().converse(Calls.converse(Stack.ALONE)))
        .isInstanceOf(ModelTimeoutException.class);
    // Closing the connection is seen there a little after the answer is seen here.
    await().until(() -> stack.arrived(Stack.ALONE).getFirst().clientLeftAtMs() != null);
    assertThat(stack.arrived(Stack.ALONE)).hasSize(1);
  }

  @Test
  void theCallersOwnDeadlineCounts() {
    fault(Stack.ALONE, "\"hang\": {}");

    assertThatThrownBy(
            () ->
                stack
                    .client()
                    .converse(
                        Calls.converse(Stack.ALONE).toBuilder()
                            .overrideConfiguration(o -> o.putHeader("x-forebay-deadline-ms", "100"))
                            .build()))
        .isInstanceOf(ModelTimeoutException.class)
        .hasMessageContaining("deadline");
  }

  @Test
  void aStreamThatStallsAfterContentIsThrown() {
    fault(Stack.ALONE, "\"stall\": {\"afterEvents\": 4}");

    Received received = new Received();
    assertThat(failure(stream(Stack.ALONE, received)))
        .isInstanceOf(ModelStreamErrorException.class)
        .hasMessageContaining("sent nothing more");
  }

  @Test
  void aShortIdleLimitCountsFromTheFirstContent() {
    stack.emulator().faults("[{\"stall\": {\"afterEvents\": 4}}]");
    String target = "credentials: anonymous, timeouts: { firstToken: 25s, idle: 100ms }";
    try (OneRoute route = new OneRoute(stack, stack.emulator().endpoint(), target);
        BedrockRuntimeAsyncClient client =
            BedrockRuntimeAsyncClient.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + route.gateway().port()))
                .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .build()) {
      Received received = new Received();
      assertThat(
              failure(
                  client.converseStream(Calls.converseStream(OneRoute.MODEL), received.converse())))
          .isInstanceOf(ModelStreamErrorException.class)
          .hasMessageContaining("sent nothing more");
    }
  }

  private ConverseResponse converse() {
    return stack.client().converse(Calls.converse(Stack.MODEL));
  }

  private static CompletableFuture<Void> stream(String model, Received received) {
    return stack.asyncClient().converseStream(Calls.converseStream(model), received.converse());
  }

  private static Throwable failure(CompletableFuture<Void> call) {
    try {
      call.get(20, TimeUnit.SECONDS);
      throw new AssertionError("the call did not fail");
    } catch (ExecutionException e) {
      return Objects.requireNonNull(e.getCause());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static long gap(List<RequestRecord> arrived, int index) {
    return arrived.get(index).arrivedMs() - arrived.get(index - 1).arrivedMs();
  }

  private static void fault(String model, String effect) {
    stack.emulator().faults("[{\"model\": \"%s\", %s}]".formatted(model, effect));
  }
}
