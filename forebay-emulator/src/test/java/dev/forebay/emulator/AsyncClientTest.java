package dev.forebay.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamOutput;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelWithResponseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.ModelStreamErrorException;
import software.amazon.awssdk.services.bedrockruntime.model.PayloadPart;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;
import tools.jackson.databind.JsonNode;

class AsyncClientTest {
  private static final Emulator emulator = Emulator.start(Configs.quick());
  private static final BedrockRuntimeAsyncClient client = Clients.async(emulator.endpoint());

  @AfterAll
  static void stop() {
    client.close();
    emulator.close();
  }

  @AfterEach
  void reset() {
    emulator.reset();
  }

  @Test
  void converseStreamComesInBedrocksOrder() {
    Conversation conversation = converse(Configs.CLAUDE);
    conversation.end().join();

    List<String> types = conversation.types();
    assertThat(types).startsWith("MESSAGE_START", "CONTENT_BLOCK_DELTA");
    assertThat(types).endsWith("CONTENT_BLOCK_STOP", "MESSAGE_STOP", "METADATA");
    assertThat(types.subList(1, types.size() - 3)).containsOnly("CONTENT_BLOCK_DELTA");
    assertThat(conversation.text()).startsWith("Emulated answer of " + Configs.CLAUDE + ":");
    assertThat(conversation.text().split(" ")).hasSize(40);
  }

  @Test
  void aCompletedStreamIsCountedWithItsTokens() {
    converse(Configs.CLAUDE).end().join();

    Stats stats = emulator.stats();
    assertThat(stats.total().ok()).isEqualTo(1);
    assertThat(stats.total().streamsBegun()).isEqualTo(1);
    assertThat(stats.total().streamsCompleted()).isEqualTo(1);
    assertThat(stats.total().tokensOut()).isEqualTo(40);
    assertThat(stats.total().inFlight()).isZero();
    RequestRecord request = stats.recent().getFirst();
    assertThat(request.httpVersion()).isEqualTo("HTTP/2");
    assertThat(request.authScheme()).isEqualTo("AWS4-HMAC-SHA256");
    assertThat(request.accessKeyId()).isEqualTo(Clients.ACCESS_KEY_ID);
    assertThat(request.region()).isEqualTo("eu-west-1");
    assertThat(request.sdkRequest()).isEqualTo("attempt=1; max=1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        Configs.CLAUDE + "|{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}|/delta/text",
        Configs.NOVA
            + "|{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"hi\"}]}]}"
            + "|/contentBlockDelta/delta/text",
        Configs.TITAN + "|{\"inputText\":\"hi\"}|/outputText",
        Configs.LLAMA + "|{\"prompt\":\"hi\"}|/generation",
        Configs.MISTRAL + "|{\"prompt\":\"hi\"}|/outputs/0/text",
        Configs.CHAT
            + "|{\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
            + "|/choices/0/delta/content",
        Configs.COMMAND_R + "|{\"message\":\"hi\"}|/text",
        Configs.DEEPSEEK_R1 + "|{\"prompt\":\"hi\"}|/choices/0/text"
      })
  void invokeStreamsEndWithTheInvocationMetrics(String model, String body, String text) {
    List<JsonNode> chunks = invokeStream(model, body);

    StringBuilder whole = new StringBuilder();
    chunks.forEach(chunk -> whole.append(chunk.at(text).asString("")));
    JsonNode metrics = chunks.getLast().path("amazon-bedrock-invocationMetrics");
    assertThat(whole.toString().split(" ")).hasSize(40);
    assertThat(metrics.path("outputTokenCount").asInt()).isEqualTo(40);
    assertThat(metrics.path("inputTokenCount").asInt()).isPositive();
    assertThat(metrics.has("invocationLatency")).isTrue();
    assertThat(chunks.subList(0, chunks.size() - 1))
        .noneMatch(chunk -> chunk.has("amazon-bedrock-invocationMetrics"));
  }

