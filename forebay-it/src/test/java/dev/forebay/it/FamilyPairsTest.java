package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.config.ConfigFile;
import dev.forebay.emulator.RequestRecord;
import dev.forebay.gateway.Gateway;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import java.net.URI;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelResponse;

/**
 * An InvokeModel call that the model of any family does not answer is answered by that of any
 * other, in the form that the caller's own model would have used.
 */
class FamilyPairsTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static Gateway gateway;
  private static BedrockRuntimeClient client;
  private static BedrockRuntimeAsyncClient async;

  @BeforeAll
  static void routesBetweenAllFamilies() {
    String targets =
        each(
            family ->
                "  %s: { region: us-east-1, model: \"%s\", endpoint: \"%s\", credentials: anonymous }"
                    .formatted(family.label(), family.model, stack.emulator().endpoint()));
    String routes =
        pairs()
            .map(pair -> (FamilyBody) pair.get()[0])
            .distinct()
            .flatMap(asked -> others(asked).map(other -> route(asked, other)))
            .collect(Collectors.joining("\n"));
    gateway =
        stack.start(
            ConfigFile.parse(
                "server: { port: 0 }\ntargets:\n" + targets + "\nroutes:\n" + routes,
                "pairs.yaml",
                Map.of()));
    URI endpoint = URI.create("http://127.0.0.1:" + gateway.port());
    client = BedrockRuntimeClient.builder().endpointOverride(endpoint).build();
    async =
        BedrockRuntimeAsyncClient.builder()
            .endpointOverride(endpoint)
            .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .build();
  }

  @AfterAll
  static void close() {
    client.close();
    async.close();
    gateway.close().toCompletionStage().toCompletableFuture().join();
  }

  static Stream<Arguments> pairs() {
    return Arrays.stream(FamilyBody.values())
        .flatMap(asked -> others(asked).map(other -> Arguments.of(asked, other)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void invokeModel(FamilyBody asked, FamilyBody other) {
    InvokeModelResponse own = invoke(asked, other);
    breakModel(asked);
    InvokeModelResponse translated = invoke(asked, other);

    assertThat(header(own, "x-forebay-answer")).isEqualTo("primary");
    assertThat(header(translated, "x-forebay-answer")).isEqualTo("fallback");
    assertThat(header(translated, "x-forebay-target")).isEqualTo(other.label());
    assertThat(header(translated, "x-forebay-model")).isEqualTo(other.model);
    assertThat(translated.contentType()).isEqualTo("application/json");
    assertThat(header(translated, "X-Amzn-Bedrock-Input-Token-Count")).isNotEmpty();
    assertThat(header(translated, "X-Amzn-Bedrock-Output-Token-Count")).isEqualTo("20");
    JsonObject body = new JsonObject(translated.body().asUtf8String());
    assertThat((String) JsonPointer.from(asked.text).queryJson(body)).isNotEmpty();
    assertThat(body.fieldNames())
        .as("the form that the model itself answers in")
        .containsAll(withoutTier(new JsonObject(own.body().asUtf8String()).fieldNames()));
    assertThat(arrived(other).operation()).isEqualTo("converse");
    assertThat(arrived(other).maxTokens()).isEqualTo(77);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void invokeModelWithResponseStream(FamilyBody asked, FamilyBody other) throws Exception {
    Received own = stream(asked, other);
    breakModel(asked);
    Received translated = stream(asked, other);

    assertThat(own.header("x-forebay-answer")).isEqualTo("primary");
    assertThat(translated.header("x-forebay-answer")).isEqualTo("fallback");
    assertThat(translated.header("x-forebay-target")).isEqualTo(other.label());
    assertThat(translated.header("Content-Type")).isEqualTo("application/vnd.amazon.eventstream");
    assertThat(translated.header("X-Amzn-Bedrock-Content-Type")).isEqualTo("application/json");
    assertThat(String.join("", translated.chunks())).contains(asked.lastWord);
    assertThat(translated.chunks().getLast())
        .contains("amazon-bedrock-invocationMetrics", "\"outputTokenCount\":20");
    assertThat(fields(translated)).containsAll(withoutTier(fields(own)));
    assertThat(arrived(other).operation()).isEqualTo("converse-stream");
    assertThat(arrived(other).maxTokens()).isEqualTo(77);
  }

  /** A translated answer does not say which service tier its model used. */
  private static List<String> withoutTier(Collection<String> fields) {
    return fields.stream().filter(field -> !field.equals("service_tier")).toList();
  }

  /** The names at the top of all chunks. */
  private static List<String> fields(Received stream) {
    return stream.chunks().stream()
        .flatMap(chunk -> new JsonObject(chunk).fieldNames().stream())
        .distinct()
        .sorted()
        .toList();
  }

  private static InvokeModelResponse invoke(FamilyBody asked, FamilyBody other) {
    return client.invokeModel(
        r -> r.modelId(asked.routeTo(other)).body(SdkBytes.fromUtf8String(asked.body)));
  }

  private static Received stream(FamilyBody asked, FamilyBody other) throws Exception {
    Received received = new Received();
    async
        .invokeModelWithResponseStream(
            r -> r.modelId(asked.routeTo(other)).body(SdkBytes.fromUtf8String(asked.body)),
            received.invoke())
        .get(20, TimeUnit.SECONDS);
    return received;
  }

  private static RequestRecord arrived(FamilyBody at) {
    return stack.arrived(at.model).getLast();
  }

  private static void breakModel(FamilyBody family) {
    stack
        .emulator()
        .faults(
            "[{\"model\": \"%s\", \"error\": {\"exception\": \"ModelErrorException\"}}]"
                .formatted(family.model));
  }

  private static String header(InvokeModelResponse answer, String name) {
    return answer.sdkHttpResponse().firstMatchingHeader(name).orElse("");
  }

  private static Stream<FamilyBody> others(FamilyBody asked) {
    return Arrays.stream(FamilyBody.values()).filter(other -> other != asked);
  }

  private static String route(FamilyBody asked, FamilyBody other) {
    return "  \"%s\": { tiers: [[%s], [%s]], deadline: 10s }"
        .formatted(asked.routeTo(other), asked.label(), other.label());
  }

  private static String each(Function<FamilyBody, String> line) {
    return Arrays.stream(FamilyBody.values()).map(line).collect(Collectors.joining("\n"));
  }
}
