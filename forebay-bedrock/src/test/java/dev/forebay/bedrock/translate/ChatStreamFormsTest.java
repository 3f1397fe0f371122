package dev.forebay.bedrock.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.bedrock.Frame;
import dev.forebay.bedrock.FrameSplitter;
import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.Operation;
import dev.forebay.bedrock.StreamEvent;
import dev.forebay.bedrock.StreamReader;
import dev.forebay.core.TokenUsage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams in the forms of OpenAI's chats, DeepSeek's and Llama's texts and Cohere's events. */
class ChatStreamFormsTest {
  private static final List<String> STREAM =
      List.of(
          "messageStart {\"role\":\"assistant\"}",
          "contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"reasoningContent\":{\"text\":\"hm\"}}}",
          "contentBlockStop {\"contentBlockIndex\":0}",
          "contentBlockDelta {\"contentBlockIndex\":1,\"delta\":{\"text\":\"I look.\"}}",
          "contentBlockStop {\"contentBlockIndex\":1}",
          "contentBlockStart {\"contentBlockIndex\":2,\"start\":{\"toolUse\":{\"toolUseId\":\"t1\",\"name\":\"f\"}}}",
          "contentBlockDelta {\"contentBlockIndex\":2,\"delta\":{\"toolUse\":{\"input\":\"\"}}}",
          "contentBlockDelta {\"contentBlockIndex\":2,\"delta\":{\"toolUse\":{\"input\":\"{\\\"a\\\":1}\"}}}",
          "contentBlockStop {\"contentBlockIndex\":2}",
          "contentBlockStart {\"contentBlockIndex\":3,\"start\":{\"toolUse\":{\"toolUseId\":\"t2\",\"name\":\"now\"}}}",
          "contentBlockStop {\"contentBlockIndex\":3}",
          "messageStop {\"stopReason\":\"tool_use\"}",
          "metadata {\"usage\":{\"inputTokens\":5,\"outputTokens\":7,\"totalTokens\":12},\"metrics\":{\"latencyMs\":42}}");

  @Test
  void aChatsStreamHasItsRoleItsDeltasAndItsReason() throws Exception {
    List<String> chunks = chunks(translated(Given.GPT_OSS, UnaryAnswerTest.CHAT_ASKS, STREAM));

    assertThat(chunks)
        .containsExactly(
            chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null"),
            chunk("{\"content\":\"I look.\"}", "null"),
            chunk(
                "{\"tool_calls\":[{\"index\":0,\"id\":\"t1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}",
                "null"),
            chunk(
                "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\":1}\"}}]}",
                "null"),
            chunk(
                "{\"tool_calls\":[{\"index\":1,\"id\":\"t2\",\"type\":\"function\",\"function\":{\"name\":\"now\",\"arguments\":\"\"}}]}",
                "null"),
            chunk("{\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"{}\"}}]}", "null"),
            withMetrics(chunk("{}", "\"tool_calls\"")));
  }

  @Test
  void aChatsStreamEndsWithItsUsageIfAsked() throws Exception {
    String asks =
        "{\"stream\": true, \"stream_options\": {\"include_usage\": true}, \"messages\": [{\"role\": \"user\", \"content\": \"x\"}]}";
    List<String> chunks = chunks(translated(Given.GPT_OSS, asks, STREAM));

    assertThat(chunks.get(chunks.size() - 2)).isEqualTo(chunk("{}", "\"tool_calls\""));
    assertThat(chunks.getLast())
        .isEqualTo(
            withMetrics(
                "{\"id\":\"chatcmpl-0a1b22\",\"object\":\"chat.completion.chunk\",\"created\":1795867200,\"model\":\"amazon.nova-lite-v1:0\",\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":7,\"total_tokens\":12}}"));
  }

