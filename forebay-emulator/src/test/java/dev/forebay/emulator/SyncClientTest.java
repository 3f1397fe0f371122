package dev.forebay.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelResponse;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.ModelErrorException;
import software.amazon.awssdk.services.bedrockruntime.model.ModelNotReadyException;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceUnavailableException;
import software.amazon.awssdk.services.bedrockruntime.model.StopReason;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;
import tools.jackson.databind.JsonNode;

class SyncClientTest {
  private static final String HELLO = "{\"role\":\"user\",\"content\":[{\"text\":\"hello\"}]}";

  private static final Emulator emulator = Emulator.start(Configs.quick());
  private static final BedrockRuntimeClient client = Clients.sync(emulator.endpoint());

  @AfterAll
  static void stop() {
    client.close();
    emulator.close();
  }

  @AfterEach
  void endFaults() {
    emulator.reset();
  }

  @Test
  void converseAnswersWithTextAndUsage() {
    ConverseResponse response = converse(Configs.CLAUDE, 1000);

    assertThat(response.output().message().content().getFirst().text())
        .startsWith("Emulated answer of " + Configs.CLAUDE + ":");
    assertThat(response.stopReason()).isEqualTo(StopReason.END_TURN);
    assertThat(response.usage().outputTokens()).isEqualTo(40);
    assertThat(response.usage().totalTokens()).isEqualTo(40 + response.usage().inputTokens());
    assertThat(response.sdkHttpResponse().firstMatchingHeader("x-amzn-RequestId")).isPresent();
  }

  @Test
  void theRequestedMaximumCutsTheAnswer() {
    ConverseResponse response = converse(Configs.NOVA, 7);

    assertThat(response.stopReason()).isEqualTo(StopReason.MAX_TOKENS);
    assertThat(response.usage().outputTokens()).isEqualTo(7);
    assertThat(response.output().message().content().getFirst().text().split(" ")).hasSize(7);
  }

  @Test
  void aCallerMaySayHowLongItsAnswerIs() {
    assertThat(planned("17", 1000).usage().outputTokens()).isEqualTo(17);
    assertThat(planned("17", 10).stopReason()).isEqualTo(StopReason.MAX_TOKENS);
    assertThat(emulator.models())
        .hasEntrySatisfying(Configs.CLAUDE, counts -> assertThat(counts.tokensOut()).isEqualTo(27));
    assertThatThrownBy(() -> planned("many", 10))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("x-emulator-output-tokens must be a whole number of at least 1");
  }

  private static ConverseResponse planned(String outputTokens, int maxTokens) {
    return client.converse(
        request ->
            request
                .modelId(Configs.CLAUDE)
                .messages(
                    Message.builder()
                        .role(ConversationRole.USER)
                        .content(ContentBlock.fromText("Hello"))
                        .build())
                .inferenceConfig(c -> c.maxTokens(maxTokens))
                .overrideConfiguration(o -> o.putHeader("x-emulator-output-tokens", outputTokens)));
  }

