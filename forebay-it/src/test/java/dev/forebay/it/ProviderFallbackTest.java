package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.config.ConfigFile;
import dev.forebay.gateway.Gateway;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelResponse;

/** A chat body falls back to another model of its provider as it is, but for the model's name. */
class ProviderFallbackTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final String LARGE = "openai.gpt-oss-120b-1:0";
  private static final String SMALL = "openai.gpt-oss-20b-1:0";

  private static Gateway gateway;
  private static BedrockRuntimeClient client;
  private static BedrockRuntimeAsyncClient async;

  @BeforeAll
  static void aLargeModelAndASmallOne() {
    String endpoint = stack.emulator().endpoint().toString();
    gateway =
        stack.start(
            ConfigFile.parse(
                """
                server: { port: 0 }
                targets:
                  large: { region: us-east-1, model: "%s", endpoint: "%s", credentials: anonymous }
                  small: { region: us-east-1, model: "%s", endpoint: "%s", credentials: anonymous }
                routes:
                  "%s":
                    tiers: [[large], [small]]
                    retry: { baseDelay: 1ms, maxDelay: 1ms, jitter: none }
                """
                    .formatted(LARGE, endpoint, SMALL, endpoint, LARGE),
                "provider.yaml",
                Map.of()));
    URI own = URI.create("http://127.0.0.1:" + gateway.port());
    client = BedrockRuntimeClient.builder().endpointOverride(own).build();
    async =
        BedrockRuntimeAsyncClient.builder()
            .endpointOverride(own)
            .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .build();
  }

  @AfterAll
  static void close() {
    client.close();
    async.close();
    gateway.close().toCompletionStage().toCompletableFuture().join();
  }

  @BeforeEach
  void theLargeOneFails() {
    stack
        .emulator()
        .faults(
            "[{\"model\": \"%s\", \"error\": {\"exception\": \"ModelErrorException\"}}]"
                .formatted(LARGE));
  }

  @Test
  void invokeModel() {
    InvokeModelResponse answer =
        client.invokeModel(r -> r.modelId(LARGE).body(SdkBytes.fromUtf8String(body("false"))));

    JsonObject body = new JsonObject(answer.body().asUtf8String());
    assertThat(body.getString("object")).isEqualTo("chat.completion");
    assertThat(body.getString("model")).isEqualTo(SMALL);
    assertThat(answer.sdkHttpResponse().firstMatchingHeader("x-forebay-answer"))
        .hasValue("fallback");
    assertThat(stack.arrived(SMALL).getLast().operation()).isEqualTo("invoke");
    assertThat(stack.arrived(SMALL).getLast().maxTokens()).isEqualTo(77);
  }

  @Test
  void invokeModelWithResponseStream() throws Exception {
    Received received = new Received();
    async
        .invokeModelWithResponseStream(
            r -> r.modelId(LARGE).body(SdkBytes.fromUtf8String(body("true"))), received.invoke())
        .get(20, TimeUnit.SECONDS);

    List<String> chunks = received.chunks();
    assertThat(received.header("x-forebay-answer")).isEqualTo("fallback");
    assertThat(chunks.getFirst()).contains("\"role\":\"assistant\"", SMALL);
    assertThat(chunks.getLast())
        .contains("\"choices\":[]", "\"completion_tokens\":20", "amazon-bedrock-invocationMetrics");
    assertThat(stack.arrived(SMALL).getLast().operation()).isEqualTo("invoke-with-response-stream");
  }

  private static String body(String stream) {
    return """
    {"model": "%s", "stream": %s, "stream_options": {"include_usage": true},
     "max_completion_tokens": 77, "messages": [{"role": "user", "content": "Hello"}]}"""
        .formatted(LARGE, stream);
  }
}
