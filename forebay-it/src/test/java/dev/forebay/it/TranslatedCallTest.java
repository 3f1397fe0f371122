package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.config.ConfigFile;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyView;
import dev.forebay.gateway.Gateway;
import dev.forebay.testkit.StreamFrames;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelResponse;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.ModelErrorException;
import software.amazon.awssdk.services.bedrockruntime.model.ModelStreamErrorException;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

/** What a fallback of another family is sent, and what of its answer comes back. */
class TranslatedCallTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final String CLAUDE = "anthropic.claude-sonnet-4-6";
  private static final String NOVA = "amazon.nova-lite-v1:0";
  private static final String LLAMA = "meta.llama3-8b-instruct-v1:0";

  private static final String TOOLS_AND_IMAGE =
      """
      {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 300, "top_k": 40,
       "system": "Be short.", "stop_sequences": ["END"],
       "tools": [{"name": "get_weather", "description": "The weather",
         "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}}],
       "messages": [{"role": "user", "content": [
         {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}},
         {"type": "text", "text": "Where is this?"}]}]}""";

  private static final String TOOL_USE =
      """
      {"output": {"message": {"role": "assistant", "content": [{"text": "I look."},
         {"toolUse": {"toolUseId": "t1", "name": "get_weather", "input": {"city": "Rome"}}}]}},
       "stopReason": "tool_use", "metrics": {"latencyMs": 42},
       "usage": {"inputTokens": 5, "outputTokens": 7, "totalTokens": 12}}""";

  private final List<String> trail = new CopyOnWriteArrayList<>();
  private @Nullable Gateway gateway;
  private @Nullable BedrockRuntimeClient client;

  @AfterEach
  void close() {
    client().close();
    gateway().close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void systemPromptStopSequencesToolsAndImagesAreCarriedOver() {
    try (ScriptedBedrock nova = ScriptedBedrock.answering(TOOL_USE)) {
      behind(CLAUDE, NOVA, nova.endpoint());
      InvokeModelResponse answer = invoke(CLAUDE, TOOLS_AND_IMAGE);

      assertThat(nova.lastPath()).endsWith("/model/amazon.nova-lite-v1%3A0/converse");
      assertThat(new JsonObject(nova.lastBody()))
          .isEqualTo(
              new JsonObject(
                  """
                  {"system": [{"text": "Be short."}],
                   "inferenceConfig": {"maxTokens": 300, "stopSequences": ["END"]},
                   "additionalModelRequestFields": {"inferenceConfig": {"topK": 40}},
                   "toolConfig": {"tools": [{"toolSpec": {"name": "get_weather", "description": "The weather",
                     "inputSchema": {"json": {"type": "object", "properties": {"city": {"type": "string"}}}}}}]},
                   "messages": [{"role": "user", "content": [
                     {"image": {"format": "png", "source": {"bytes": "iVBORw0KGgo="}}},
                     {"text": "Where is this?"}]}]}"""));
      JsonObject body = new JsonObject(answer.body().asUtf8String());
      assertThat(body.getString("stop_reason")).isEqualTo("tool_use");
      assertThat(body.getJsonArray("content").getJsonObject(1))
          .isEqualTo(
              new JsonObject(
                  "{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"get_weather\",\"input\":{\"city\":\"Rome\"}}"));
      assertThat(body.getJsonObject("usage").getInteger("output_tokens")).isEqualTo(7);
      assertThat(answer.sdkHttpResponse().firstMatchingHeader("X-Amzn-Bedrock-Invocation-Latency"))
          .hasValue("42");
    }
  }

  @Test
  void headersOfInvokeModelBecomeFieldsOfConverse() {
    try (ScriptedBedrock nova = ScriptedBedrock.answering(TOOL_USE)) {
      behind(CLAUDE, NOVA, nova.endpoint());
      client()
          .invokeModel(
              r ->
                  r.modelId(CLAUDE)
                      .accept("application/json")
                      .guardrailIdentifier("g1")
                      .guardrailVersion("7")
                      .body(SdkBytes.fromUtf8String(Calls.CLAUDE_BODY)));

      assertThat(new JsonObject(nova.lastBody()).getJsonObject("guardrailConfig"))
          .isEqualTo(new JsonObject("{\"guardrailIdentifier\":\"g1\",\"guardrailVersion\":\"7\"}"));
      assertThat(nova.lastHeaders())
          .doesNotContain("accept")
          .noneMatch(name -> name.startsWith("x-amzn-bedrock-"));
    }
  }

  @Test
  void aTargetThatCannotServeTheCallIsLeftOutWithTheReason() {
    behind(CLAUDE, LLAMA, stack.emulator().endpoint().toString());

    assertThatThrownBy(() -> invoke(CLAUDE, TOOLS_AND_IMAGE))
        .isInstanceOf(ModelErrorException.class);
    assertThat(stack.arrived(LLAMA)).isEmpty();
    assertThat(trail)
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("refused with")
                    .contains("other takes no images", "takes no tools"));
  }

  @Test
  void anEligibleCallOfTheSameRouteFallsBackToIt() {
    behind(CLAUDE, LLAMA, stack.emulator().endpoint().toString());

    InvokeModelResponse answer = invoke(CLAUDE, Calls.CLAUDE_BODY);

    assertThat(answer.sdkHttpResponse().firstMatchingHeader("x-forebay-model")).hasValue(LLAMA);
  }

  @Test
  void converseGoesToNoModelThatCannotServeItEither() {
    behind(CLAUDE, LLAMA, stack.emulator().endpoint().toString());
    ConverseRequest picture =
        Calls.converse(CLAUDE).toBuilder()
            .messages(
                Message.builder()
                    .role(ConversationRole.USER)
                    .content(
                        ContentBlock.fromText("Look"),
                        ContentBlock.fromImage(
                            i ->
                                i.format("png").source(s -> s.bytes(SdkBytes.fromUtf8String("x")))))
                    .build())
            .build();

    assertThatThrownBy(() -> client().converse(picture)).isInstanceOf(ModelErrorException.class);
    assertThat(client().converse(Calls.converse(CLAUDE)).stopReasonAsString())
        .isEqualTo("end_turn");
    assertThat(stack.arrived(LLAMA)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"max_tokens\": 20000', other answers in at most 10000 tokens; not in 20000",
    "'\"max_tokens\": 100, \"padding\": \"x\"', other has no place for the field padding"
  })
  void theFallbacksLimitsAndFormAreRespected(String field, String reason) {
    behind(CLAUDE, NOVA, stack.emulator().endpoint().toString());

    assertThatThrownBy(
            () -> invoke(CLAUDE, Calls.CLAUDE_BODY.replace("\"max_tokens\": 100", field)))
        .isInstanceOf(ModelErrorException.class);
    assertThat(stack.arrived(NOVA)).isEmpty();
    assertThat(trail).anyMatch(line -> line.contains(reason.replace(';', ',')));
  }

  @Test
  void aCallThatIsTooLongForTheFallbackIsNotSentThere() {
    behind(CLAUDE, LLAMA, stack.emulator().endpoint().toString());

    assertThatThrownBy(
            () -> invoke(CLAUDE, Calls.CLAUDE_BODY.replace("Hello", "Hello ".repeat(10_000))))
        .isInstanceOf(ModelErrorException.class);
    assertThat(stack.arrived(LLAMA)).isEmpty();
    assertThat(trail)
        .anyMatch(line -> line.contains("other holds 8192 tokens of input and output"));
  }

  @Test
  void aCallThatNoTargetCanServeIsRefusedWithTheReasons() {
    start(
        """
        server: { port: 0 }
        targets:
          llama: { region: us-east-1, model: "%s", endpoint: "%s", credentials: anonymous }
        routes:
          "%s": { tiers: [[llama]] }
        """
            .formatted(LLAMA, stack.emulator().endpoint(), CLAUDE));

    assertThatThrownBy(() -> invoke(CLAUDE, TOOLS_AND_IMAGE))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("No target of this route can serve the call: llama takes no images")
        .hasMessageContaining("takes no tools");
    assertThat(stack.arrived(LLAMA)).isEmpty();
  }

  @Test
  void whatTheFallbackSaysOfTheTranslationCountsAgainstTheFallback() {
    stack
        .emulator()
        .faults(
            "[{\"model\": \"%s\", \"throttle\": {}}, {\"model\": \"%s\", \"error\": {\"exception\": \"ValidationException\"}}]"
                .formatted(CLAUDE, NOVA));
    start(
        """
        server: { port: 0 }
        targets:
          first: { region: us-east-1, model: "%1$s", endpoint: "%4$s", credentials: anonymous }
          second: { region: us-east-1, model: "%2$s", endpoint: "%4$s", credentials: anonymous }
          third: { region: us-east-1, model: "%3$s", endpoint: "%4$s", credentials: anonymous }
        routes:
          "%1$s": { tiers: [[first], [second], [third]], retry: { baseDelay: 1ms, maxDelay: 1ms, jitter: none } }
        """
            .formatted(CLAUDE, NOVA, LLAMA, stack.emulator().endpoint()));

    InvokeModelResponse answer = invoke(CLAUDE, Calls.CLAUDE_BODY);

    assertThat(answer.sdkHttpResponse().firstMatchingHeader("x-forebay-target")).hasValue("third");
  }

  @Test
  void aTranslatedStreamThatBreaksOffIsThrownAsWhatItIs() {
    behind(CLAUDE, NOVA, stack.emulator().endpoint().toString());
    stack
        .emulator()
        .faults(
            "[{\"model\": \"%s\", \"error\": {\"exception\": \"ModelErrorException\"}}, {\"model\": \"%s\", \"exceptionEvent\": {\"exception\": \"throttlingException\", \"afterEvents\": 4}}]"
                .formatted(CLAUDE, NOVA));
    Received received = new Received();

    assertThatThrownBy(() -> stream(received))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(ThrottlingException.class);
    assertThat(String.join("", received.chunks())).contains("text_delta");
  }

  @Test
  void aTranslatedStreamWithoutItsTerminalEventIsThrown() {
    behind(CLAUDE, NOVA, stack.emulator().endpoint().toString());
    stack
        .emulator()
        .faults(
            "[{\"model\": \"%s\", \"error\": {\"exception\": \"ModelErrorException\"}}, {\"model\": \"%s\", \"truncate\": {\"afterEvents\": 4}}]"
                .formatted(CLAUDE, NOVA));
    Received received = new Received();

    assertThatThrownBy(() -> stream(received))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(ModelStreamErrorException.class);
    assertThat(String.join("", received.chunks())).doesNotContain("message_stop");
  }

  @Test
  void aTranslatedStreamWithoutMetadataIsCompleteAllTheSame() throws Exception {
    try (ScriptedBedrock nova =
        ScriptedBedrock.streaming(StreamFrames.WHOLE_STREAM_WITHOUT_METADATA)) {
      behind(CLAUDE, NOVA, nova.endpoint());
      Received received = new Received();
      stream(received);

      assertThat(received.chunks().getLast())
          .contains("message_stop", "amazon-bedrock-invocationMetrics");
    }
  }

  private void stream(Received received) throws Exception {
    try (BedrockRuntimeAsyncClient async =
        BedrockRuntimeAsyncClient.builder()
            .endpointOverride(endpoint())
            .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .build()) {
      async
          .invokeModelWithResponseStream(
              r -> r.modelId(CLAUDE).body(SdkBytes.fromUtf8String(Calls.CLAUDE_BODY)),
              received.invoke())
          .get(20, TimeUnit.SECONDS);
    }
  }

  private InvokeModelResponse invoke(String model, String body) {
    return client().invokeModel(r -> r.modelId(model).body(SdkBytes.fromUtf8String(body)));
  }

  /** A model that fails every call, and another one behind it. */
  private void behind(String failing, String other, String endpoint) {
    stack
        .emulator()
        .faults(
            "[{\"model\": \"%s\", \"error\": {\"exception\": \"ModelErrorException\"}}]"
                .formatted(failing));
    start(
        """
        server: { port: 0 }
        targets:
          failing: { region: us-east-1, model: "%1$s", endpoint: "%3$s", credentials: anonymous }
          other: { region: us-east-1, model: "%2$s", endpoint: "%4$s", credentials: anonymous }
        routes:
          "%1$s": { tiers: [[failing], [other]], deadline: 20s, retry: { baseDelay: 1ms, maxDelay: 1ms, jitter: none } }
        """
            .formatted(failing, other, stack.emulator().endpoint(), endpoint));
  }

  private void start(String config) {
    gateway = stack.start(ConfigFile.parse(config, "translated.yaml", Map.of()), this::heard);
    client =
        BedrockRuntimeClient.builder()
            .endpointOverride(endpoint())
            .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .build();
  }

  private Gateway gateway() {
    return Objects.requireNonNull(gateway);
  }

  private BedrockRuntimeClient client() {
    return Objects.requireNonNull(client);
  }

  private URI endpoint() {
    return URI.create("http://127.0.0.1:" + gateway().port());
  }

  private void heard(JourneyView journey, JourneyEvent event) {
    trail.add(event.text());
  }
}
