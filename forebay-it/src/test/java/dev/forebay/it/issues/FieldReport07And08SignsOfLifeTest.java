package dev.forebay.it.issues;

import static dev.forebay.it.issues.TimedGateway.CLAUDE;
import static dev.forebay.it.issues.TimedGateway.CONVERSE;
import static dev.forebay.it.issues.TimedUpstream.chunk;
import static dev.forebay.it.issues.TimedUpstream.event;
import static dev.forebay.testkit.Http.header;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Ticker;
import dev.forebay.it.issues.TimedUpstream.Script;
import io.vertx.core.Vertx;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Streams that flow or think for longer than the deadline, and whole answers that take minutes,
 * come whole under the default configuration; a hung target is still left in time for its fallback.
 */
@Order(Order.DEFAULT - 1)
class FieldReport07And08SignsOfLifeTest {
  private static final String CLAUDE_MODEL = "anthropic.claude-haiku-4-5-20251001-v1:0";
  private static final String NOVA = "amazon.nova-lite-v1:0";
  private static final byte[] PING = chunk("{'type':'ping'}");
  private static final byte[] MESSAGE_START =
      chunk("{'type':'message_start','message':{'usage':{'input_tokens':3}}}");
  private static final byte[] TEXT =
      chunk("{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','text':'Hi'}}");
  private static final byte[] MESSAGE_STOP =
      chunk("{'type':'message_stop','amazon-bedrock-invocationMetrics':{'outputTokenCount':2}}");

  private static final Vertx VERTX = Vertx.vertx();

  @AfterAll
  static void stop() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  private Ticker ticker = Ticker.atSpeed(20);

  /** Loads classes by the machine's own time: a fast clock does not wait for them. */
  @BeforeAll
  static void warmUp() throws Exception {
    FieldReport07And08SignsOfLifeTest first = new FieldReport07And08SignsOfLifeTest();
    first.ticker = Ticker.system();
    assertIsWhole(first.claude(new Script().at(0, MESSAGE_START).at(0, TEXT).at(0, MESSAGE_STOP)));
  }

  @Test
  void aTokenASecondForTwoMinutesComesWhole() throws Exception {
    Script script = new Script().at(1, event("messageStart", "{'role':'assistant'}"));
    script.every(
        1, 121, event("contentBlockDelta", "{'contentBlockIndex':0,'delta':{'text':'a'}}"));
    HttpResponse<byte[]> answer =
        converse(NOVA, "converse-stream", CONVERSE.formatted(""), ended(script, 121));

    List<String> events = TimedGateway.events(answer);
    assertThat(events).hasSize(123).endsWith("messageStop", "metadata");
    assertThat(header(answer, "x-forebay-attempts")).isEqualTo("1");
  }

  @Test
  void aModelThatThinksForNinetySecondsWithPingsIsWaitedFor() throws Exception {
    Script script = new Script().at(1, MESSAGE_START).every(5, 90, PING).at(90, TEXT);

    assertIsWhole(claude(script.at(91, MESSAGE_STOP)));
  }

  @Test
  void anEmptyThinkingBlockAndPingsForTwentyEightSecondsAreSignsOfLife() throws Exception {
    Script script = new Script().at(1, MESSAGE_START);
    script.at(
        1,
        chunk(
            "{'type':'content_block_start','index':0,"
                + "'content_block':{'type':'thinking','thinking':'','signature':''}}"));
    script.every(2, 28, PING).at(28, TEXT);

    assertIsWhole(claude(script.at(29, MESSAGE_STOP)));
  }

  @Test
  void toolInputAfterAGapOfFortySecondsIsWaitedFor() throws Exception {
    Script script =
        new Script()
            .at(1, MESSAGE_START)
            .at(
                2,
                chunk(
                    "{'type':'content_block_start','index':0,"
                        + "'content_block':{'type':'tool_use','id':'t1','name':'write','input':{}}}"))
            .at(
                42,
                chunk(
                    "{'type':'content_block_delta','index':0,"
                        + "'delta':{'type':'input_json_delta','partial_json':'{}'}}"));

    assertIsWhole(claude(script.at(43, MESSAGE_STOP)));
  }

