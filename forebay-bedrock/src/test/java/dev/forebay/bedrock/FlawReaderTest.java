package dev.forebay.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Flaw;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a whole answer can lack, in each form of answer. */
class FlawReaderTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      nullValues = "-",
      value = {
        // Converse and Nova
        "{'output':{'message':{'content':[{'text':'Hi'}]}},'stopReason':'end_turn'} | -",
        "{'output':{'message':{'content':[{'toolUse':{'name':'t'}}]}},'stopReason':'tool_use'} | -",
        "{'output':{'message':{'content':[{'toolUse':{'name':'t'}}]}},'stopReason':'end_turn'} | -",
        "{'output':{'message':{'content':[]}},'stopReason':'end_turn'} | EMPTY",
        "{'output':{'message':{'content':[{'text':' '}]}},'stopReason':'end_turn'} | EMPTY",
        "{'output':{'message':{'content':[{'reasoningContent':{'reasoningText':{'text':'x'}}}]}},'stopReason':'end_turn'} | EMPTY",
        "{'output':{'message':{'content':[]}},'stopReason':'max_tokens'} | -",
        "{'output':{'message':{'content':[]}},'stopReason':'stop_sequence'} | -",
        "{'output':{'message':{'content':[{'text':'no'}]}},'stopReason':'guardrail_intervened'} | -",
        "{'output':{'message':{'content':[{'text':'no'}]}},'stopReason':'content_filtered'} | CONTENT_FILTERED",
        "{'output':{'message':{'content':[{'text':'x'}]}},'stopReason':'malformed_tool_use'} | MALFORMED",
        "{'output':{'message':{'content':[]}},'stopReason':'malformed_model_output'} | MALFORMED",
        "{'output':{'message':{'content':[{'text':'x'}]}},'stopReason':'model_context_window_exceeded'} | CONTEXT_WINDOW",
        "{'output':{'message':{'content':[{'text':''},{'text':' '},{'text':'x'}]}},'stopReason':'end_turn'} | -",
        "{'output':{'message':{'content':[{'text':'\\n\\u0020\\t'}]}},'stopReason':'end_turn'} | EMPTY",
        "{'output':{'message':{'content':[{'text':'\\u0041'}]}},'stopReason':'end_turn'} | -",
        "{'output':{'message':{'content':[{'text':'\u2003'}]}},'stopReason':'end_turn'} | EMPTY",
        "{'output':{'message':{'content':[{'text':'\u00e4'}]}},'stopReason':'end_turn'} | -",
        "{'output':{'message':{'content':[{'text':'<b>'}]}},'stopReason':'end_turn'} | -",
        // Anthropic
        "{'type':'message','content':[{'type':'text','text':'Hi'}],'stop_reason':'end_turn'} | -",
        "{'type':'message','content':[],'stop_reason':'end_turn'} | EMPTY",
        "{'type':'message','content':[{'type':'thinking','thinking':'x','signature':'s'}],'stop_reason':'end_turn'} | EMPTY",
        "{'type':'message','content':[{'type':'redacted_thinking','data':'x'}],'stop_reason':'end_turn'} | EMPTY",
        "{'type':'message','content':[{'type':'tool_use','id':'1','name':'t','input':{}}],'stop_reason':'end_turn'} | -",
        "{'type':'message','content':[],'stop_reason':'refusal','stop_details':null} | REFUSAL",
        "{'type':'message','content':[{'type':'text','text':'I'}],'stop_reason':'refusal'} | REFUSAL",
        "{'type':'message','content':[],'stop_reason':'model_context_window_exceeded'} | CONTEXT_WINDOW",
        // chat form
        "{'choices':[{'message':{'role':'assistant','content':'Hi'},'finish_reason':'stop'}]} | -",
        "{'choices':[{'message':{'role':'assistant','content':null},'finish_reason':'stop'}]} | EMPTY",
        "{'choices':[{'message':{'role':'assistant','content':''},'finish_reason':'stop'}]} | EMPTY",
        "{'choices':[{'message':{'content':'<reasoning>x</reasoning>'},'finish_reason':'stop'}]} | EMPTY",
        "{'choices':[{'message':{'content':'<reasoning>x</reasoning>Hi'},'finish_reason':'stop'}]} | -",
        "{'choices':[{'message':{'content':null,'tool_calls':[{'id':'1','type':'function'}]},'finish_reason':'stop'}]} | -",
        "{'choices':[{'message':{'content':null,'refusal':'No.'},'finish_reason':'stop'}]} | REFUSAL",
        "{'choices':[{'message':{'content':'Hi','refusal':null},'finish_reason':'stop'}]} | -",
        "{'choices':[{'message':{'content':null},'finish_reason':'content_filter'}]} | CONTENT_FILTERED",
        "{'choices':[{'message':{'content':''},'finish_reason':'length'}]} | -",
        // Titan, Llama, Mistral, Cohere, and what is no chat
        "{'results':[{'outputText':'Hi','completionReason':'FINISH'}]} | -",
        "{'results':[{'outputText':'','completionReason':'FINISH'}]} | EMPTY",
        "{'results':[{'outputText':'','completionReason':'CONTENT_FILTERED'}]} | CONTENT_FILTERED",
        "{'generation':'Hi','stop_reason':'stop'} | -",
        "{'generation':'','stop_reason':'stop'} | EMPTY",
        "{'outputs':[{'text':'Hi','stop_reason':'stop'}]} | -",
        "{'outputs':[{'text':'','stop_reason':'stop'}]} | EMPTY",
        "{'text':'','finish_reason':'ERROR_TOXIC'} | CONTENT_FILTERED",
        "{'embedding':[0.1,0.2],'inputTextTokenCount':3} | -",
        "{'inputTokens':3} | -",
        "[] | -",
        "no JSON | -",
        "{'output':{'message':{'content':[ | -",
      })
  void ofAWholeAnswer(String body, @Nullable Flaw expected) {
    assertThat(FlawReader.of(body.replace('\'', '"').getBytes(UTF_8))).isEqualTo(expected);
  }

  @Test
  void ofAStreamOfConverse() {
    assertThat(converse("{'delta':{'text':'Hi'}}", "end_turn")).isNull();
    assertThat(converse("{'delta':{'text':'Hi'}}", "refusal")).isEqualTo(Flaw.REFUSAL);
    assertThat(converse("{'delta':{'reasoningContent':{'text':'x'}}}", "end_turn"))
        .isEqualTo(Flaw.EMPTY);
    assertThat(converse("{'delta':{'text':''}}", "end_turn")).isEqualTo(Flaw.EMPTY);
    assertThat(converse("{'delta':{'text':' '}}", "end_turn")).isEqualTo(Flaw.EMPTY);
    assertThat(converse("{'delta':{'text':' Hi'}}", "end_turn")).isNull();
    assertThat(converse("{'delta':{}}", "end_turn")).isEqualTo(Flaw.EMPTY);
    assertThat(converse("{'start':{'toolUse':{'name':'t'}}}", "end_turn")).isNull();
    assertThat(converse("{'delta':{}}", "malformed_tool_use")).isEqualTo(Flaw.MALFORMED);
  }

  @Test
  void ofAStreamOfChunks() {
    assertThat(claude("{'type':'text_delta','text':'Hi'}", "end_turn")).isNull();
    assertThat(claude("{'type':'thinking_delta','thinking':'x'}", "end_turn"))
        .isEqualTo(Flaw.EMPTY);
    assertThat(claude("{'type':'text_delta','text':''}", "end_turn")).isEqualTo(Flaw.EMPTY);
    assertThat(claude("{'type':'text_delta','text':' '}", "end_turn")).isEqualTo(Flaw.EMPTY);
    assertThat(claude("{'type':'text_delta','text':''}", "refusal")).isEqualTo(Flaw.REFUSAL);
  }

  private static @Nullable Flaw converse(String content, String stopReason) {
    String type = content.contains("start") ? "contentBlockStart" : "contentBlockDelta";
    return flaw(
        Operation.CONVERSE_STREAM,
        frame("messageStart", "{'role':'assistant'}"),
        frame(type, content),
        frame("contentBlockStop", "{'contentBlockIndex':0}"),
        frame("messageStop", "{'stopReason':'" + stopReason + "'}"),
        frame("metadata", "{'usage':{'inputTokens':3,'outputTokens':2,'totalTokens':5}}"));
  }

  private static @Nullable Flaw claude(String delta, String stopReason) {
    return flaw(
        Operation.INVOKE_STREAM,
        chunk("{'type':'message_start','message':{'content':[]}}"),
        chunk("{'type':'content_block_start','content_block':{'type':'text','text':''}}"),
        chunk("{'type':'content_block_delta','delta':" + delta + "}"),
        chunk("{'type':'content_block_stop'}"),
        chunk("{'type':'message_delta','delta':{'stop_reason':'" + stopReason + "'}}"),
        chunk("{'type':'message_stop','amazon-bedrock-invocationMetrics':{'inputTokenCount':3}}"));
  }

  private static @Nullable Flaw flaw(Operation operation, byte[]... frames) {
    StreamReader stream = new StreamReader(operation, ModelFamily.ANTHROPIC);
    FlawReader flaws = new FlawReader();
    FrameSplitter splitter = new FrameSplitter();
    try {
      for (byte[] frame : frames) {
        splitter.feed(frame, one -> flaws.read(stream.read(one)));
      }
    } catch (MalformedFrameException e) {
      throw new AssertionError(e);
    }
    assertThat(stream.terminalSeen()).isTrue();
    return flaws.flaw();
  }

  private static byte[] chunk(String json) {
    String bytes = Base64.getEncoder().encodeToString(json.replace('\'', '"').getBytes(UTF_8));
    return frame("chunk", "{'bytes':'" + bytes + "'}");
  }

  private static byte[] frame(String type, String json) {
    return Frame.event(type, json.replace('\'', '"').getBytes(UTF_8));
  }
}
