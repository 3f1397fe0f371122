package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.testkit.Http;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.model.ResourceNotFoundException;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

/**
 * Input that cannot be served: each gets a clear error in AWS's shape, and disturbs no other call.
 */
class BadInputTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final String CONVERSE = "/model/" + Stack.MODEL + "/converse";
  private static final String GOOD_BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}";

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{\"messages\": nope}", "[]", "\"text\"", "{} trailing"})
  void malformedJsonIsAValidationErrorAndIsNotSent(String body) throws Exception {
    HttpResponse<String> answer = sent(Http.post(uri(CONVERSE), body));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("x-amzn-errortype")).hasValue("ValidationException");
    assertThat(answer.headers().firstValue("x-amzn-requestid")).isPresent();
    assertThat(answer.body()).startsWith("{\"message\":\"Malformed input request: ");
    assertThat(stack.emulator().stats().total().arrived()).isZero();
  }

  @Test
  void aControlCharacterInAHeaderIsNoDefect() throws Exception {
    try (RawHttp raw = new RawHttp(stack.gateway().port())) {
      String answer =
          raw.send(
                  RawHttp.post(
                      "/model/" + Stack.MODEL + "/converse",
                      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}",
                      "X-Odd: a\u0001b",
                      "Connection: close"))
              .readToEnd();

      assertThat(answer).startsWith("HTTP/1.1 ").doesNotContain("HTTP/1.1 500");
    }
  }

  @Test
  void aBodyOf30MegabytesIsRefusedClearly() {
    byte[] large = new byte[30_000_000];

    assertThatThrownBy(
            () ->
                stack
                    .client()
                    .invokeModel(
                        r -> r.modelId(Stack.MODEL).body(SdkBytes.fromByteArrayUnsafe(large))))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("larger than 25,000,000 bytes");
    assertThat(stack.emulator().stats().total().arrived()).isZero();
  }

  @Test
  void aChunkedBodyOf30MegabytesIsRefusedClearly() throws Exception {
    HttpResponse<String> answer =
        sent(Http.postChunked(uri(CONVERSE), () -> new ByteArrayInputStream(new byte[30_000_000])));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("larger than 25,000,000 bytes");
  }

  @Test
  void anAnnouncedBodyBeyondAllMeasureIsRefusedBeforeItComes() throws Exception {
    try (RawHttp raw = new RawHttp(stack.gateway().port())) {
      raw.send(
          "POST "
              + CONVERSE
              + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000000000\r\n\r\n{");

      assertThat(raw.readToEnd()).contains("400 ").contains("ValidationException");
    }
  }

  @Test
  void anUnknownModelIsNotFoundWithTheListOfRoutes() throws Exception {
    try (OneRoute strict = new OneRoute(stack)) {
      assertThatThrownBy(() -> strict.client().converse(Calls.converse("no.such-model")))
          .isInstanceOf(ResourceNotFoundException.class)
          .hasMessageContaining("No route for the model 'no.such-model'")
          .hasMessageContaining("only.this-model");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /model/x/unknown-operation",
    "POST, /model//converse",
    "POST, /model/%zz/converse",
    "POST, /nothing",
    "GET,  /model/x/converse",
    "PUT,  /healthz",
    "GET,  /",
  })
  void anUnknownPathIsAnUnknownOperation(String method, String path) throws Exception {
    try (RawHttp raw = new RawHttp(stack.gateway().port())) {
      raw.send(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}");

      assertThat(raw.readUntil("/dashboard."))
          .contains("404 ")
          .containsIgnoringCase("x-amzn-errortype: UnknownOperationException")
          .contains("converse-stream");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "-1", "1.5", "", "9999999999999999999999"})
  void aDeadlineThatIsNoNumberIsAValidationError(String value) throws Exception {
    try (RawHttp raw = new RawHttp(stack.gateway().port())) {
      raw.send(RawHttp.post(CONVERSE, GOOD_BODY, "x-forebay-deadline-ms: " + value));

      assertThat(raw.readUntil("}")).contains("400 ").contains("x-forebay-deadline-ms");
    }
  }

  @Test
  void bytesThatAreNoHttpGetAnErrorAndTheirConnectionEnds() throws Exception {
    try (RawHttp raw = new RawHttp(stack.gateway().port())) {
      raw.send("\u0000\u0001\u0002 what is this\r\n\r\n");

      assertThat(raw.readToEnd()).contains("400 ");
    }
  }

  @ParameterizedTest
  @CsvSource({"414, 9000, 10", "431, 10, 40000"})
  void aHeadThatIsTooLargeIsRefused(int status, int line, int header) throws Exception {
    try (RawHttp raw = new RawHttp(stack.gateway().port())) {
      raw.send(
          "POST /%s HTTP/1.1\r\nHost: localhost\r\nX-Large: %s\r\n\r\n"
              .formatted("x".repeat(line), "y".repeat(header)));

      assertThat(raw.readToEnd()).contains(status + " ");
    }
  }

  @Test
  void aClientThatStopsInTheMiddleDelaysNoOtherAndGetsATimeout() throws Exception {
    try (RawHttp slow = new RawHttp(stack.gateway().port())) {
      slow.send(
          "POST "
              + CONVERSE
              + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{\"half\"");

      assertThat(stack.client().converse(Calls.converse(Stack.MODEL)).stopReasonAsString())
          .isEqualTo("end_turn");
      assertThat(slow.readToEnd())
          .contains("408 ")
          .containsIgnoringCase("x-amzn-errortype: RequestTimeoutException");
    }
  }

  @Test
  void clientsThatNeverFinishTheirHeadersDelayNoOther() throws Exception {
    List<RawHttp> slow = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      slow.add(new RawHttp(stack.gateway().port()).send("POST " + CONVERSE + " HTTP/1.1\r\nHos"));
    }

    assertThat(stack.client().converse(Calls.converse(Stack.MODEL)).stopReasonAsString())
        .isEqualTo("end_turn");
    for (RawHttp client : slow) {
      client.close();
    }
  }

  @Test
  void afterAnErrorTheConnectionServesTheNextRequest() throws Exception {
    try (RawHttp raw = new RawHttp(stack.gateway().port())) {
      raw.send(RawHttp.post(CONVERSE, "{"));
      assertThat(raw.readUntil("}")).contains("400 ");
      raw.send(RawHttp.post(CONVERSE, GOOD_BODY));
      assertThat(raw.readUntil("stopReason")).contains("200 OK");
    }
  }

  private static URI uri(String path) {
    return Http.local(stack.gateway().port(), path);
  }

  private static HttpResponse<String> sent(HttpRequest request) throws Exception {
    try (Http http = new Http()) {
      return http.text(request);
    }
  }
}
