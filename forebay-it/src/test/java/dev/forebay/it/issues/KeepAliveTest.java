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
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code keepAlive}: what a silent stream gets, and what that does to fallbacks and errors. */
class KeepAliveTest {
  private static final String MODEL = "anthropic.claude-haiku-4-5-20251001-v1:0";
  private static final String STREAM = "invoke-with-response-stream";
  private static final String PING = "{\"type\":\"ping\"}";
  private static final String ON = ", keepAlive: 5s";
  private static final Vertx VERTX = Vertx.vertx();

  private Ticker ticker = Ticker.atSpeed(20);

  /** Loads classes by the machine's own time: a fast clock does not wait for them. */
  @BeforeAll
  static void warmUp() throws Exception {
    KeepAliveTest first = new KeepAliveTest();
    first.ticker = Ticker.system();
    first.callThatIsNotSilent();
  }

  @AfterAll
  static void stop() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void aSilentStreamGetsPingsBeforeItsAnswerAndWithinIt() throws Exception {
    Script script = text(new Script(), 18);
    script.at(40, chunk("{'type':'message_stop'}"));
    HttpResponse<byte[]> answer = call(MODEL, STREAM, CLAUDE, script, ON);

    List<String> chunks = TimedGateway.chunks(answer);
    assertThat(chunks).startsWith(PING).hasSizeGreaterThan(5);
    assertThat(chunks.indexOf(PING)).isZero();
    assertThat(chunks.subList(chunks.size() - 3, chunks.size())).contains(PING);
    assertThat(chunks.getLast()).contains("message_stop");
    assertThat(header(answer, "x-forebay-target")).isEmpty();
  }

  @Test
  void aStreamThatIsNotSilentIsAsItWas() throws Exception {
    HttpResponse<byte[]> answer = callThatIsNotSilent();

    assertThat(TimedGateway.chunks(answer)).hasSize(3).doesNotContain(PING);
    assertThat(header(answer, "x-forebay-target")).isEqualTo("one");
  }

  private HttpResponse<byte[]> callThatIsNotSilent() throws Exception {
    Script script = text(new Script(), 1).at(2, chunk("{'type':'message_stop'}"));
    return call(MODEL, STREAM, CLAUDE, script, ON);
  }

  @Test
  void aFallbackTakesOverBehindPings() throws Exception {
    Script healthy = text(new Script(), 1).at(2, chunk("{'type':'message_stop'}"));
    try (TimedUpstream hung = new TimedUpstream(VERTX, ticker, Script.hang());
        TimedUpstream other = new TimedUpstream(VERTX, ticker, healthy);
        TimedGateway gateway =
            new TimedGateway(
                VERTX, ticker, TimedGateway.ladder(MODEL, hung.endpoint(), other.endpoint(), ON))) {
      HttpResponse<byte[]> answer = gateway.call(STREAM, CLAUDE);

      List<String> chunks = TimedGateway.chunks(answer);
      assertThat(chunks).startsWith(PING);
      assertThat(chunks.stream().filter(one -> one.contains("message_start"))).hasSize(1);
      assertThat(chunks.getLast()).contains("message_stop");
    }
  }

  @Test
  void anErrorBehindPingsIsAnExceptionEvent() throws Exception {
    HttpResponse<byte[]> answer = call(MODEL, STREAM, CLAUDE, Script.hang(), ON);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(TimedGateway.events(answer)).startsWith("chunk").endsWith("!modelTimeoutException");
  }

  @Test
  void converseGetsNothingThatItsClientsDoNotKnow() throws Exception {
    Script script =
        new Script()
            .at(12, event("messageStart", "{'role':'assistant'}"))
            .at(12, event("contentBlockDelta", "{'contentBlockIndex':0,'delta':{'text':'a'}}"))
            .at(13, event("messageStop", "{'stopReason':'end_turn'}"))
            .at(
                13,
                event("metadata", "{'usage':{'inputTokens':3,'outputTokens':4,'totalTokens':7}}"));
    HttpResponse<byte[]> answer =
        call("amazon.nova-lite-v1:0", "converse-stream", CONVERSE.formatted(""), script, ON);

    assertThat(TimedGateway.events(answer))
        .containsExactly("messageStart", "contentBlockDelta", "messageStop", "metadata");
    assertThat(header(answer, "x-forebay-target")).isEqualTo("one");
  }

  private static Script text(Script script, int seconds) {
    return script
        .at(seconds, chunk("{'type':'message_start','message':{'usage':{'input_tokens':3}}}"))
        .at(
            seconds,
            chunk(
                "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','text':'a'}}"));
  }

  private HttpResponse<byte[]> call(
      String model, String operation, String body, Script script, String more) throws Exception {
    try (TimedUpstream upstream = new TimedUpstream(VERTX, ticker, script);
        TimedGateway gateway =
            new TimedGateway(VERTX, ticker, TimedGateway.route(model, upstream.endpoint(), more))) {
      return gateway.call(operation, body);
    }
  }
}
