package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.config.ConfigFile;
import dev.forebay.gateway.Gateway;
import dev.forebay.testkit.Http;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceUnavailableException;
import software.amazon.awssdk.services.bedrockruntime.model.StopReason;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

/** When no target answers, callers get the route's own words, in a form that their SDKs read. */
@Order(Order.DEFAULT - 1)
class CannedAnswerTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final String WORDS = "We are busy; \"please\" come back. \u00e9";

  private Gateway gateway;
  private BedrockRuntimeClient client;
  private BedrockRuntimeAsyncClient async;

  @BeforeEach
  void anOutage() {
    gateway =
        stack.start(
            ConfigFile.parse(
                """
                server: { port: 0 }
                targets:
                  any: { region: us-east-1, endpoint: "%s", credentials: anonymous }
                routes:
                  "*":
                    tiers: [[any]]
                    retry: { baseDelay: 1ms, maxDelay: 1ms, jitter: none }
                    degraded: { message: "We are busy; \\"please\\" come back. \u00e9" }
                """
                    .formatted(stack.emulator().endpoint()),
                "canned.yaml",
                Map.of()));
    URI endpoint = URI.create("http://127.0.0.1:" + gateway.port());
    client =
        BedrockRuntimeClient.builder()
            .endpointOverride(endpoint)
            // A refused call that is made again waits for the circuit that it opened.
            .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .build();
    async = BedrockRuntimeAsyncClient.builder().endpointOverride(endpoint).build();
    stack.emulator().faults("[{\"unavailable\": {}}]");
  }

  @AfterEach
  void close() {
    client.close();
    async.close();
    gateway.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void converse() {
    ConverseResponse answer = client.converse(Calls.converse(Stack.ALONE));

    assertThat(answer.output().message().content().getFirst().text()).isEqualTo(WORDS);
    assertThat(answer.stopReason()).isEqualTo(StopReason.END_TURN);
    assertThat(answer.usage().totalTokens()).isZero();
    assertThat(answer.metrics().latencyMs()).isZero();
    assertThat(Calls.header(answer, "x-forebay-answer")).isEqualTo("canned");
    assertThat(Calls.header(answer, "x-forebay-attempts")).isEqualTo("5");
    assertThat(answer.responseMetadata().requestId()).isNotEqualTo("UNKNOWN");
  }

  @Test
  void converseStream() throws Exception {
    Received received = new Received();
    async
        .converseStream(Calls.converseStream(Stack.ALONE), received.converse())
        .get(20, TimeUnit.SECONDS);

    assertThat(received.text()).isEqualTo(WORDS);
    assertThat(received.stopReason()).isEqualTo("end_turn");
    assertThat(received.header("x-forebay-answer")).isEqualTo("canned");
  }

  static Stream<Arguments> families() {
    return Stream.of(
        Arguments.of(
            "anthropic.claude-opus-4-5-20251101-v1:0", Calls.CLAUDE_BODY, "/content/0/text"),
        Arguments.of(
            "amazon.nova-lite-v1:0",
            "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}",
            "/output/message/content/0/text"),
        Arguments.of("meta.llama3-8b-instruct-v1:0", "{\"prompt\":\"Hi\"}", "/generation"),
        Arguments.of("mistral.mistral-7b-instruct-v0:2", "{\"prompt\":\"Hi\"}", "/outputs/0/text"),
        Arguments.of(
            "mistral.mistral-large-2402-v1:0",
            "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}",
            "/choices/0/message/content"),
        Arguments.of(
            "openai.gpt-oss-20b-1:0",
            "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}",
            "/choices/0/message/content"),
        Arguments.of(
            "mistral.mistral-large-3-675b-instruct",
            "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}",
            "/choices/0/message/content"),
        Arguments.of(
            "ai21.jamba-1-5-mini-v1:0",
            "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}",
            "/choices/0/message/content"),
        Arguments.of("cohere.command-r-v1:0", "{\"message\":\"Hi\"}", "/text"),
        Arguments.of("us.deepseek.r1-v1:0", "{\"prompt\":\"Hi\"}", "/choices/0/text"),
        Arguments.of(
            "amazon.titan-text-express-v1", "{\"inputText\":\"Hi\"}", "/results/0/outputText"));
  }

  @ParameterizedTest
  @MethodSource("families")
  void invokeModel(String model, String body, String place) {
    InvokeModelResponse answer =
        client.invokeModel(r -> r.modelId(model).body(SdkBytes.fromUtf8String(body)));

    assertThat(answer.sdkHttpResponse().firstMatchingHeader("x-forebay-answer")).hasValue("canned");
    assertThat(answer.contentType()).isEqualTo("application/json");
    assertThat(JsonPointer.from(place).queryJson(new JsonObject(answer.body().asUtf8String())))
        .isEqualTo(WORDS);
  }

  @ParameterizedTest
  @MethodSource("families")
  void invokeModelWithResponseStream(String model, String body, String place) throws Exception {
    Received received = new Received();
    async
        .invokeModelWithResponseStream(
            r -> r.modelId(model).body(SdkBytes.fromUtf8String(body)), received.invoke())
        .get(20, TimeUnit.SECONDS);

    assertThat(received.header("x-forebay-answer")).isEqualTo("canned");
    assertThat(received.chunks()).isNotEmpty();
    assertThat(String.join("", received.chunks())).contains("We are busy");
    assertThat(received.chunks().getLast()).contains("amazon-bedrock-invocationMetrics");
  }

  @Test
  void embeddingsAndCountedTokensCannotBeMadeUp() {
    assertThatThrownBy(
            () ->
                client.invokeModel(
                    r ->
                        r.modelId("amazon.titan-embed-text-v2:0")
                            .body(SdkBytes.fromUtf8String("{\"inputText\":\"Hi\"}"))))
        .isInstanceOf(ServiceUnavailableException.class);
  }

  @Test
  void whatIsWrongWithTheCallItselfIsNotHidden() {
    stack.emulator().faults("[{\"error\": {\"exception\": \"ValidationException\"}}]");

    assertThatThrownBy(() -> client.converse(Calls.converse(Stack.ALONE)))
        .isInstanceOf(ValidationException.class);
  }

  @Test
  void itIsCountedAndNotKept() throws Exception {
    client.converse(Calls.converse(Stack.ALONE));
    stack.emulator().faults("[]");

    assertThat(Calls.header(client.converse(Calls.converse(Stack.ALONE)), "x-forebay-answer"))
        .isEqualTo("primary");
    String metrics = Http.page(Http.local(gateway.port(), "/metrics"));
    assertThat(metrics).contains("forebay_requests_total{answer=\"canned\",route=\"*\"} 1.0");
  }
}
