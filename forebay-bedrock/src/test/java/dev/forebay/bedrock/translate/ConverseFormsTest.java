package dev.forebay.bedrock.translate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.bedrock.Frame;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConverseFormsTest {
  private static final String ANSWER =
      """
      {"output":{"message":{"role":"assistant","content":[
        {"reasoningContent":{"reasoningText":{"text":"so","signature":"s1"}}},
        {"text":"Look: \\u00e9"},
        {"toolUse":{"toolUseId":"t1","name":"find","type":"tool_use","input":{"q":[1.50,"x"]}}},
        {"toolUse":{"toolUseId":"t3","name":"search","type":"server_tool_use","input":{"q":1}}},
        {"toolUse":{"toolUseId":"t2","name":"now","input":{}}}]}},
       "stopReason":"tool_use",
       "additionalModelResponseFields":{"stop_sequence":null},
       "usage":{"inputTokens":10,"outputTokens":20,"totalTokens":30},
       "serviceTier":{"type":"flex"},
       "metrics":{"latencyMs":5}}""";

  @Test
  void anAnswerSurvivesTheWayThroughAStreamAndBack() {
    byte[] stream = ConverseForms.streamed(bytes(ANSWER)).orElseThrow();

    assertThat(Trees.read(ConverseForms.whole(stream).orElseThrow())).isEqualTo(Trees.read(ANSWER));
  }

  @Test
  void piecesOfAStreamAreJoined() {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    event(stream, "messageStart", "{\"role\":\"assistant\",\"p\":\"abc\"}");
    event(stream, "contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"He\"}}");
    event(
        stream,
        "contentBlockDelta",
        "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"llo\"},\"p\":\"ab\"}");
    event(stream, "contentBlockStop", "{\"contentBlockIndex\":0}");
    event(stream, "messageStop", "{\"stopReason\":\"end_turn\"}");
    event(stream, "metadata", "{\"usage\":{\"outputTokens\":2},\"metrics\":{\"latencyMs\":7}}");

    assertThat(Trees.read(ConverseForms.whole(stream.toByteArray()).orElseThrow()))
        .isEqualTo(
            Trees.read(
                """
                {"stopReason":"end_turn","usage":{"outputTokens":2},"metrics":{"latencyMs":7},
                 "output":{"message":{"role":"assistant","content":[{"text":"Hello"}]}}}"""));
  }

  @Test
  void blankTextsAreNoBlocksInTheOtherForm() {
    String answer =
        """
        {"output":{"message":{"role":"assistant","content":[%s{"text":"Hi"}]}},"stopReason":"end_turn"}""";
    String blanks = "{\"text\":\"\"},{\"text\":\"\\n\"},";

    assertThat(ConverseForms.streamed(bytes(answer.formatted(blanks))).orElseThrow())
        .isEqualTo(ConverseForms.streamed(bytes(answer.formatted(""))).orElseThrow());

    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    event(stream, "messageStart", "{\"role\":\"assistant\"}");
    event(stream, "contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"\"}}");
    event(stream, "contentBlockDelta", "{\"contentBlockIndex\":1,\"delta\":{\"text\":\"Hi\"}}");
    event(stream, "messageStop", "{\"stopReason\":\"end_turn\"}");
    assertThat(Trees.read(ConverseForms.whole(stream.toByteArray()).orElseThrow()))
        .isEqualTo(Trees.read(answer.formatted("")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"image\":{}}]}}}",
        "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":\"a\",\"b\":1}]}}}",
        "{\"output\":{},\"somethingNew\":1}",
        "[]",
        "{",
      })
  void whatAStreamIsNotKnownToCarryIsNotTurned(String answer) {
    assertThat(ConverseForms.streamed(bytes(answer))).isEmpty();
  }

  @Test
  void aStreamThatBreaksOffOrSaysSomethingNewIsNotTurned() {
    byte[] whole = ConverseForms.streamed(bytes(ANSWER)).orElseThrow();
    ByteArrayOutputStream unknown = new ByteArrayOutputStream();
    event(unknown, "somethingNew", "{}");
    unknown.writeBytes(whole);
    ByteArrayOutputStream unended = new ByteArrayOutputStream();
    event(unended, "messageStart", "{\"role\":\"assistant\"}");

    assertThat(ConverseForms.whole(unknown.toByteArray())).isEmpty();
    assertThat(ConverseForms.whole(unended.toByteArray())).isEmpty();
    assertThat(ConverseForms.whole(Arrays.copyOf(whole, 100))).isEmpty();
    whole[20] ^= 1;
    assertThat(ConverseForms.whole(whole)).isEmpty();
  }

  private static void event(ByteArrayOutputStream stream, String type, String json) {
    stream.writeBytes(Frame.event(type, bytes(json)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
