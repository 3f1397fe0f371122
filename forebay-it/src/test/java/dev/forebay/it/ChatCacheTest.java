package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.config.ConfigFile;
import dev.forebay.gateway.Gateway;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelResponse;

/** A kept answer in OpenAI's chat form serves its stream, and the other way round. */
class ChatCacheTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final String MODEL = "openai.gpt-oss-20b-1:0";

  private Gateway gateway;
  private BedrockRuntimeClient client;
  private BedrockRuntimeAsyncClient async;

  @BeforeEach
  void aRouteThatKeepsAnswers() {
    gateway =
        stack.start(
            ConfigFile.parse(
                """
                server: { port: 0 }
                targets:
                  chat: { region: us-east-1, model: "%s", endpoint: "%s", credentials: anonymous }
                routes:
                  "%s":
                    tiers: [[chat]]
                    cache: { freshFor: 5m }
                """
                    .formatted(MODEL, stack.emulator().endpoint(), MODEL),
                "chat.yaml",
                Map.of()));
    URI endpoint = URI.create("http://127.0.0.1:" + gateway.port());
    client = BedrockRuntimeClient.builder().endpointOverride(endpoint).build();
    async = BedrockRuntimeAsyncClient.builder().endpointOverride(endpoint).build();
  }

  @AfterEach
  void close() {
    client.close();
    async.close();
    gateway.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void aWholeAnswerServesAStream() throws Exception {
    JsonObject whole = new JsonObject(invoke().body().asUtf8String());
    Received stream = stream();

    assertThat(stream.header("x-forebay-answer")).isEqualTo("cached");
    assertThat(stream.header("X-Amzn-Bedrock-Content-Type")).isEqualTo("application/json");
    assertThat(text(stream)).isEqualTo(content(whole));
    assertThat(stream.chunks().getLast())
        .contains("\"finish_reason\":\"stop\"", "\"outputTokenCount\":20");
  }

  @Test
  void aStreamServesAWholeAnswer() throws Exception {
    Received stream = stream();
    InvokeModelResponse answer = invoke();
    JsonObject whole = new JsonObject(answer.body().asUtf8String());

    assertThat(answer.sdkHttpResponse().firstMatchingHeader("x-forebay-answer")).hasValue("cached");
    assertThat(answer.contentType()).isEqualTo("application/json");
    assertThat(content(whole)).isEqualTo(text(stream));
    assertThat(whole.getJsonObject("usage").getInteger("completion_tokens")).isEqualTo(20);
  }

  private InvokeModelResponse invoke() {
    return client.invokeModel(r -> r.modelId(MODEL).body(SdkBytes.fromUtf8String(body("false"))));
  }

  private Received stream() throws Exception {
    Received received = new Received();
    async
        .invokeModelWithResponseStream(
            r -> r.modelId(MODEL).body(SdkBytes.fromUtf8String(body("true"))), received.invoke())
        .get(20, TimeUnit.SECONDS);
    return received;
  }

  private static String body(String stream) {
    return "{\"stream\": %s, \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}"
        .formatted(stream);
  }

  private static String content(JsonObject whole) {
    return choice(whole).getJsonObject("message").getString("content");
  }

  private static String text(Received stream) {
    return stream.chunks().stream()
        .map(chunk -> choice(new JsonObject(chunk)).getJsonObject("delta").getString("content", ""))
        .collect(Collectors.joining());
  }

  private static JsonObject choice(JsonObject completion) {
    return completion.getJsonArray("choices").getJsonObject(0);
  }
}
