package dev.forebay.it.issues;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Outcome;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.it.WireUpstream;
import java.net.http.HttpResponse;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An error is judged by its status first, whatever size or shape its body has. */
class OddErrorsTest {
  private static final int HUGE = 10 << 20;

  @ParameterizedTest
  @CsvSource({
    "/model/m/converse, 429, THROTTLED",
    "/model/m/converse, 503, UNAVAILABLE",
    "/model/m/converse, 500, FAILED",
    "/model/m/converse-stream, 429, THROTTLED",
    "/model/m/invoke, 429, THROTTLED",
    "/async-invoke, 429, THROTTLED",
  })
  void tenMegabytes(String path, int status, String kind) throws Exception {
    byte[] body = new byte[HUGE];
    Arrays.fill(body, (byte) 'x');
    byte[] start = "{\"message\":\"Slow down.\",\"more\":\"".getBytes(UTF_8);
    System.arraycopy(start, 0, body, 0, start.length);
    try (WireUpstream upstream =
            WireUpstream.answering(
                (connection, request) ->
                    connection.answer(
                        status, "Content-Type: application/json\r\nRetry-After: 7.5\r\n", body));
        WireGateway gateway = new WireGateway(WireGateway.one(upstream.endpoint(), ""))) {
      HttpResponse<byte[]> answer = gateway.post(path, body(path));

      assertThat(answer.statusCode()).isEqualTo(status);
      assertThat(WireGateway.text(answer)).contains("Slow down.").hasSizeLessThan(1_000);
      check(gateway, kind);
      if (kind.equals("THROTTLED")) {
        long wait = Long.parseLong(answer.headers().firstValue("retry-after").orElseThrow());
        assertThat(wait).isBetween(5L, 8L);
      }
    }
  }

  /** The status came; what became of the body does not matter. */
  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 100", "Transfer-Encoding: chunked"})
  void anErrorWhoseBodyBreaksOff(String framing) throws Exception {
    for (String path : new String[] {"/model/m/converse", "/async-invoke"}) {
      try (WireUpstream upstream =
              WireUpstream.answering(
                  (connection, request) -> {
                    connection.send(
                        "HTTP/1.1 429 Too Many\r\nContent-Type: application/json\r\n"
                            + framing
                            + "\r\n\r\n");
                    connection.socket().close();
                  });
          WireGateway gateway = new WireGateway(WireGateway.one(upstream.endpoint(), ""))) {
        assertThat(gateway.post(path, body(path)).statusCode()).isEqualTo(429);
        check(gateway, "THROTTLED");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0.2, 1", "'-5', 1", "3.2, 4", "1e1, 10", "99999999999999999999999999, 86400"})
  void retryAfterInAnyForm(String sent, long seconds) throws Exception {
    try (WireUpstream upstream =
            WireUpstream.answering(
                (connection, request) ->
                    connection.answer(
                        429,
                        "Content-Type: application/json\r\nRetry-After: " + sent + "\r\n",
                        "{\"message\":\"no\"}".getBytes(UTF_8)));
        WireGateway gateway = new WireGateway(WireGateway.one(upstream.endpoint(), ""))) {
      HttpResponse<byte[]> answer = gateway.converse();

      assertThat(answer.statusCode()).isEqualTo(429);
      long shown = Long.parseLong(answer.headers().firstValue("retry-after").orElseThrow());
      assertThat(shown).isBetween(1L, Math.max(2, seconds));
    }
  }

  private static String body(String path) {
    return path.equals("/async-invoke")
        ? "{\"modelId\":\"m\",\"modelInput\":{}}"
        : path.endsWith("/invoke") ? WireGateway.CLAUDE_BODY : WireGateway.CONVERSE_BODY;
  }

  private static void check(WireGateway gateway, String kind) {
    assertThat(gateway.events(JourneyEvent.AttemptEnded.class))
        .singleElement()
        .extracting(JourneyEvent.AttemptEnded::outcome)
        .isInstanceOf(
            switch (kind) {
              case "THROTTLED" -> Outcome.Throttled.class;
              case "UNAVAILABLE" -> Outcome.Unavailable.class;
              default -> Outcome.Failed.class;
            });
  }
}