  @Test
  void aStreamOfTextsIsThatOfItsForm() throws Exception {
    List<String> texts =
        Stream.concat(STREAM.subList(0, 5).stream(), STREAM.subList(11, 13).stream())
            .map(event -> event.replace("tool_use", "end_turn"))
            .toList();

    assertThat(chunks(translated(Given.DEEPSEEK_R1, UnaryAnswerTest.PROMPT_ASKS, texts)))
        .containsExactly(
            "{\"choices\":[{\"text\":\"I look.\",\"stop_reason\":null}]}",
            withMetrics("{\"choices\":[{\"text\":\"\",\"stop_reason\":\"stop\"}]}"));
    assertThat(chunks(translated(Given.COMMAND_R, "{\"message\": \"x\"}", texts)))
        .containsExactly(
            "{\"is_finished\":false,\"event_type\":\"text-generation\",\"text\":\"I look.\"}",
            withMetrics(
                "{\"is_finished\":true,\"event_type\":\"stream-end\",\"finish_reason\":\"COMPLETE\",\"response\":{\"response_id\":\"0a1b22\",\"text\":\"I look.\",\"generation_id\":\"0a1b22\",\"chat_history\":[{\"role\":\"USER\",\"message\":\"x\"},{\"role\":\"CHATBOT\",\"message\":\"I look.\"}],\"finish_reason\":\"COMPLETE\"}}"));
  }

  @ParameterizedTest
  @CsvSource({
    Given.GPT_OSS + ", x, 1",
    Given.DEEPSEEK_R1 + ", prompt, 0",
    Given.COMMAND_R + ", message, 0"
  })
  void aStreamIsWholeToItsOwnFamilysReader(String model, String asks, int preamble)
      throws Exception {
    String body = asks.equals("x") ? UnaryAnswerTest.CHAT_ASKS : "{\"" + asks + "\": \"x\"}";
    List<String> texts =
        Stream.concat(STREAM.subList(0, 5).stream(), STREAM.subList(11, 13).stream())
            .map(event -> event.replace("tool_use", "end_turn"))
            .toList();
    StreamReader reader = new StreamReader(Operation.INVOKE_STREAM, ModelFamily.of(model));

    List<StreamEvent> events = translated(model, body, texts).stream().map(reader::read).toList();

    assertThat(events.subList(0, preamble)).noneMatch(StreamEvent::content);
    assertThat(events.get(preamble).content()).isTrue();
    assertThat(events.subList(0, events.size() - 1)).noneMatch(StreamEvent::terminal);
    assertThat(reader.terminalSeen()).isTrue();
    assertThat(reader.usage()).isEqualTo(new TokenUsage(5, 7, 0, 0));
  }

  private static String chunk(String delta, String reason) {
    return "{\"id\":\"chatcmpl-0a1b22\",\"object\":\"chat.completion.chunk\",\"created\":1795867200,\"model\":\"amazon.nova-lite-v1:0\",\"choices\":[{\"index\":0,\"delta\":%s,\"finish_reason\":%s}]}"
        .formatted(delta, reason);
  }

  private static String withMetrics(String chunk) {
    return chunk.substring(0, chunk.length() - 1)
        + ",\"amazon-bedrock-invocationMetrics\":{\"inputTokenCount\":5,\"outputTokenCount\":7,\"invocationLatency\":42}}";
  }

  /** What the caller is sent for these events of Nova's ConverseStream. */
  private static List<Frame> translated(String model, String asks, List<String> events)
      throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StreamTranslation translation =
        Given.call(Operation.INVOKE_STREAM, model, asks).translation(Given.NOVA).stream(
            ChatFormsTest.HEAD, out::writeBytes);
    List<Frame> frames = new ArrayList<>();
    for (String event : events) {
      int space = event.indexOf(' ');
      new FrameSplitter()
          .feed(
              Frame.event(
                  event.substring(0, space),
                  event.substring(space + 1).getBytes(StandardCharsets.UTF_8)),
              frames::add);
    }
    for (Frame frame : frames) {
      translation.read(frame);
    }
    translation.end();
    List<Frame> sent = new ArrayList<>();
    new FrameSplitter().feed(out.toByteArray(), sent::add);
    return sent;
  }

  private static List<String> chunks(List<Frame> frames) {
    return frames.stream()
        .map(frame -> Trees.read(frame.payload()).path("bytes").stringValue())
        .map(base64 -> new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8))
        .toList();
  }
}
