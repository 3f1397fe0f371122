package dev.forebay.it.issues;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Ticker;
import dev.forebay.it.issues.TimedUpstream.Script;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CountTokens has a circuit, a gate and quotas of its own: neither shuts the other out. */
class FieldReport09CountTokensTest {
  private static final String MODEL = "anthropic.claude-haiku-4-5-20251001-v1:0";
  private static final String CONVERSE = TimedGateway.CONVERSE.formatted("");
  private static final String COUNT = "{\"input\":{\"converse\":" + CONVERSE + "}}";
  private static final Vertx VERTX = Vertx.vertx();

  @AfterAll
  static void stop() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  @ParameterizedTest
  @CsvSource({
    "count-tokens, converse, 429",
    "converse, count-tokens, 429",
    "count-tokens, converse, 503",
    "converse, count-tokens, 503",
    "count-tokens, converse, 500",
    "converse, count-tokens, 500"
  })
  void oneDoesNotShutTheOtherOut(String failing, String other, int status) throws Exception {
    Ticker ticker = Ticker.system();
    try (TimedUpstream upstream =
            new TimedUpstream(
                VERTX, ticker, (peer, request) -> play(peer, request, failing, status));
        TimedGateway gateway =
            new TimedGateway(VERTX, ticker, TimedGateway.route(MODEL, upstream.endpoint(), ""))) {
      for (int i = 0; i < 6; i++) {
        assertThat(
                gateway.call(failing, body(failing), "x-forebay-deadline-ms", "1000").statusCode())
            .isGreaterThanOrEqualTo(400);
      }
      assertThat(gateway.call(other, body(other)).statusCode()).isEqualTo(200);
      assertThat(gateway.get("/api/status")).contains("\"count-tokens\"");
    }
  }

  private static void play(
      TimedUpstream peer, HttpServerRequest request, String failing, int status) {
    if (Objects.requireNonNull(request.path()).endsWith(failing)) {
      request.response().setStatusCode(status).putHeader("retry-after", "20").end("{}");
    } else if (Objects.requireNonNull(request.path()).endsWith("count-tokens")) {
      request.response().putHeader("content-type", "application/json").end("{\"inputTokens\":3}");
    } else {
      peer.play(request, Script.answer(1));
    }
  }

  private static String body(String operation) {
    return operation.equals("count-tokens") ? COUNT : CONVERSE;
  }
}
