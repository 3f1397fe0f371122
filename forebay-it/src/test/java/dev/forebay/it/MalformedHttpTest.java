package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What no well-behaved client sends: requests whose end two parsers would see at two places, heads
 * that never end. Each is refused, nothing of it travels on, and others are served.
 */
class MalformedHttpTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final String CONVERSE = "/model/" + Stack.MODEL + "/converse";
  private static final String BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}";

  @AfterEach
  void othersAreServed() {
    assertServed(stack);
  }

  static void assertServed(Stack stack) {
    assertThat(stack.client().converse(Calls.converse(Stack.MODEL)).stopReasonAsString())
        .isEqualTo("end_turn");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 4|Transfer-Encoding: chunked||0||POST /model/smuggled/converse HTTP/1.1||",
        "Transfer-Encoding: chunked|Content-Length: 4||0||",
        "Content-Length: 2|Content-Length: 2||{}",
        "Content-Length: 2|Content-Length: 3||{} ",
        "Content-Length: 2, 2||{}",
        "Content-Length: +2||{}",
        "Content-Length: -2||{}",
        "Content-Length: 0x2||{}",
        "Content-Length: 99999999999999999999||{}",
        "Transfer-Encoding: xchunked||0||",
        "Transfer-Encoding: chunked, identity||0||",
        "Transfer-Encoding: chunked|Transfer-Encoding: identity||0||",
        "Content-Length : 2||{}",
        "Transfer-Encoding : chunked|Content-Length: 5||0||",
        "X-Bare: a\nContent-Length: 2||{}",
        "X-Bare: a\rContent-Length: 2||{}",
        "X-Nul: a\0b|Content-Length: 2||{}",
      })
  void aHeadWhoseEndOrBodyIsInDoubtIsRefusedAndTheConnectionEnds(String rest) throws Exception {
    String text = "POST " + CONVERSE + " HTTP/1.1|Host: localhost|" + rest;

    String answer = exchange(text.replace("|", "\r\n"));

    assertThat(answer)
        .startsWith("HTTP/1.1 400 ")
        .containsIgnoringCase("x-amzn-errortype: ValidationException")
        .endsWith("{\"message\":\"This is no HTTP request that could be read.\"}");
    assertThat(answer.split("HTTP/1.1 ", -1)).as("one answer").hasSize(2);
    assertThat(stack.emulator().stats().total().arrived()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Folded: a| b|Content-Length: 2||{}",
        "X-Folded: a|\tb|Content-Length: 2||{}",
        "X-Folded:| a|Content-Length: 2||{}",
        "X-Folded: a| |Content-Length: 2||{}",
        "X-Folded: a\n b|Content-Length: 2||{}",
        "Content-Length: 2| ||{}",
        "Content-Length:| 2||{}",
        "Transfer-Encoding:| chunked||0||",
        " X-First: a|Content-Length: 2||{}",
        "X: a| b: c| d|Content-Length: 2||{}POST /model/smuggled/converse HTTP/1.1||",
      })
  void aFoldedHeaderIsRefusedAndTheConnectionEnds(String rest) throws Exception {
    String text = ("POST " + CONVERSE + " HTTP/1.1|Host: localhost|" + rest).replace("|", "\r\n");
    String good = RawHttp.post(CONVERSE, BODY);

    for (String before : List.of("", good)) {
      assertThat(exchange(before + text).replace("HTTP/1.1 200", "fine"))
          .as("after '%s'", before)
          .contains("HTTP/1.1 400 ")
          .containsIgnoringCase("x-amzn-errortype: ValidationException")
          .endsWith("\"}")
          .satisfies(answer -> assertThat(answer.split("HTTP/1.1 ", -1)).hasSize(2));
    }
    assertThat(stack.emulator().stats().total().arrived()).isEqualTo(1);
  }

  @Test
  void aHeaderThatIsFoldedWhereAPacketEndsIsRefused() throws Exception {
    String text =
        "POST %s HTTP/1.1\r\nHost: localhost\r\nX-Folded: a\r\n b\r\nContent-Length: 2\r\n\r\n{}"
            .formatted(CONVERSE);

    try (RawHttp raw = new RawHttp(stack.gateway().port())) {
      for (int i = 0; i < text.length(); i++) {
        try {
          raw.send(text.substring(i, i + 1));
        } catch (SocketException closed) {
          break;
        }
      }
      assertThat(raw.readToEnd())
          .startsWith("HTTP/1.1 400 ")
          .contains("{\"message\":\"Headers must not be folded over several lines.\"}");
    }
  }

  @Test
  void whatLooksLikeAFoldInABodyIsNone() throws Exception {
    String body = BODY.replace("Hi", "Hi\\n").replace(",", ",\r\n \t");

    try (RawHttp raw = new RawHttp(stack.gateway().port())) {
      raw.send(RawHttp.post(CONVERSE, body) + RawHttp.post(CONVERSE, body));
      assertThat(raw.readUntil("end_turn")).startsWith("HTTP/1.1 200 ");
      assertThat(raw.readUntil("end_turn")).contains("HTTP/1.1 200 ");
      raw.send(
          "POST %s HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
              .formatted(CONVERSE, body.length(), body));
      assertThat(raw.readUntil("end_turn")).contains("HTTP/1.1 200 ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Sum: 1| 2||", " X-Sum: 1||", "X-Sum:|\t1||"})
  void aFoldedTrailerEndsTheConnectionAndTheCall(String trailers) throws Exception {
    String head =
        "POST %s HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
            .formatted(CONVERSE);

    assertThat(
            exchange(
                head
                    + "%x\r\n%s\r\n0\r\n".formatted(BODY.length(), BODY)
                    + trailers.replace("|", "\r\n")))
        .doesNotContain("200 OK");
    assertThat(stack.emulator().stats().total().arrived()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.2", "HTTP/1.9", "HTTP/0.9", "HTTP/2.0", "HTTP/3.0", "HTTP/9.9"})
  void aVersionThatIsNotSpokenGets505(String version) throws Exception {
    String text = "GET /healthz %s\r\nHost: localhost\r\n\r\n".formatted(version);

    for (String before : List.of("", RawHttp.get("/healthz"))) {
      assertThat(exchange(before + text))
          .contains("HTTP/1.1 505 ")
          .containsIgnoringCase("x-amzn-errortype: UnsupportedHttpVersionException")
          .containsIgnoringCase("connection: close")
          .endsWith("{\"message\":\"This gateway speaks HTTP/1.0, HTTP/1.1 and HTTP/2.\"}");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.10",
        "HTTP/1.",
        "HTTP/.1",
        "HTTP/11",
        "HTTP/a.b",
        "HTP/1.1",
        "HTTP 1.1",
        "http/1.1",
        ""
      })
  void aVersionThatIsNoneGets400(String version) throws Exception {
    assertThat(exchange("GET /healthz %s\r\nHost: localhost\r\n\r\n".formatted(version)))
        .startsWith("HTTP/1.1 400 ")
        .containsIgnoringCase("x-amzn-errortype: ValidationException");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zz|{}|0||",
        "-1|{}|0||",
        "0x2|{}|0||",
        "2 |{}|0|X: y",
        "fffffffffffffffff|{}|0||",
        "2\n{}|0||",
        "2|{}XX0||",
        "2|{}\n0||",
      })
  void aChunkThatIsNoneEndsTheConnectionAndTheCall(String chunks) throws Exception {
    String text =
        "POST " + CONVERSE + " HTTP/1.1|Host: localhost|Transfer-Encoding: chunked||" + chunks;

    try (RawHttp raw = new RawHttp(stack.gateway().port())) {
      raw.send(text.replace("|", "\r\n"));
      raw.send("\r\n\r\n\r\n");

      assertThat(raw.readUntil("200 OK")).doesNotContain("200 OK");
    }
    assertThat(stack.emulator().stats().total().arrived()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"2;, 9000", "X-Trailer: , 40000"})
  void whatSurroundsChunksIsBounded(String begin, int length) throws Exception {
    String chunks = begin.startsWith("2") ? "" : "0\r\n";

    String answer =
        exchange(
            "POST %s HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n%s%s%s\r\n\r\n"
                .formatted(CONVERSE, chunks, begin, "e".repeat(length)));

    assertThat(answer).doesNotContain("200 OK");
    assertThat(stack.emulator().stats().total().arrived()).isZero();
  }

  @Test
  void chunksWithExtensionsAndTrailersAreABodyLikeAnyOther() throws Exception {
    try (RawHttp raw = new RawHttp(stack.gateway().port())) {
      raw.send(
          "POST %s HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
              .formatted(CONVERSE));
      for (int i = 0; i < BODY.length(); i += 7) {
        String part = BODY.substring(i, Math.min(i + 7, BODY.length()));
        raw.send("%x;name=value\r\n%s\r\n".formatted(part.length(), part));
      }
      raw.send("0\r\nX-Sum: 1\r\n\r\n");
      assertThat(raw.readUntil("end_turn")).startsWith("HTTP/1.1 200 OK");

      raw.send(RawHttp.post(CONVERSE, BODY));
      assertThat(raw.readUntil("end_turn")).as("kept alive").contains("200 OK");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "414 | 9000 | 10 | The request line is longer than 8,192 bytes.",
        "431 | 10 | 40000 | The headers are larger than 32,768 bytes.",
      })
  void aHeadThatIsTooLargeIsRefusedAsAwsWould(int status, int line, int header, String message)
      throws Exception {
    String answer =
        exchange(
            "POST /%s HTTP/1.1\r\nHost: localhost\r\nX-Large: %s\r\n\r\n"
                .formatted("x".repeat(line), "y".repeat(header)));

    assertThat(answer)
        .contains(" " + status + " ")
        .containsIgnoringCase("x-amzn-errortype: ValidationException")
        .endsWith("{\"message\":\"" + message + "\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST http://elsewhere/model/m/converse HTTP/1.1",
        "CONNECT elsewhere:443 HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "TRACE /model/m/converse HTTP/1.1",
        "POST //elsewhere/model/m/converse HTTP/1.1",
        "POST /model/../model/m/converse HTTP/1.1",
      })
  void theGatewayIsNoProxy(String line) throws Exception {
    String answer =
        exchange(line + "\r\nHost: localhost\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");

    assertThat(answer)
        .startsWith("HTTP/1.1 404 ")
        .containsIgnoringCase("x-amzn-errortype: UnknownOperationException");
    assertThat(stack.emulator().stats().total().arrived()).isZero();
  }

  @Test
  void aHeadThatDripsIsGivenUpAfterTenSecondsWhereverItBegins() throws Exception {
    String status = RawHttp.get("/api/status", "Connection: close");
    await().until(() -> exchange(status).contains("\"connections\" : 1"));
    try (Socket first = open();
        Socket second = open();
        Socket silent = open()) {
      send(first, "POST " + CONVERSE + " HTTP/1.1\r\nX-Slow: ");
      send(second, RawHttp.get("/healthz"));
      assertThat(read(second, "ok\n")).contains("200 OK");
      send(second, "POST " + CONVERSE + " HTTP/1.1\r\nX-Slow: ");

      assertThat(drip(first)).contains("408 ").contains("RequestTimeoutException");
      assertThat(drip(second)).contains("408 ").contains("did not arrive within 10 s");
      silent.setSoTimeout(20_000);
      assertThat(silent.getInputStream().read())
          .as("who asks nothing gets no answer")
          .isEqualTo(-1);
    }
  }

  private static String exchange(String text) throws IOException {
    try (RawHttp raw = new RawHttp(stack.gateway().port())) {
      return raw.send(text).readToEnd();
    }
  }

  private static Socket open() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), stack.gateway().port());
    socket.setSoTimeout(200);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String read(Socket socket, String end) throws IOException {
    StringBuilder read = new StringBuilder();
    while (read.indexOf(end) < 0) {
      read.append((char) socket.getInputStream().read());
    }
    return read.toString();
  }

  /** Sends a byte whenever nothing has come for a moment, until the gateway has had enough. */
  private static String drip(Socket socket) throws IOException {
    StringBuilder read = new StringBuilder();
    for (int drops = 0; drops < 150; ) {
      try {
        int next = socket.getInputStream().read();
        if (next < 0) {
          return read.toString();
        }
        read.append((char) next);
      } catch (SocketTimeoutException quiet) {
        drops++;
        try {
          send(socket, "x");
        } catch (SocketException closed) {
          return read.toString();
        }
      } catch (SocketException closed) {
        return read.toString();
      }
    }
    throw new AssertionError("still open after half a minute: " + read);
  }
}
