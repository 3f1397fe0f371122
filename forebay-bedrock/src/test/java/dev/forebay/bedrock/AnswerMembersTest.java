package dev.forebay.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An answer is kept if all is there that its API requires: each member is left out in turn. */
class AnswerMembersTest {
  /** A whole answer, and the members of which each is needed. */
  record Form(Operation operation, ModelFamily family, String json, List<String> needed) {}

  private static final String MESSAGE = "{'role':'assistant','content':[{'text':'Hi'}]}";

  static List<Form> forms() {
    return List.of(
        new Form(
            Operation.CONVERSE,
            ModelFamily.UNKNOWN,
            "{'output':{'message':"
                + MESSAGE
                + "},'stopReason':'end_turn',"
                + "'usage':{'inputTokens':1,'outputTokens':2,'totalTokens':3},"
                + "'metrics':{'latencyMs':1}}",
            List.of(
                "output",
                "message",
                "role",
                "content",
                "stopReason",
                "usage",
                "inputTokens",
                "outputTokens",
                "totalTokens",
                "metrics",
                "latencyMs")),
        new Form(
            Operation.INVOKE,
            ModelFamily.ANTHROPIC,
            "{'id':'m','type':'message','role':'assistant','model':'c','content':[],"
                + "'stop_reason':'end_turn','usage':{'input_tokens':1,'output_tokens':2}}",
            List.of(
                "id",
                "type",
                "role",
                "model",
                "content",
                "stop_reason",
                "usage",
                "input_tokens",
                "output_tokens")),
        new Form(
            Operation.INVOKE,
            ModelFamily.NOVA,
            "{'output':{'message':"
                + MESSAGE
                + "},'stopReason':'end_turn',"
                + "'usage':{'inputTokens':1,'outputTokens':2}}",
            List.of("output", "content", "stopReason", "usage", "outputTokens")),
        new Form(
            Operation.INVOKE,
            ModelFamily.TITAN_TEXT,
            "{'inputTextTokenCount':1,'results':[{'outputText':'Hi','completionReason':'FINISH'}]}",
            List.of("results", "outputText", "completionReason")),
        new Form(
            Operation.INVOKE,
            ModelFamily.TITAN_EMBED,
            "{'embedding':[0.5,1],'inputTextTokenCount':1}",
            List.of("embedding")),
        new Form(
            Operation.INVOKE,
            ModelFamily.LLAMA,
            "{'generation':'Hi','stop_reason':'stop'}",
            List.of("generation", "stop_reason")),
        new Form(
            Operation.INVOKE,
            ModelFamily.MISTRAL_PROMPT,
            "{'outputs':[{'text':'Hi','stop_reason':'stop'}]}",
            List.of("outputs", "text", "stop_reason")),
        new Form(
            Operation.INVOKE,
            ModelFamily.OPENAI,
            "{'choices':[{'message':{'content':'Hi'},'finish_reason':'stop'}]}",
            List.of("choices", "message", "finish_reason")),
        new Form(
            Operation.COUNT_TOKENS,
            ModelFamily.ANTHROPIC,
            "{'inputTokens':7}",
            List.of("inputTokens")));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void everyMemberThatTheApiRequiresIsNeeded(Form form) {
    assertThat(complete(form, form.json)).isTrue();
    for (String member : form.needed) {
      assertThat(complete(form, form.json.replace("'" + member + "'", "'other'")))
          .as("without %s", member)
          .isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  void halfABodyAndOneWithMoreBehindItAreNoAnswer(Form form) {
    for (int length = 0; length < form.json.length(); length++) {
      assertThat(complete(form, form.json.substring(0, length))).isFalse();
    }
    assertThat(complete(form, form.json + "}")).isFalse();
    assertThat(complete(form, "{}")).isFalse();
  }

  @Test
  void aMemberThatIsNullIsNotThere() {
    Form claude = forms().get(1);

    assertThat(complete(claude, claude.json.replace("'end_turn'", "null"))).isFalse();
  }

  @Test
  void unknownFamiliesNeedWholeJsonAlone() {
    Form any = new Form(Operation.INVOKE, ModelFamily.UNKNOWN, "", List.of());

    assertThat(complete(any, "{'a':1}")).isTrue();
    assertThat(complete(any, "{'a':1")).isFalse();
  }

  @Test
  void everyEventOfAConverseStreamIsNeeded() {
    Map<String, byte[]> frames = new LinkedHashMap<>();
    frames.put("messageStart", event("messageStart", "{'role':'assistant'}"));
    frames.put(
        "delta", event("contentBlockDelta", "{'contentBlockIndex':0,'delta':{'text':'Hi'}}"));
    frames.put("messageStop", event("messageStop", "{'stopReason':'end_turn'}"));
    frames.put(
        "metadata",
        event("metadata", "{'usage':{'inputTokens':1,'outputTokens':2,'totalTokens':3}}"));

    assertThat(whole(Operation.CONVERSE_STREAM, frames.values().toArray(byte[][]::new))).isTrue();
    for (String left : List.of("messageStart", "messageStop", "metadata")) {
      List<byte[]> others = new ArrayList<>();
      frames.forEach((name, frame) -> addUnless(name.equals(left), others, frame));
      assertThat(whole(Operation.CONVERSE_STREAM, others.toArray(byte[][]::new)))
          .as("without %s", left)
          .isFalse();
    }
    byte[] all = joined(frames.values().toArray(byte[][]::new));
    assertThat(
            AnswerMembers.areComplete(
                Operation.CONVERSE_STREAM, ModelFamily.UNKNOWN, Arrays.copyOf(all, all.length - 1)))
        .isFalse();
  }

  @Test
  void metadataWithoutTokensIsNone() {
    assertThat(
            whole(
                Operation.CONVERSE_STREAM,
                event("messageStart", "{'role':'assistant'}"),
                event("messageStop", "{'stopReason':'end_turn'}"),
                event("metadata", "{'metrics':{'latencyMs':1}}")))
        .isFalse();
  }

  @Test
  void aClaudeStreamNeedsItsLastWord() {
    byte[] start = chunk("{'type':'message_start','message':{'usage':{'input_tokens':1}}}");
    byte[] text = chunk("{'type':'content_block_delta','delta':{'text':'Hi'}}");
    byte[] stop = chunk("{'type':'message_stop'}");

    assertThat(whole(Operation.INVOKE_STREAM, start, text, stop)).isTrue();
    assertThat(whole(Operation.INVOKE_STREAM, start, text)).isFalse();
  }

  private static void addUnless(boolean left, List<byte[]> to, byte[] frame) {
    if (!left) {
      to.add(frame);
    }
  }

  private static boolean complete(Form form, String json) {
    return AnswerMembers.areComplete(form.operation, form.family, bytes(json));
  }

  private static boolean whole(Operation operation, byte[]... frames) {
    return AnswerMembers.areComplete(operation, ModelFamily.ANTHROPIC, joined(frames));
  }

  private static byte[] event(String type, String json) {
    return Frame.event(type, bytes(json));
  }

  private static byte[] chunk(String json) {
    String encoded = Base64.getEncoder().encodeToString(bytes(json));
    return Frame.event("chunk", bytes("{'bytes':'" + encoded + "'}"));
  }

  private static byte[] joined(byte[]... frames) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] frame : frames) {
      all.writeBytes(frame);
    }
    return all.toByteArray();
  }

  private static byte[] bytes(String json) {
    return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }
}