  @ParameterizedTest
  @CsvSource({"150, ',\"inferenceConfig\":{\"maxTokens\":8192}'", "66, ''"})
  void aLongWholeAnswerComesWhole(int seconds, String config) throws Exception {
    HttpResponse<byte[]> answer =
        converse(NOVA, "converse", CONVERSE.formatted(config), Script.answer(seconds));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains(TimedUpstream.TEXT);
    assertThat(header(answer, "x-forebay-attempts")).isEqualTo("1");
  }

  @ParameterizedTest
  @CsvSource({"converse, 500, 45", "converse, 8192, 300", "converse-stream, 500, 25"})
  void aHungTargetIsLeftInTimeForItsFallback(String operation, int maxTokens, int within)
      throws Exception {
    Script healthy =
        operation.equals("converse")
            ? Script.answer(1)
            : ended(
                new Script()
                    .at(1, event("messageStart", "{'role':'assistant'}"))
                    .at(
                        1,
                        event("contentBlockDelta", "{'contentBlockIndex':0,'delta':{'text':'a'}}")),
                1);
    long began = ticker.nanos();
    try (TimedUpstream hung = new TimedUpstream(VERTX, ticker, Script.hang());
        TimedUpstream other = new TimedUpstream(VERTX, ticker, healthy);
        TimedGateway gateway =
            new TimedGateway(
                VERTX, ticker, TimedGateway.ladder(NOVA, hung.endpoint(), other.endpoint(), ""))) {
      String body = CONVERSE.formatted(",\"inferenceConfig\":{\"maxTokens\":" + maxTokens + "}");
      HttpResponse<byte[]> answer = gateway.call(operation, body);

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(header(answer, "x-forebay-answer")).isEqualTo("fallback");
      assertThat((ticker.nanos() - began) / 1_000_000_000L).isLessThan(within + 60);
    }
  }

  @Test
  void metadataThatComesLateIsWaitedFor() throws Exception {
    Script script =
        new Script()
            .at(1, event("messageStart", "{'role':'assistant'}"))
            .at(1, event("contentBlockDelta", "{'contentBlockIndex':0,'delta':{'text':'a'}}"))
            .at(2, event("messageStop", "{'stopReason':'end_turn'}"))
            .at(
                30,
                event("metadata", "{'usage':{'inputTokens':3,'outputTokens':4,'totalTokens':7}}"));

    assertThat(
            TimedGateway.events(converse(NOVA, "converse-stream", CONVERSE.formatted(""), script)))
        .endsWith("messageStop", "metadata");
  }

  private HttpResponse<byte[]> claude(Script script) throws Exception {
    return converse(CLAUDE_MODEL, "invoke-with-response-stream", CLAUDE, script);
  }

  private HttpResponse<byte[]> converse(String model, String operation, String body, Script script)
      throws Exception {
    try (TimedUpstream upstream = new TimedUpstream(VERTX, ticker, script);
        TimedGateway gateway =
            new TimedGateway(VERTX, ticker, TimedGateway.route(model, upstream.endpoint(), ""))) {
      HttpResponse<byte[]> answer = gateway.call(operation, body);
      assertThat(upstream.paths()).as("one paid request").hasSize(1);
      return answer;
    }
  }

  private static void assertIsWhole(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(TimedGateway.events(answer)).containsOnly("chunk");
    assertThat(TimedGateway.chunks(answer).getLast()).contains("message_stop");
    assertThat(header(answer, "x-forebay-attempts")).isEqualTo("1");
  }

  private static Script ended(Script script, int seconds) {
    return script
        .at(seconds, event("messageStop", "{'stopReason':'end_turn'}"))
        .at(
            seconds,
            event("metadata", "{'usage':{'inputTokens':3,'outputTokens':4,'totalTokens':7}}"));
  }
}
