package dev.forebay.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.bedrock.StreamEvent.Kind;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.Fault;
import dev.forebay.core.Outcome.Quota;
import dev.forebay.core.TokenUsage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamReaderTest {
  private static final String METRICS =
      "\"amazon-bedrock-invocationMetrics\":{\"inputTokenCount\":3,\"outputTokenCount\":4,"
          + "\"invocationLatency\":9,\"firstByteLatency\":1,\"cacheReadInputTokenCount\":5,"
          + "\"cacheWriteInputTokenCount\":6}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          messageStart      | {"role":"assistant","p":"abc"}                                     | PREAMBLE
          contentBlockStart | {"start":{},"contentBlockIndex":0,"p":"abc"}                       | PREAMBLE
          contentBlockStart | {"start":{"toolUse":{"toolUseId":"t","name":"n"}},"contentBlockIndex":0} | CONTENT
          contentBlockDelta | {"contentBlockIndex":0,"delta":{"text":"Hi"},"p":"abc"}            | CONTENT
          contentBlockDelta | {"contentBlockIndex":0,"delta":{"text":""},"p":"abc"}              | PREAMBLE
          contentBlockDelta | {"contentBlockIndex":0,"delta":{"toolUse":{"input":"{"}}}          | CONTENT
          contentBlockDelta | {"contentBlockIndex":0,"delta":{"toolUse":{"input":""}}}           | PREAMBLE
          contentBlockDelta | {"delta":{"reasoningContent":{"text":"Hm"}}}                       | CONTENT
          contentBlockDelta | {"delta":{"reasoningContent":{"signature":"s"}}}                   | CONTENT
          contentBlockDelta | {"delta":{"toolResult":[{"text":"r"}]}}                            | CONTENT
          contentBlockDelta | {"delta":{"citation":{"title":"t"}}}                               | CONTENT
          contentBlockStop  | {"contentBlockIndex":0}                                            | PREAMBLE
          messageStop       | {"stopReason":"end_turn","p":"abc"}                                | TERMINAL
          metadata          | {"usage":{"inputTokens":1},"metrics":{"latencyMs":232}}            | METADATA
          somethingNew      | {"text":"x"}                                                       | UNKNOWN
          messageStop       | {"stopReason":                                                     | UNKNOWN
          messageStop       | []                                                                 | UNKNOWN
          contentBlockDelta | not JSON                                                           | UNKNOWN
          """)
  void aConverseEventIsRecognisedByItsTypeAndText(String type, String payload, Kind kind)
      throws Exception {
    StreamReader reader = new StreamReader(Operation.CONVERSE_STREAM, ModelFamily.UNKNOWN);
    byte[] raw = Frames.event(type, payload);
    StreamEvent event = reader.read(Frames.one(raw));
    assertThat(event.kind()).isEqualTo(kind);
    assertThat(event.content()).isEqualTo(kind == Kind.CONTENT);
    assertThat(event.terminal()).isEqualTo(kind == Kind.TERMINAL);
    assertThat(event.frame().raw()).isEqualTo(raw);
    assertThat(event.failure()).isNull();
    assertThat(reader.terminalSeen()).isEqualTo(kind == Kind.TERMINAL);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ANTHROPIC  | {"type":"message_start","message":{"id":"m","role":"assistant","content":[],"usage":{"input_tokens":3}}} | PREAMBLE | false
          ANTHROPIC  | {"type":"ping"}                                                                     | PREAMBLE | false
          ANTHROPIC  | {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}  | PREAMBLE | false
          ANTHROPIC  | {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}} | PREAMBLE | false
          ANTHROPIC  | {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"n","input":{}}} | CONTENT | false
          ANTHROPIC  | {"type":"content_block_start","index":0,"content_block":{"type":"redacted_thinking","data":"x"}} | CONTENT | false
          ANTHROPIC  | {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}  | CONTENT | false
          ANTHROPIC  | {"delta":{"text":"Hi","type":"text_delta"},"type":"content_block_delta"}            | CONTENT | false
          ANTHROPIC  | {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":""}}    | PREAMBLE | false
          ANTHROPIC  | {"type":"content_block_delta","delta":{"type":"input_json_delta","partial_json":"{"}} | CONTENT | false
          ANTHROPIC  | {"type":"content_block_delta","delta":{"type":"thinking_delta","thinking":"Hm"}}    | CONTENT | false
          ANTHROPIC  | {"type":"content_block_stop","index":0}                                             | PREAMBLE | false
          ANTHROPIC  | {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":4}} | METADATA | false
          ANTHROPIC  | {"type":"message_stop"}                                                             | TERMINAL | true
          ANTHROPIC  | {"type":"message_stop",METRICS}                                                     | TERMINAL | true
          ANTHROPIC  | {"type":"something_new","text":"x"}                                                 | UNKNOWN  | false
          NOVA       | {"messageStart":{"role":"assistant"}}                                               | PREAMBLE | false
          NOVA       | {"contentBlockDelta":{"delta":{"text":"Hi"},"contentBlockIndex":0}}                 | CONTENT  | false
          NOVA       | {"contentBlockDelta":{"delta":{"text":""},"contentBlockIndex":0}}                   | PREAMBLE | false
          NOVA       | {"contentBlockStart":{"start":{"toolUse":{"toolUseId":"t","name":"n"}}}}            | CONTENT  | false
          NOVA       | {"contentBlockStop":{"contentBlockIndex":0}}                                        | PREAMBLE | false
          NOVA       | {"contentBlockStop":null}                                                           | PREAMBLE | false
          NOVA       | {"messageStop":{"stopReason":"end_turn"}}                                           | TERMINAL | true
          NOVA       | {"metadata":{"usage":{"inputTokens":3,"outputTokens":4}}}                           | METADATA | false
          NOVA       | {"metadata":{"usage":{"inputTokens":3,"outputTokens":4}},METRICS}                   | METADATA | true
          TITAN_TEXT | {"outputText":"Hi","index":0,"totalOutputTextTokenCount":4,"completionReason":null,"inputTextTokenCount":3} | CONTENT | false
          TITAN_TEXT | {"outputText":"Hi","index":0,"completionReason":"FINISH"}                           | CONTENT  | true
          TITAN_TEXT | {"outputText":"","completionReason":"FINISH"}                                       | TERMINAL | true
          TITAN_TEXT | {"outputText":"","index":0,"completionReason":null}                                 | PREAMBLE | false
          LLAMA      | {"generation":"Hi","prompt_token_count":3,"generation_token_count":1,"stop_reason":null} | CONTENT | false
          LLAMA      | {"generation":"","prompt_token_count":null,"generation_token_count":4,"stop_reason":"stop",METRICS} | TERMINAL | true
          LLAMA      | {"generation":"Hi","stop_reason":"length"}                                          | CONTENT  | true
          MISTRAL_2402 | {"outputs":[{"text":"Hi","stop_reason":null}]}                                      | CONTENT  | false
          MISTRAL_2402 | {"outputs":[{"text":"","stop_reason":null}]}                                        | PREAMBLE | false
          MISTRAL_2402 | {"outputs":[{"text":"","stop_reason":"stop"}],METRICS}                              | TERMINAL | true
          MISTRAL_2402 | {"outputs":[{"text":"Hi","stop_reason":"length"}]}                                  | CONTENT  | true
          MISTRAL_2402 | {"outputs":["Hi"]}                                                                  | CONTENT  | false
          MISTRAL_2402 | {"choices":[{"index":0,"message":{"content":"Hi"}}]}                                | CONTENT  | false
          OPENAI     | {"choices":[{"delta":{"content":"","role":"assistant"},"finish_reason":null,"index":0}],"created":17,"id":"c","model":"openai.gpt-oss-20b-1:0","object":"chat.completion.chunk","service_tier":"auto"} | PREAMBLE | false
          OPENAI     | {"object":"chat.completion.chunk","id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":null,"refusal":null,"tool_calls":null}}]} | PREAMBLE | false
          OPENAI     | {"id":"c","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}]} | CONTENT | false
          QWEN       | {"id":"c","choices":[{"index":0,"delta":{"reasoning_content":"Hm"}}]}        | CONTENT | false
          OPENAI     | {"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"t","type":"function","function":{"name":"f","arguments":""}}]}}]} | CONTENT | false
          OPENAI     | {"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{"}}]}}]} | CONTENT | false
          OPENAI     | {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}         | TERMINAL | true
          OPENAI     | {"id":"c","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"length"}],METRICS} | CONTENT | true
          OPENAI     | {"id":"c","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}    | METADATA | false
          OPENAI     | {"usage":{"prompt_tokens":3},"id":"c","choices":[],METRICS}                  | METADATA | true
          OPENAI     | {"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""}}],"usage":{"prompt_tokens":3}} | PREAMBLE | false
          OPENAI     | {"id":"c","choices":[{"index":0,"delta":{"content":""},"finish_reason":"stop","stop_reason":518}],"usage":{"prompt_tokens":3}} | TERMINAL | true
          QWEN       | [DONE]                                                                       | TERMINAL | true
          QWEN       | "[DONE]"                                                                     | TERMINAL | true
          UNKNOWN    | data: [DONE]                                                                 | TERMINAL | true
          UNKNOWN    | {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}         | TERMINAL | true
          UNKNOWN    | {"id":"c"}                                                                   | CONTENT | false
          MISTRAL_CHAT | {"choices":[{"index":0,"message":{"role":"assistant","content":""},"stop_reason":null}]} | PREAMBLE | false
          MISTRAL_CHAT | {"choices":[{"index":0,"message":{"role":"assistant","content":""},"stop_reason":"stop"}]} | TERMINAL | true
          DEEPSEEK_R1 | {"choices":[{"text":"Hi","stop_reason":null}]}                              | CONTENT | false
          DEEPSEEK_R1 | {"choices":[{"text":"","stop_reason":"length"}]}                            | TERMINAL | true
          COHERE_COMMAND_R | {"is_finished":false,"event_type":"text-generation","text":"Hi"}       | CONTENT | false
          COHERE_COMMAND_R | {"is_finished":false,"event_type":"text-generation","text":""}         | PREAMBLE | false
          COHERE_COMMAND_R | {"is_finished":true,"event_type":"stream-end","response":{"text":"Hi","chat_history":[{"role":"USER","message":"x"}]},"finish_reason":"COMPLETE"} | TERMINAL | true
          COHERE_COMMAND_R | {"finish_reason":"MAX_TOKENS","is_finished":true,METRICS}              | TERMINAL | true
          UNKNOWN    | {"type":"message_start","message":{"role":"assistant"}}                             | PREAMBLE | false
          UNKNOWN    | {"type":"content_block_delta","delta":{"type":"text_delta","text":"Hi"}}            | CONTENT  | false
          UNKNOWN    | {"type":"message_stop"}                                                             | TERMINAL | true
          UNKNOWN    | {"messageStop":{"stopReason":"end_turn"}}                                           | TERMINAL | true
          LLAMA      | {"type":"message_stop","amazon-bedrock-guardrailAction":"INTERVENED"}                | TERMINAL | true
          ANTHROPIC  | {"messageStop":{"stopReason":"guardrail_intervened"}}                               | TERMINAL | true
          ANTHROPIC  | {"type":"completion","completion":" Hi","stop_reason":null,"stop":null}             | CONTENT  | false
          ANTHROPIC  | {"type":"completion","completion":"","stop_reason":null,"stop":null}                | PREAMBLE | false
          ANTHROPIC  | {"completion":" Hi","stop_reason":null}                                             | CONTENT  | false
          ANTHROPIC  | {"type":"completion","completion":"","stop_reason":"stop_sequence","stop":"Human:",METRICS} | TERMINAL | true
          UNKNOWN    | {"type":"completion","completion":" Hi","stop_reason":null}                         | CONTENT  | false
          UNKNOWN    | {"id":"c","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"role":"assistant"},"finish_reason":null}]} | PREAMBLE | false
          UNKNOWN    | {"choices":[{"index":0,"delta":{"content":"","role":"assistant"}}],"id":"c","service_tier":"auto"} | PREAMBLE | false
          UNKNOWN    | {"choices":[{"index":0,"delta":{"content":"Hi"}}],"id":"c"}                         | CONTENT  | false
          UNKNOWN    | {"choices":[{"delta":{"reasoning":"Hm"}}],"id":"c"}                                 | CONTENT  | false
          UNKNOWN    | {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{"}}]}}]}   | CONTENT  | false
          UNKNOWN    | {"choices":[{"index":0,"text":"Hi"}]}                                               | CONTENT  | false
          UNKNOWN    | {"choices":[{"delta":{},"finish_reason":"stop"}],"id":"c"}                          | TERMINAL | true
          UNKNOWN    | {"choices":[],"usage":{"total_tokens":3},METRICS}                                   | METADATA | true
          UNKNOWN    | {"choices":"Hi"}                                                                    | CONTENT  | false
          MISTRAL    | {"choices":[{"index":0,"message":{"role":"assistant","content":""}}]}               | PREAMBLE | false
          MISTRAL    | {"choices":["Hi"]}                                                                  | CONTENT  | false
          LLAMA      | {"generation":"","amazon-bedrock-guardrailAction":"NONE"}                           | PREAMBLE | false
          TITAN_TEXT | {"outputText":"","amazon-bedrock-trace":{"guardrail":{"action":"x"}}}               | PREAMBLE | false
          NOVA       | {"contentBlockDelta":{"delta":{"text":"Hi"}},"amazon-bedrock-guardrailAction":"INTERVENED"} | CONTENT | false
          UNKNOWN    | {"type":"message_stop",METRICS}                                                     | TERMINAL | true
          UNKNOWN    | {"generation":"Hi","stop_reason":"stop"}                                            | CONTENT  | false
          UNKNOWN    | {"type":"token","text":"Hi"}                                                        | CONTENT  | false
          UNKNOWN    | {"message":{"content":"Hi"}}                                                        | CONTENT  | false
          UNKNOWN    | {"text":"Hi",METRICS}                                                               | CONTENT  | true
          UNKNOWN    | {METRICS}                                                                           | TERMINAL | true
          UNKNOWN    | {"index":0}                                                                         | PREAMBLE | false
          UNKNOWN    | ["Hi"]                                                                              | CONTENT  | false
          UNKNOWN    | not JSON                                                                            | UNKNOWN  | false
          """)
  void aChunkIsRecognisedByItsFamily(
      @Families.Named ModelFamily family, String json, Kind kind, boolean terminal)
      throws Exception {
    StreamReader reader = new StreamReader(Operation.INVOKE_STREAM, family);
    StreamEvent event = reader.read(Frames.one(Frames.chunk(json.replace("METRICS", METRICS))));
    assertThat(event.kind()).isEqualTo(kind);
    assertThat(event.terminal()).isEqualTo(terminal);
    assertThat(reader.terminalSeen()).isEqualTo(terminal);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          TITAN_TEXT | {"outputText":"Blocked","amazon-bedrock-guardrailAction":"INTERVENED"}                           | true
          NOVA       | {"contentBlockDelta":{"delta":{"text":"x"}},"amazon-bedrock-guardrailAction":"INTERVENED"}       | true
          UNKNOWN    | {"amazon-bedrock-guardrailAction":"INTERVENED","choices":[{"delta":{"content":"Blocked"}}]}      | true
          TITAN_TEXT | {"outputText":"Hi","amazon-bedrock-guardrailAction":"NONE"}                                      | false
          TITAN_TEXT | {"outputText":"INTERVENED","amazon-bedrock-guardrailAction":{"a":"INTERVENED"}}                  | false
          TITAN_TEXT | {"outputText":"Hi"}                                                                              | false
          ANTHROPIC  | {"type":"message_stop"}                                                                          | true
          """)
  void aStreamMayEndInOrderAfterAGuardrailIntervened(
      @Families.Named ModelFamily family, String json, boolean mayEnd) throws Exception {
    StreamReader reader = new StreamReader(Operation.INVOKE_STREAM, family);
    assertThat(reader.mayEnd()).isFalse();
    boolean terminal = reader.read(Frames.one(Frames.chunk(json))).terminal();
    assertThat(reader.mayEnd()).isEqualTo(mayEnd);
    assertThat(reader.terminalSeen()).isEqualTo(terminal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"p\":\"abc\"}",
        "{\"bytes\":\"!!!\"}",
        "{\"bytes\":7}",
        "{\"bytes\":{}}",
        "not JSON",
        "[]",
        ""
      })
  void aChunkThatCannotBeReadIsUnknown(String payload) throws Exception {
    StreamReader reader = new StreamReader(Operation.INVOKE_STREAM, ModelFamily.ANTHROPIC);
    assertThat(reader.read(Frames.one(Frames.event("chunk", payload))).kind())
        .isEqualTo(Kind.UNKNOWN);
  }

  @Test
  void aChunksBytesAreFoundAfterItsPadding() throws Exception {
    StreamReader reader = new StreamReader(Operation.INVOKE_STREAM, ModelFamily.ANTHROPIC);
    byte[] raw =
        Frames.event("chunk", "{\"p\":\"abc\",\"bytes\":\"eyJ0eXBlIjoibWVzc2FnZV9zdG9wIn0=\"}");
    assertThat(reader.read(Frames.one(raw)).kind()).isEqualTo(Kind.TERMINAL);
  }

  @Test
  void framesOfOtherKindsAreUnknown() throws Exception {
    StreamReader reader = new StreamReader(Operation.INVOKE_STREAM, ModelFamily.ANTHROPIC);
    byte[] json = "{}".getBytes(StandardCharsets.UTF_8);
    for (byte[] raw :
        new byte[][] {
          Frames.event("messageStop", "{}"),
          Frames.of(Map.of(), json),
          Frames.of(Map.of(":message-type", "event"), json),
          Frames.of(Map.of(":message-type", "other"), json)
        }) {
      assertThat(reader.read(Frames.one(raw)).kind()).isEqualTo(Kind.UNKNOWN);
    }
    assertThat(reader.terminalSeen()).isFalse();
  }

  @Test
  void usageComesWithTheMetadataAfterTheEnd() throws Exception {
    StreamReader reader = new StreamReader(Operation.CONVERSE_STREAM, ModelFamily.ANTHROPIC);
    reader.read(Frames.one(Frames.event("messageStop", "{\"stopReason\":\"end_turn\"}")));
    assertThat(reader.usage()).isEqualTo(TokenUsage.NONE);
    reader.read(
        Frames.one(
            Frames.event(
                "metadata",
                "{\"usage\":{\"inputTokens\":3,\"outputTokens\":4,\"cacheReadInputTokens\":5,"
                    + "\"cacheWriteInputTokens\":6,\"totalTokens\":18},\"metrics\":{\"latencyMs\":1}}")));
    assertThat(reader.usage()).isEqualTo(new TokenUsage(3, 4, 5, 6));
    assertThat(reader.terminalSeen()).isTrue();
  }

  @Test
  void metadataAloneIsNoEnd() throws Exception {
    StreamReader reader = new StreamReader(Operation.CONVERSE_STREAM, ModelFamily.NOVA);
    reader.read(Frames.one(Frames.event("metadata", "{\"usage\":{\"inputTokens\":3}}")));
    assertThat(reader.terminalSeen()).isFalse();
  }

  @Test
  void anthropicUsageIsKnownBeforeTheEnd() throws Exception {
    StreamReader reader = new StreamReader(Operation.INVOKE_STREAM, ModelFamily.ANTHROPIC);
    reader.read(
        Frames.one(
            Frames.chunk(
                "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":3,"
                    + "\"cache_read_input_tokens\":5,\"cache_creation_input_tokens\":6,"
                    + "\"output_tokens\":1}}}")));
    assertThat(reader.usage()).isEqualTo(new TokenUsage(3, 1, 5, 6));
    reader.read(
        Frames.one(Frames.chunk("{\"type\":\"message_delta\",\"usage\":{\"output_tokens\":4}}")));
    assertThat(reader.usage()).isEqualTo(new TokenUsage(3, 4, 5, 6));
  }

  @Test
  void metricsGiveTheUsageOfAnyFamily() throws Exception {
    for (ModelFamily family : Families.all()) {
      StreamReader reader = new StreamReader(Operation.INVOKE_STREAM, family);
      reader.read(Frames.one(Frames.chunk("{" + METRICS + "}")));
      assertThat(reader.usage()).as(family.name()).isEqualTo(new TokenUsage(3, 4, 5, 6));
    }
  }

  @Test
  void llamaAndTitanCountInEveryChunk() throws Exception {
    StreamReader llama = new StreamReader(Operation.INVOKE_STREAM, ModelFamily.LLAMA);
    llama.read(
        Frames.one(
            Frames.chunk(
                "{\"generation\":\"a\",\"prompt_token_count\":3,\"generation_token_count\":1}")));
    llama.read(
        Frames.one(
            Frames.chunk(
                "{\"generation\":\"b\",\"prompt_token_count\":null,\"generation_token_count\":2}")));
    assertThat(llama.usage()).isEqualTo(new TokenUsage(3, 2, 0, 0));
    StreamReader titan = new StreamReader(Operation.INVOKE_STREAM, ModelFamily.TITAN_TEXT);
    titan.read(
        Frames.one(
            Frames.chunk(
                "{\"outputText\":\"a\",\"totalOutputTextTokenCount\":4,\"inputTextTokenCount\":3}")));
    assertThat(titan.usage()).isEqualTo(new TokenUsage(3, 4, 0, 0));
  }

  @Test
  void anExceptionFrameIsAFailure() throws Exception {
    StreamReader reader = new StreamReader(Operation.CONVERSE_STREAM, ModelFamily.ANTHROPIC);
    String message = "Too many tokens, please wait before trying again.";
    StreamEvent event =
        reader.read(
            Frames.one(
                Frames.exception("throttlingException", "{\"message\":\"" + message + "\"}")));
    assertThat(event.kind()).isEqualTo(Kind.EXCEPTION);
    assertThat(event.failure())
        .isEqualTo(
            new Outcome.Throttled(
                Quota.MINUTE, Duration.ZERO, new ErrorInfo(429, "ThrottlingException", message)));
    assertThat(reader.terminalSeen()).isFalse();
  }

  @Test
  void anErrorFrameIsAFailure() throws Exception {
    StreamReader reader = new StreamReader(Operation.INVOKE_STREAM, ModelFamily.LLAMA);
    assertThat(reader.read(Frames.one(Frames.error("InternalFailure", "m"))).failure())
        .isEqualTo(new Outcome.Failed(Fault.SERVICE, new ErrorInfo(500, "InternalFailure", "m")));
  }

  @Test
  void ourOwnExceptionFramesReadBack() throws Exception {
    ErrorInfo error = new ErrorInfo(503, "ServiceUnavailableException", "m");
    for (Operation operation :
        new Operation[] {Operation.INVOKE_STREAM, Operation.CONVERSE_STREAM}) {
      StreamReader reader = new StreamReader(operation, ModelFamily.ANTHROPIC);
      Frame frame = Frames.one(ErrorBody.exceptionFrame(error, operation));
      assertThat(reader.read(frame).failure())
          .isEqualTo(new Outcome.Unavailable(Duration.ZERO, error));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"INVOKE", "CONVERSE", "COUNT_TOKENS"})
  void aUnaryAnswerIsNoStream(Operation operation) {
    assertThatThrownBy(() -> new StreamReader(operation, ModelFamily.NOVA))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void damagedPayloadsNeverThrow() throws Exception {
    Mutations mutations = new Mutations(6);
    byte[] chunk =
        ("{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"Hi\"},"
                + "\"outputs\":[{\"text\":\"x\"}],\"messageStop\":{},\"usage\":{\"input_tokens\":3},"
                + METRICS
                + "}")
            .getBytes(StandardCharsets.UTF_8);
    byte[] delta =
        "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"Hi\"},\"usage\":{\"inputTokens\":3}}"
            .getBytes(StandardCharsets.UTF_8);
    int unknown = 0;
    for (int i = 0; i < Mutations.COUNT; i++) {
      boolean converse = i % 2 == 0;
      byte[] damaged = mutations.of(converse ? delta : chunk);
      String text = new String(damaged, StandardCharsets.ISO_8859_1);
      ModelFamily family = mutations.pick(Families.all());
      StreamReader reader =
          new StreamReader(converse ? Operation.CONVERSE_STREAM : Operation.INVOKE_STREAM, family);
      byte[] raw = converse ? Frames.event("contentBlockDelta", text) : Frames.chunk(text);
      StreamEvent event = reader.read(Frames.one(raw));
      assertThat(reader.usage().total()).isNotNegative();
      unknown += event.kind() == Kind.UNKNOWN ? 1 : 0;
    }
    assertThat(unknown).isBetween(1, Mutations.COUNT - 1);
  }
}
