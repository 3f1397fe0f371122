package dev.forebay.it.issues;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Outcome;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.it.WireUpstream;
import java.net.http.HttpResponse;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** InvokeModel answers that are no JSON object go through untouched, and whole or not at all. */
class AnswerBytesTest {
  private static final String UNKNOWN = "stability.any-image-v1:0";
  private static final String CLAUDE = "us.anthropic.claude-haiku-4-5-20251001-v1:0";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "image/png",
        "audio/mpeg",
        "text/plain; charset=utf-8",
        "application/octet-stream",
        "application/jsonlines",
        "application/x-amz-custom"
      })
  void otherContentPassesByteForByte(String type) throws Exception {
    byte[] bytes = new byte[100_000];
    new SplittableRandom(7).nextBytes(bytes);
    for (String model : new String[] {UNKNOWN, CLAUDE}) {
      try (WireUpstream upstream = answering(type, bytes);
          WireGateway gateway = gateway(model, upstream, "")) {
        HttpResponse<byte[]> answer = gateway.invoke();

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(bytes);
        assertThat(answer.headers().firstValue("content-type")).contains(type);
        assertThat(succeeded(gateway).usage().input()).isEqualTo(11);
        assertThat(succeeded(gateway).usage().output()).isEqualTo(22);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1, 2, {\"a\": 3}]", "\"text\"", "12.5", "null", "true", " [] ", "{}"})
  void anyJsonPassesForAModelThatIsNotKnown(String json) throws Exception {
    try (WireUpstream upstream = answering("application/json", json.getBytes(UTF_8));
        WireGateway gateway = gateway(UNKNOWN, upstream, "")) {
      HttpResponse<byte[]> answer = gateway.invoke();

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(WireGateway.text(answer)).isEqualTo(json);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          stability.any-image-v1:0 | application/json | [1, 2
          stability.any-image-v1:0 | application/json | [1] [2]
          stability.any-image-v1:0 | application/json | "half
          stability.any-image-v1:0 | application/json | ''
          stability.any-image-v1:0 | application/json | {"Output":{"__type":"UnknownOperationException"}}
          stability.any-image-v1:0 | text/html | <html>Sign in</html>
          us.anthropic.claude-haiku-4-5-20251001-v1:0 | application/json | [1, 2]
          us.anthropic.claude-haiku-4-5-20251001-v1:0 | application/json | "text"
          us.anthropic.claude-haiku-4-5-20251001-v1:0 | text/html | <html>Sign in</html>
          """)
  void whatIsNoWholeAnswerIsAFailure(String model, String type, String body) throws Exception {
    try (WireUpstream upstream = answering(type, body.getBytes(UTF_8));
        WireGateway gateway = gateway(model, upstream, "")) {
      assertThat(gateway.invoke().statusCode()).isEqualTo(500);
    }
  }

  @Test
  void converseAnswersWithAJsonObject() throws Exception {
    try (WireUpstream upstream = answering("image/png", new byte[] {1, 2});
        WireGateway gateway = gateway(UNKNOWN, upstream, "")) {
      assertThat(gateway.converse().statusCode()).isEqualTo(500);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 10\r\n\r\nhalf",
        "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        "Transfer-Encoding: chunked\r\n\r\n9\r\nhalf",
        "\r\nno end that can be seen"
      })
  void aCutIsAFailure(String rest) throws Exception {
    try (WireUpstream upstream =
            WireUpstream.answering(
                (connection, request) -> {
                  connection.send("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n" + rest);
                  connection.socket().close();
                });
        WireGateway gateway = gateway(UNKNOWN, upstream, "")) {
      assertThat(gateway.invoke().statusCode()).isIn(500, 503);
      assertThat(gateway.events(JourneyEvent.AttemptEnded.class))
          .noneMatch(event -> event.outcome() instanceof Outcome.Succeeded);
    }
  }

  @Test
  void chunksThatComeToTheirEndAreWhole() throws Exception {
    try (WireUpstream upstream =
            WireUpstream.answering(
                (connection, request) ->
                    connection.send(
                        String.join(
                            "\r\n",
                            "HTTP/1.1 200 OK",
                            "Content-Type: image/png",
                            "Transfer-Encoding: chunked",
                            "",
                            "4",
                            "abcd",
                            "2",
                            "ef",
                            "0",
                            "",
                            "")));
        WireGateway gateway = gateway(UNKNOWN, upstream, "")) {
      assertThat(WireGateway.text(gateway.invoke())).isEqualTo("abcdef");
    }
  }

  @Test
  void theCacheGivesTheSameBytesAgain() throws Exception {
    byte[] bytes = {0, 1, (byte) 0xff, 13, 10};
    try (WireUpstream upstream = answering("image/png", bytes);
        WireGateway gateway = gateway(UNKNOWN, upstream, ", cache: {}")) {
      gateway.invoke();
      HttpResponse<byte[]> again = gateway.invoke();

      assertThat(again.headers().firstValue("x-forebay-answer")).contains("cached");
      assertThat(again.headers().firstValue("content-type")).contains("image/png");
      assertThat(again.body()).isEqualTo(bytes);
      assertThat(upstream.seen()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1, 2]", "\"text\"", "{\"any\": 1}"})
  void theCacheGivesAnyJsonAgain(String json) throws Exception {
    try (WireUpstream upstream = answering("application/json", json.getBytes(UTF_8));
        WireGateway gateway = gateway(UNKNOWN, upstream, ", cache: {}")) {
      gateway.invoke();

      assertThat(WireGateway.text(gateway.invoke())).isEqualTo(json);
      assertThat(upstream.seen()).hasSize(1);
    }
  }

  private static Outcome.Succeeded succeeded(WireGateway gateway) {
    return (Outcome.Succeeded) gateway.events(JourneyEvent.AttemptEnded.class).getFirst().outcome();
  }

  private static WireUpstream answering(String type, byte[] body) {
    String headers =
        "Content-Type: "
            + type
            + "\r\nX-Amzn-Bedrock-Input-Token-Count: 11"
            + "\r\nX-Amzn-Bedrock-Output-Token-Count: 22\r\n";
    return WireUpstream.answering((connection, request) -> connection.answer(200, headers, body));
  }

  private static WireGateway gateway(String model, WireUpstream upstream, String route) {
    return new WireGateway(WireGateway.one(model, upstream.endpoint(), "", route));
  }
}