  @Test
  void claudesStreamHasAnthropicsEvents() {
    List<JsonNode> chunks =
        invokeStream(Configs.CLAUDE, "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");

    assertThat(chunks.stream().map(chunk -> chunk.path("type").asString()).distinct())
        .containsExactly(
            "message_start",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop");
  }

  @Test
  void anEmbeddingModelDoesNotStream() {
    Throwable thrown = catchThrowable(() -> invokeStream(Configs.EMBED, "{\"inputText\":\"hi\"}"));

    assertThat(thrown).hasCauseInstanceOf(ValidationException.class);
  }

  @Test
  void anExceptionEventRaisesTheTypedExceptionAfterTheEventsBeforeIt() {
    emulator.faults(
        "[{\"exceptionEvent\":{\"exception\":\"throttlingException\",\"afterEvents\":3}}]");
    Conversation conversation = converse(Configs.CLAUDE);

    assertThat(failure(conversation)).isInstanceOf(ThrottlingException.class);
    assertThat(conversation.types())
        .containsExactly("MESSAGE_START", "CONTENT_BLOCK_DELTA", "CONTENT_BLOCK_DELTA");
    assertThat(emulator.stats().total().errors()).containsEntry("ThrottlingException", 1L);
  }

  @Test
  void anExceptionEventMayBeTheFirstFrame() {
    emulator.faults(
        "[{\"exceptionEvent\":{\"exception\":\"ModelStreamErrorException\",\"afterEvents\":0,"
            + "\"message\":\"lost the thread\"}}]");
    Conversation conversation = converse(Configs.CLAUDE);

    assertThat(failure(conversation))
        .isInstanceOf(ModelStreamErrorException.class)
        .hasMessageContaining("lost the thread");
    assertThat(conversation.types()).isEmpty();
  }

  @Test
  void aTruncatedStreamEndsCleanlyWithoutMessageStop() {
    emulator.faults("[{\"truncate\":{\"afterEvents\":4}}]");
    Conversation conversation = converse(Configs.CLAUDE);
    conversation.end().join();

    assertThat(conversation.types()).hasSize(4).doesNotContain("MESSAGE_STOP");
    assertThat(emulator.stats().total().errors()).containsEntry("truncate", 1L);
    assertThat(emulator.stats().total().streamsCompleted()).isZero();
  }

  @Test
  void aMalformedFrameFailsTheStreamAtItsChecksum() {
    emulator.faults("[{\"malformedFrame\":{\"afterEvents\":2}}]");
    Conversation conversation = converse(Configs.CLAUDE);

    assertThat(failure(conversation)).hasStackTraceContaining("checksum");
    // The client may drop sound events that it received together with the bad one.
    assertThat(conversation.types()).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void aStallForATimeGoesOnToTheEnd() {
    emulator.faults("[{\"stall\":{\"afterEvents\":2,\"duration\":\"50ms\"}}]");
    Conversation conversation = converse(Configs.CLAUDE);
    conversation.end().join();

    assertThat(conversation.types()).endsWith("MESSAGE_STOP", "METADATA");
  }

  @ParameterizedTest
  @ValueSource(strings = {"stall", "hang"})
  void aClientThatLeavesASilentStreamIsNoticed(String fault) {
    emulator.faults(
        fault.equals("stall")
            ? "[{\"stall\":{\"afterEvents\":2}}]"
            : "[{\"hang\":{\"at\":\"firstToken\"}}]");
    Conversation conversation = converse(Configs.CLAUDE);
    StatsWait.until(emulator, stats -> stats.total().errors().containsKey(fault));
    assertThat(emulator.stats().total().inFlight()).isEqualTo(1);

    conversation.end().cancel(true);

    Stats stats = StatsWait.until(emulator, now -> now.total().inFlight() == 0);
    assertThat(stats.recent().getFirst().clientLeftAtMs()).isNotNull();
    assertThat(stats.recent().getFirst().outcome()).isEqualTo(fault);
    assertThat(stats.total().streamsAborted()).isEqualTo(1);
  }

  @Test
  void aThrottledStreamIsRefusedBeforeItBegins() {
    emulator.faults("[{\"operation\":\"converse-stream\",\"throttle\":{\"reason\":\"tokens\"}}]");
    Conversation conversation = converse(Configs.CLAUDE);

    assertThat(failure(conversation)).isInstanceOf(ThrottlingException.class);
    assertThat(emulator.stats().total().streamsBegun()).isZero();
  }

  private record Conversation(List<ConverseStreamOutput> events, CompletableFuture<Void> end) {
    List<String> types() {
      return events.stream().map(event -> event.sdkEventType().name()).toList();
    }

    String text() {
      StringBuilder text = new StringBuilder();
      ConverseStreamResponseHandler.Visitor visitor =
          ConverseStreamResponseHandler.Visitor.builder()
              .onContentBlockDelta(delta -> text.append(delta.delta().text()))
              .build();
      events.forEach(event -> event.accept(visitor));
      return text.toString();
    }
  }

  private static Conversation converse(String model) {
    List<ConverseStreamOutput> events = new ArrayList<>();
    ConverseStreamResponseHandler handler =
        ConverseStreamResponseHandler.builder().subscriber(events::add).build();
    Message hello =
        Message.builder().role(ConversationRole.USER).content(ContentBlock.fromText("hi")).build();
    CompletableFuture<Void> end =
        client.converseStream(r -> r.modelId(model).messages(hello), handler);
    return new Conversation(events, end);
  }

  private static Throwable failure(Conversation conversation) {
    Throwable thrown = catchThrowable(() -> conversation.end().get(30, TimeUnit.SECONDS));
    return thrown.getCause() != null ? thrown.getCause() : thrown;
  }

  private static List<JsonNode> invokeStream(String model, String body) {
    List<JsonNode> chunks = new ArrayList<>();
    InvokeModelWithResponseStreamResponseHandler handler =
        InvokeModelWithResponseStreamResponseHandler.builder()
            .subscriber(
                event ->
                    chunks.add(Json.MAPPER.readTree(((PayloadPart) event).bytes().asByteArray())))
            .build();
    client
        .invokeModelWithResponseStream(
            r -> r.modelId(model).body(SdkBytes.fromUtf8String(body)), handler)
        .join();
    return chunks;
  }
}