  @Test
  void anArnAndAProfileStandForTheirModel() {
    String profile = "us." + Configs.CLAUDE;
    String arn = "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/" + profile;

    converse(profile, 10);
    converse(arn, 10);

    assertThat(emulator.stats().models()).containsOnlyKeys(Configs.CLAUDE);
    assertThat(emulator.stats().recent())
        .extracting(RequestRecord::model)
        .containsExactly(profile, arn);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        Configs.CLAUDE
            + "|{\"max_tokens\":9,\"messages\":[%s]}|/content/0/text|/usage/output_tokens",
        Configs.NOVA
            + "|{\"inferenceConfig\":{\"maxTokens\":9},\"messages\":[%s]}"
            + "|/output/message/content/0/text|/usage/outputTokens",
        Configs.TITAN
            + "|{\"inputText\":\"hello\",\"textGenerationConfig\":{\"maxTokenCount\":9}}"
            + "|/results/0/outputText|/results/0/tokenCount",
        Configs.LLAMA
            + "|{\"prompt\":\"hello\",\"max_gen_len\":9}|/generation|/generation_token_count",
        Configs.MISTRAL + "|{\"prompt\":\"hello\",\"max_tokens\":9}|/outputs/0/text|",
        Configs.CHAT
            + "|{\"max_completion_tokens\":9,\"messages\":[%s]}"
            + "|/choices/0/message/content|/usage/completion_tokens",
        Configs.CHAT
            + "|{\"max_tokens\":9,\"stream\":false,\"model\":\"openai.gpt-oss-20b-1:0\","
            + "\"messages\":[%s]}|/choices/0/message/content|/usage/completion_tokens",
        Configs.COMMAND_R + "|{\"message\":\"hello\",\"max_tokens\":9}|/text|",
        Configs.DEEPSEEK_R1 + "|{\"prompt\":\"hello\",\"max_tokens\":9}|/choices/0/text|",
      })
  void invokeModelSpeaksEachFamily(String model, String body, String text, String tokens) {
    InvokeModelResponse response = invoke(model, body.replace("%s", HELLO));

    JsonNode answer = Json.MAPPER.readTree(response.body().asByteArray());
    assertThat(answer.at(text).asString()).startsWith("Emulated answer of " + model);
    if (tokens != null) {
      assertThat(answer.at(tokens).asInt()).isEqualTo(9);
    }
    assertThat(header(response, "X-Amzn-Bedrock-Output-Token-Count")).isEqualTo("9");
    assertThat(Integer.parseInt(header(response, "X-Amzn-Bedrock-Input-Token-Count"))).isPositive();
    assertThat(header(response, "X-Amzn-Bedrock-Invocation-Latency")).isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"model\":\"openai.gpt-oss-120b-1:0\"", "\"stream\":true"})
  void aChatBodyHasToFitItsPath(String field) {
    String body = "{" + field + ",\"messages\":[" + HELLO + "]}";

    assertThatThrownBy(() -> invoke(Configs.CHAT, body)).isInstanceOf(ValidationException.class);
  }

  @Test
  void anEmbeddingIsAUnitVectorThatTheTextDecides() {
    String body = "{\"inputText\":\"hello\",\"dimensions\":256}";
    InvokeModelResponse response = invoke(Configs.EMBED, body);

    JsonNode embedding = Json.MAPPER.readTree(response.body().asByteArray()).path("embedding");
    double squares =
        embedding.values().stream().mapToDouble(x -> x.asDouble() * x.asDouble()).sum();
    assertThat(embedding.size()).isEqualTo(256);
    assertThat(squares).isBetween(0.999, 1.001);
    assertThat(invoke(Configs.EMBED, body).body()).isEqualTo(response.body());
    assertThat(invoke(Configs.EMBED, body.replace("hello", "world")).body())
        .isNotEqualTo(response.body());
    assertThat(response.sdkHttpResponse().firstMatchingHeader("X-Amzn-Bedrock-Output-Token-Count"))
        .isEmpty();
  }

  @Test
  void countTokensCountsBothKindsOfInputAlike() {
    String body = "{\"messages\":[" + HELLO + "]}";

    int converse =
        client
            .countTokens(
                r ->
                    r.modelId(Configs.CLAUDE)
                        .input(i -> i.converse(c -> c.messages(List.of(message("hello"))))))
            .inputTokens();
    int invoke =
        client
            .countTokens(
                r ->
                    r.modelId(Configs.CLAUDE)
                        .input(i -> i.invokeModel(m -> m.body(SdkBytes.fromUtf8String(body)))))
            .inputTokens();

    assertThat(converse).isPositive().isEqualTo(invoke);
  }

  @Test
  void anUnknownModelIsAnInvalidIdentifier() {
    assertThatThrownBy(() -> converse("acme.model-v1", 10))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("The provided model identifier is invalid.");
  }

  @Test
  void malformedAndIncompleteBodiesAreRefused() {
    assertThatThrownBy(() -> invoke(Configs.CLAUDE, "{\"messages\""))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("Malformed input request: ");
    assertThatThrownBy(() -> invoke(Configs.CLAUDE, "{}"))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("required key [messages] not found");
    assertThatThrownBy(() -> invoke(Configs.LLAMA, "{\"messages\":[]}"))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("required key [prompt] not found");
    assertThatThrownBy(() -> invoke(Configs.TITAN, "[]")).isInstanceOf(ValidationException.class);
    assertThatThrownBy(() -> invoke(Configs.MISTRAL, "{\"prompt\":\"x\",\"max_tokens\":\"many\"}"))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("#/max_tokens");
  }

  @Test
  void aConversationWithoutMessagesIsRefused() {
    assertThatThrownBy(() -> client.converse(r -> r.modelId(Configs.CLAUDE).messages(List.of())))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("A conversation must start with a user message.");
    assertThatThrownBy(() -> invoke(Configs.CLAUDE, "{\"max_tokens\":9,\"messages\":[]}"))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("messages: at least one message is required");
    assertThatThrownBy(() -> invoke(Configs.NOVA, "{\"messages\":[]}"))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("#/messages: expected minimum item count: 1, found: 0");
  }

  @Test
  void aMaximumAboveTheModelsIsRefusedInBedrocksWords() {
    assertThatThrownBy(() -> converse(Configs.CLAUDE, 4097))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining(
            "The maximum tokens you requested exceed the model limit of 4096. Try again with a"
                + " maximum tokens value lower than 4096.");
  }

  @Test
  void anEmbeddingModelDoesNotConverse() {
    assertThatThrownBy(() -> converse(Configs.EMBED, 10)).isInstanceOf(ValidationException.class);
  }

  @Test
  void theQuotaThrottlesWithTheSdksTypedException() {
    Quota quota = new Quota(of(2), none(), none(), 1, 1, Quota.Window.FIXED);
    try (Emulator limited = Emulator.start(Configs.claude(quota, Latency.NONE));
        BedrockRuntimeClient caller = Clients.sync(limited.endpoint())) {
      converse(caller, Configs.CLAUDE, 10);
      converse(caller, Configs.CLAUDE, 10);

      ThrottlingException refused =
          catchThrowableOfType(
              ThrottlingException.class, () -> converse(caller, Configs.CLAUDE, 10));

      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.requestId()).isNotBlank();
      assertThat(refused.awsErrorDetails().errorMessage())
          .isEqualTo("Too many requests, please wait before trying again.");
      assertThat(refused.awsErrorDetails().sdkHttpResponse().firstMatchingHeader("Retry-After"))
          .isEmpty();
      assertThat(limited.stats().total().throttledByQuota()).isEqualTo(1);
    }
  }

  @Test
  void theMaximumOfTheModelIsReservedWhenNoneIsAskedFor() {
    Quota quota = new Quota(none(), of(4000), none(), 1, 1, Quota.Window.FIXED);
    try (Emulator limited = Emulator.start(Configs.claude(quota, Latency.NONE));
        BedrockRuntimeClient caller = Clients.sync(limited.endpoint())) {
      assertThatThrownBy(
              () ->
                  caller.converse(r -> r.modelId(Configs.CLAUDE).messages(List.of(message("hi")))))
          .isInstanceOf(ThrottlingException.class)
          .hasMessageContaining("Too many tokens, please wait before trying again.");
      assertThat(converse(caller, Configs.CLAUDE, 3000).usage().outputTokens()).isEqualTo(40);
      // Of the 3000 reserved only 40 output tokens and the prompt stay charged.
      assertThat(converse(caller, Configs.CLAUDE, 3000).usage().outputTokens()).isEqualTo(40);
    }
  }

  @Test
  void faultsRaiseTheTypedExceptions() {
    assertRaises("{throttle: {reason: day, retryAfter: 3}}", ThrottlingException.class, 429);
    assertRaises("{unavailable: {}}", ServiceUnavailableException.class, 503);
    assertRaises("{error: {exception: ModelErrorException}}", ModelErrorException.class, 424);
    assertRaises("{error: {exception: ModelNotReadyException}}", ModelNotReadyException.class, 429);
  }

  @Test
  void aThrottleFaultMayAskForAWait() {
    emulator.faults("[{\"throttle\": {\"reason\": \"overloaded\", \"retryAfter\": \"1500ms\"}}]");

    ThrottlingException thrown =
        catchThrowableOfType(ThrottlingException.class, () -> converse(Configs.CLAUDE, 10));

    var response = thrown.awsErrorDetails().sdkHttpResponse();
    assertThat(response.firstMatchingHeader("Retry-After")).contains("2");
    assertThat(response.firstMatchingHeader("x-amz-retry-after")).contains("1500");
    assertThat(thrown.awsErrorDetails().errorMessage())
        .isEqualTo("Model " + Configs.CLAUDE + " is currently overloaded. Please try again later.");
  }

  private static void assertRaises(
      String fault, Class<? extends BedrockRuntimeException> type, int status) {
    emulator.faults(NodeReader.yaml("[" + fault + "]").list(FaultReader::fault));
    BedrockRuntimeException thrown =
        catchThrowableOfType(BedrockRuntimeException.class, () -> converse(Configs.CLAUDE, 10));
    assertThat(thrown).isInstanceOf(type);
    assertThat(thrown.statusCode()).isEqualTo(status);
  }

  private static ConverseResponse converse(String model, int maxTokens) {
    return converse(client, model, maxTokens);
  }

  private static ConverseResponse converse(
      BedrockRuntimeClient caller, String model, int maxTokens) {
    return caller.converse(
        r ->
            r.modelId(model)
                .messages(List.of(message("hello")))
                .inferenceConfig(i -> i.maxTokens(maxTokens)));
  }

  private static InvokeModelResponse invoke(String model, String body) {
    return client.invokeModel(r -> r.modelId(model).body(SdkBytes.fromUtf8String(body)));
  }

  private static Message message(String text) {
    return Message.builder()
        .role(ConversationRole.USER)
        .content(ContentBlock.fromText(text))
        .build();
  }

  private static String header(InvokeModelResponse response, String name) {
    return response.sdkHttpResponse().firstMatchingHeader(name).orElseThrow();
  }

  private static OptionalLong of(long limit) {
    return OptionalLong.of(limit);
  }

  private static OptionalLong none() {
    return OptionalLong.empty();
  }
}
