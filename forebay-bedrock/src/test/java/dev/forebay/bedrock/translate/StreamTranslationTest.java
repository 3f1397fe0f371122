package dev.forebay.bedrock.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.bedrock.Frame;
import dev.forebay.bedrock.FrameSplitter;
import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.Operation;
import dev.forebay.bedrock.StreamReader;
import dev.forebay.core.TokenUsage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** ConverseStream events as the callers of each family's stream get them. */
class StreamTranslationTest {
  private static final String METRICS =
      "\"amazon-bedrock-invocationMetrics\":{\"inputTokenCount\":5,\"outputTokenCount\":7,\"invocationLatency\":42}";
  private static final String METADATA =
      "metadata {\"usage\":{\"inputTokens\":5,\"outputTokens\":7,\"totalTokens\":12},\"metrics\":{\"latencyMs\":42},\"p\":\"abc\"}";

  private static final List<String> TEXT =
      List.of(
          "messageStart {\"role\":\"assistant\",\"p\":\"abcd\"}",
          "contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"reasoningContent\":{\"text\":\"hm\"}}}",
          "contentBlockStop {\"contentBlockIndex\":0}",
          "contentBlockDelta {\"contentBlockIndex\":1,\"delta\":{\"text\":\"Hel\"},\"p\":\"ab\"}",
          "contentBlockDelta {\"contentBlockIndex\":1,\"delta\":{\"text\":\"lo\"}}",
          "somethingNew {\"x\":1}",
          "contentBlockStop {\"contentBlockIndex\":1}",
          "messageStop {\"stopReason\":\"end_turn\"}",
          METADATA);

  private static final List<String> TOOL =
      List.of(
          "messageStart {\"role\":\"assistant\"}",
          "contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"text\":\"I look.\"}}",
          "contentBlockStop {\"contentBlockIndex\":0}",
          "contentBlockStart {\"contentBlockIndex\":1,\"start\":{\"toolUse\":{\"toolUseId\":\"t1\",\"name\":\"f\"}}}",
          "contentBlockDelta {\"contentBlockIndex\":1,\"delta\":{\"toolUse\":{\"input\":\"{\\\"a\\\":\"}}}",
          "contentBlockDelta {\"contentBlockIndex\":1,\"delta\":{\"toolUse\":{\"input\":\"1}\"}}}",
          "contentBlockStop {\"contentBlockIndex\":1}",
          "messageStop {\"stopReason\":\"tool_use\"}",
          METADATA);

