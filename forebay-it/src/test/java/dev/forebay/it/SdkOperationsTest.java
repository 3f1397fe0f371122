package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.CountTokensResponse;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelResponse;

/** All operations through the gateway, by the official SDK with its endpoint changed. */
class SdkOperationsTest {
  @RegisterExtension static final Stack stack = new Stack();

  @Test
  void theSyncClientWithItsOwnDefaultsConverses() {
    try (BedrockRuntimeClient client =
        BedrockRuntimeClient.builder().endpointOverride(stack.endpoint()).build()) {
      ConverseResponse answer = client.converse(Calls.converse(Stack.MODEL));

      assertThat(answer.output().message().content().getFirst().text()).isNotEmpty();
      assertThat(answer.usage().outputTokens()).isPositive();
      assertThat(Calls.header(answer, "x-forebay-answer")).isEqualTo("primary");
      assertThat(Calls.header(answer, "x-forebay-target")).isEqualTo("primary");
      assertThat(Calls.header(answer, "x-forebay-model")).isEqualTo(Stack.PRIMARY);
      assertThat(Calls.header(answer, "x-forebay-attempts")).isEqualTo("1");
      assertThat(answer.responseMetadata().requestId()).isNotEqualTo("UNKNOWN");
    }
  }

  @Test
  void theAsyncClientWithItsOwnDefaultsStreamsOverH2c() throws Exception {
    try (BedrockRuntimeAsyncClient client =
        BedrockRuntimeAsyncClient.builder().endpointOverride(stack.endpoint()).build()) {
      Received received = new Received();
      client
          .converseStream(Calls.converseStream(Stack.MODEL), received.converse())
          .get(20, TimeUnit.SECONDS);

      assertThat(received.text()).isNotEmpty();
      assertThat(received.stopReason()).isEqualTo("end_turn");
      assertThat(received.header("x-forebay-answer")).isEqualTo("primary");
    }
  }

  @Test
  void theSyncClientInvokesAModel() {
    InvokeModelResponse answer =
        stack
            .client()
            .invokeModel(
                r -> r.modelId(Stack.MODEL).body(SdkBytes.fromUtf8String(Calls.CLAUDE_BODY)));

    assertThat(answer.body().asUtf8String()).contains("\"type\":\"message\"");
    assertThat(answer.contentType()).isEqualTo("application/json");
  }

  @Test
  void theSyncClientCountsTokens() {
    CountTokensResponse answer =
        stack
            .client()
            .countTokens(
                r ->
                    r.modelId(Stack.MODEL)
                        .input(i -> i.converse(c -> c.messages(Calls.userSays("Hello")))));

    assertThat(answer.inputTokens()).isPositive();
  }

  @Test
  void theAsyncClientDoesTheUnaryOperationsToo() throws Exception {
    BedrockRuntimeAsyncClient client = stack.asyncClient();

    assertThat(
            client
                .converse(Calls.converse(Stack.MODEL))
                .get(20, TimeUnit.SECONDS)
                .stopReasonAsString())
        .isEqualTo("end_turn");
    assertThat(
            client
                .invokeModel(
                    r -> r.modelId(Stack.MODEL).body(SdkBytes.fromUtf8String(Calls.CLAUDE_BODY)))
                .get(20, TimeUnit.SECONDS)
                .body()
                .asUtf8String())
        .contains("end_turn");
  }

  @Test
  void theAsyncClientInvokesAModelWithAResponseStream() throws Exception {
    Received received = new Received();
    stack
        .asyncClient()
        .invokeModelWithResponseStream(
            r -> r.modelId(Stack.MODEL).body(SdkBytes.fromUtf8String(Calls.CLAUDE_BODY)),
            received.invoke())
        .get(20, TimeUnit.SECONDS);

    assertThat(received.chunks().getFirst()).contains("message_start");
    assertThat(received.chunks().getLast()).contains("message_stop");
  }

  @Test
  void anArnIsAModelLikeAnyOther() {
    String arn =
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-6";
    ConverseResponse answer = stack.client().converse(Calls.converse(arn));

    assertThat(answer.stopReasonAsString()).isEqualTo("end_turn");
    assertThat(Calls.header(answer, "x-forebay-target")).isEqualTo("any");
  }

  @Test
  void eachTargetSeesItsOwnAuthorizationAndNothingOfTheCallers() {
    stack
        .emulator()
        .faults(
            "[{\"model\": \"%s\", \"error\": {\"exception\": \"ModelErrorException\"}}]"
                .formatted(Stack.PRIMARY));
    stack.client().converse(Calls.converse(Stack.MODEL));

    assertThat(stack.arrived(Stack.PRIMARY))
        .singleElement()
        .satisfies(
            request -> {
              assertThat(request.authScheme()).isEqualTo("AWS4-HMAC-SHA256");
              assertThat(request.accessKeyId()).isEqualTo("AKIDGATEWAY");
              assertThat(request.region()).isEqualTo("us-east-1");
            });
    assertThat(stack.arrived(Stack.FALLBACK))
        .singleElement()
        .satisfies(
            request -> {
              assertThat(request.authScheme()).isEqualTo("Bearer");
              assertThat(lowerCase(request.headers()))
                  .doesNotContain("x-amz-date", "x-amz-security-token", "x-amz-content-sha256")
                  .noneMatch(name -> name.startsWith("x-forebay-"));
            });
  }

  private static List<String> lowerCase(List<String> names) {
    return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
  }
}