  static Stream<Arguments> streams() {
    return Stream.of(
        Arguments.of(
            "Anthropic",
            Given.CLAUDE,
            UnaryAnswerTest.CLAUDE_ASKS,
            TEXT,
            List.of(
                "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_bdrk_0a1b22\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"amazon.nova-lite-v1:0\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":0,\"output_tokens\":0}}}",
                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}",
                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hel\"}}",
                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"lo\"}}",
                "{\"type\":\"content_block_stop\",\"index\":0}",
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"input_tokens\":5,\"output_tokens\":7}}",
                "{\"type\":\"message_stop\"," + METRICS + "}")),
        Arguments.of(
            "Anthropic's tool",
            Given.CLAUDE,
            UnaryAnswerTest.CLAUDE_ASKS,
            TOOL,
            List.of(
                "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_bdrk_0a1b22\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"amazon.nova-lite-v1:0\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":0,\"output_tokens\":0}}}",
                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}",
                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"I look.\"}}",
                "{\"type\":\"content_block_stop\",\"index\":0}",
                "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"f\",\"input\":{}}}",
                "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"a\\\":\"}}",
                "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"1}\"}}",
                "{\"type\":\"content_block_stop\",\"index\":1}",
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\",\"stop_sequence\":null},\"usage\":{\"input_tokens\":5,\"output_tokens\":7}}",
                "{\"type\":\"message_stop\"," + METRICS + "}")),
        Arguments.of(
            "Nova's tool",
            Given.NOVA,
            UnaryAnswerTest.NOVA_ASKS,
            TOOL,
            List.of(
                "{\"messageStart\":{\"role\":\"assistant\"}}",
                "{\"contentBlockDelta\":{\"contentBlockIndex\":0,\"delta\":{\"text\":\"I look.\"}}}",
                "{\"contentBlockStop\":{\"contentBlockIndex\":0}}",
                "{\"contentBlockStart\":{\"contentBlockIndex\":1,\"start\":{\"toolUse\":{\"toolUseId\":\"t1\",\"name\":\"f\"}}}}",
                "{\"contentBlockDelta\":{\"contentBlockIndex\":1,\"delta\":{\"toolUse\":{\"input\":\"{\\\"a\\\":\"}}}}",
                "{\"contentBlockDelta\":{\"contentBlockIndex\":1,\"delta\":{\"toolUse\":{\"input\":\"1}\"}}}}",
                "{\"contentBlockStop\":{\"contentBlockIndex\":1}}",
                "{\"messageStop\":{\"stopReason\":\"tool_use\"}}",
                "{\"metadata\":{\"usage\":{\"inputTokens\":5,\"outputTokens\":7,\"totalTokens\":12},\"metrics\":{},\"trace\":{}},"
                    + METRICS
                    + "}")),
        Arguments.of(
            "Llama",
            Given.LLAMA,
            UnaryAnswerTest.PROMPT_ASKS,
            TEXT,
            List.of(
                "{\"generation\":\"Hel\",\"prompt_token_count\":null,\"generation_token_count\":null,\"stop_reason\":null}",
                "{\"generation\":\"lo\",\"prompt_token_count\":null,\"generation_token_count\":null,\"stop_reason\":null}",
                "{\"generation\":\"\",\"prompt_token_count\":5,\"generation_token_count\":7,\"stop_reason\":\"stop\","
                    + METRICS
                    + "}")),
        Arguments.of(
            "Titan",
            Given.TITAN,
            UnaryAnswerTest.TITAN_ASKS,
            TEXT,
            List.of(
                "{\"outputText\":\"Hel\",\"index\":0,\"totalOutputTextTokenCount\":null,\"completionReason\":null,\"inputTextTokenCount\":null}",
                "{\"outputText\":\"lo\",\"index\":0,\"totalOutputTextTokenCount\":null,\"completionReason\":null,\"inputTextTokenCount\":null}",
                "{\"outputText\":\"\",\"index\":0,\"totalOutputTextTokenCount\":7,\"completionReason\":\"FINISH\",\"inputTextTokenCount\":5,"
                    + METRICS
                    + "}")),
        Arguments.of(
            "Mistral's completion",
            Given.MISTRAL_7B,
            UnaryAnswerTest.PROMPT_ASKS,
            TEXT,
            List.of(
                "{\"outputs\":[{\"text\":\"Hel\",\"stop_reason\":null}]}",
                "{\"outputs\":[{\"text\":\"lo\",\"stop_reason\":null}]}",
                "{\"outputs\":[{\"text\":\"\",\"stop_reason\":\"stop\"}]," + METRICS + "}")),
        Arguments.of(
            "Mistral's chat",
            Given.MISTRAL_LARGE,
            UnaryAnswerTest.CHAT_ASKS,
            TOOL,
            List.of(
                "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"I look.\"},\"stop_reason\":null}]}",
                "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"id\":\"t1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}]},\"stop_reason\":null}]}",
                "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"stop_reason\":\"tool_calls\"}],"
                    + METRICS
                    + "}")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("streams")
  void areGivenInTheFormAskedFor(
      String name, String model, String asks, List<String> events, List<String> expected)
      throws Exception {
    assertThat(chunks(translated(model, asks, bytes(events), Integer.MAX_VALUE)))
        .isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("streams")
  void areTheSameWhereverTheBytesAreSplit(
      String name, String model, String asks, List<String> events, List<String> expected)
      throws Exception {
    byte[] bytes = bytes(events);
    for (int size : List.of(1, 2, 7, 64)) {
      assertThat(chunks(translated(model, asks, bytes, size))).isEqualTo(expected);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("streams")
  void areWholeToTheirOwnFamilysReader(
      String name, String model, String asks, List<String> events, List<String> expected)
      throws Exception {
    StreamReader reader = new StreamReader(Operation.INVOKE_STREAM, ModelFamily.of(model));
    List<Frame> frames = translated(model, asks, bytes(events), Integer.MAX_VALUE);

    for (Frame frame : frames.subList(0, frames.size() - 2)) {
      assertThat(reader.read(frame).terminal()).isFalse();
    }
    frames.subList(frames.size() - 2, frames.size()).forEach(reader::read);
    assertThat(reader.terminalSeen()).isTrue();
    assertThat(reader.usage()).isEqualTo(new TokenUsage(5, 7, 0, 0));
  }

  @Test
  void aBlockBeginsWithItsFirstTextThatIsNotBlank() throws Exception {
    List<String> events =
        List.of(
            "messageStart {\"role\":\"assistant\"}",
            "contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"text\":\"\"}}",
            "contentBlockStop {\"contentBlockIndex\":0}",
            "contentBlockDelta {\"contentBlockIndex\":1,\"delta\":{\"text\":\"\\n\"}}",
            "contentBlockStop {\"contentBlockIndex\":1}",
            "contentBlockDelta {\"contentBlockIndex\":2,\"delta\":{\"text\":\"\"}}",
            "contentBlockDelta {\"contentBlockIndex\":2,\"delta\":{\"text\":\" \"}}",
            "contentBlockDelta {\"contentBlockIndex\":2,\"delta\":{\"text\":\"Hi\"}}",
            "contentBlockDelta {\"contentBlockIndex\":2,\"delta\":{\"text\":\"\\n\"}}",
            "contentBlockStop {\"contentBlockIndex\":2}",
            "contentBlockStart {\"contentBlockIndex\":3,\"start\":{\"toolUse\":{\"toolUseId\":\"t1\",\"name\":\"f\"}}}",
            "contentBlockStop {\"contentBlockIndex\":3}",
            "contentBlockDelta {\"contentBlockIndex\":4,\"delta\":{\"text\":\"\"}}",
            "contentBlockStop {\"contentBlockIndex\":4}",
            "messageStop {\"stopReason\":\"tool_use\"}",
            METADATA);

    List<String> claude =
        chunks(translated(Given.CLAUDE, UnaryAnswerTest.CLAUDE_ASKS, bytes(events), 64));
    assertThat(claude.subList(1, claude.size() - 2))
        .containsExactly(
            "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}",
            "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\" Hi\"}}",
            "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"\\n\"}}",
            "{\"type\":\"content_block_stop\",\"index\":0}",
            "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"f\",\"input\":{}}}",
            "{\"type\":\"content_block_stop\",\"index\":1}");
    List<String> nova =
        chunks(translated(Given.NOVA, UnaryAnswerTest.NOVA_ASKS, bytes(events), 64));
    assertThat(nova.subList(1, 4))
        .containsExactly(
            "{\"contentBlockDelta\":{\"contentBlockIndex\":0,\"delta\":{\"text\":\" Hi\"}}}",
            "{\"contentBlockDelta\":{\"contentBlockIndex\":0,\"delta\":{\"text\":\"\\n\"}}}",
            "{\"contentBlockStop\":{\"contentBlockIndex\":0}}");
  }

  @Test
  void aStreamWithoutMetadataEndsAllTheSame() throws Exception {
    List<Frame> frames =
        translated(
            Given.CLAUDE,
            UnaryAnswerTest.CLAUDE_ASKS,
            bytes(TEXT.subList(0, TEXT.size() - 1)),
            Integer.MAX_VALUE);

    assertThat(chunks(frames).getLast()).startsWith("{\"type\":\"message_stop\"");
  }

  @Test
  void aStreamWithoutMessageStopHasNoLastChunk() throws Exception {
    List<Frame> frames =
        translated(
            Given.CLAUDE, UnaryAnswerTest.CLAUDE_ASKS, bytes(TEXT.subList(0, 5)), 1024 * 1024);

    assertThat(chunks(frames)).noneMatch(chunk -> chunk.contains("message_delta"));
    assertThat(chunks(frames)).noneMatch(chunk -> chunk.contains("message_stop"));
  }

  @Test
  void whatCannotBePassedOnBreaksTheStream() {
    for (String event :
        List.of(
            "contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"image\":{}}}",
            "contentBlockStart {\"contentBlockIndex\":0,\"start\":{\"image\":{}}}",
            "contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"toolUse\":{\"input\":\"{}\"}}}",
            "contentBlockDelta no json",
            "messageStop {\"stopReason\":\"malformed_model_output\"}")) {
      assertThatThrownBy(
              () ->
                  translated(
                      Given.CLAUDE, UnaryAnswerTest.CLAUDE_ASKS, bytes(List.of(event)), 1024))
          .as(event)
          .isInstanceOf(UntranslatableException.class);
    }
  }

  @Test
  void aTextFamilyCannotBeGivenATool() {
    assertThatThrownBy(
            () -> translated(Given.LLAMA, UnaryAnswerTest.PROMPT_ASKS, bytes(TOOL), 1024))
        .isInstanceOf(UntranslatableException.class);
  }

  /** What the caller is sent for these bytes of a Converse stream, coming in pieces of a size. */
  private static List<Frame> translated(String model, String asks, byte[] stream, int size)
      throws Exception {
    String other = ModelFamily.of(model).equals(ModelFamily.NOVA) ? Given.CLAUDE : Given.NOVA;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StreamTranslation translation =
        Given.call(Operation.INVOKE_STREAM, model, asks).translation(other).stream(
            UnaryAnswerTest.HEAD, out::writeBytes);
    FrameSplitter splitter = new FrameSplitter();
    List<Frame> events = new ArrayList<>();
    for (int at = 0; at < stream.length; at += Math.min(size, stream.length - at)) {
      int end = at + Math.min(size, stream.length - at);
      splitter.feed(Arrays.copyOfRange(stream, at, end), events::add);
    }
    for (Frame event : events) {
      translation.read(event);
    }
    translation.end();
    List<Frame> frames = new ArrayList<>();
    new FrameSplitter().feed(out.toByteArray(), frames::add);
    return frames;
  }

  private static byte[] bytes(List<String> events) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String event : events) {
      int space = event.indexOf(' ');
      bytes.writeBytes(
          Frame.event(
              event.substring(0, space),
              event.substring(space + 1).getBytes(StandardCharsets.UTF_8)));
    }
    return bytes.toByteArray();
  }

  private static List<String> chunks(List<Frame> frames) {
    return frames.stream()
        .map(frame -> Trees.read(frame.payload()).path("bytes").stringValue())
        .map(base64 -> new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8))
        .toList();
  }
}
