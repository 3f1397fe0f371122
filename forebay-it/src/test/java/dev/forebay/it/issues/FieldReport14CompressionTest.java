package dev.forebay.it.issues;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.bedrock.Frame;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.it.WireUpstream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a proxy on the way compresses is decoded, though no caller asked for it. */
class FieldReport14CompressionTest {
  private static final int MEGABYTE = 1 << 20;

  enum Coding {
    GZIP("gzip") {
      @Override
      byte[] encode(byte[] plain) {
        return gzip(plain);
      }
    },
    X_GZIP("X-GZip") {
      @Override
      byte[] encode(byte[] plain) {
        return gzip(plain);
      }
    },
    GZIP_IN_TWO_PARTS("gzip") {
      @Override
      byte[] encode(byte[] plain) {
        int half = plain.length / 2;
        byte[] first = gzip(Arrays.copyOf(plain, half));
        byte[] second = gzip(Arrays.copyOfRange(plain, half, plain.length));
        return both(first, second);
      }
    },
    GZIP_WITH_NAME("gzip") {
      @Override
      byte[] encode(byte[] plain) {
        byte[] usual = gzip(plain);
        byte[] head = Arrays.copyOf(usual, 10);
        head[3] = 4 + 8 + 16;
        byte[] more = both(new byte[] {2, 0, 9, 9}, "name\0comment\0".getBytes(UTF_8));
        return both(both(head, more), Arrays.copyOfRange(usual, 10, usual.length));
      }
    },
    ZLIB("deflate") {
      @Override
      byte[] encode(byte[] plain) {
        return deflate(plain, false);
      }
    },
    BARE_DEFLATE("deflate") {
      @Override
      byte[] encode(byte[] plain) {
        return deflate(plain, true);
      }
    },
    TWICE("deflate, gzip") {
      @Override
      byte[] encode(byte[] plain) {
        return gzip(deflate(plain, false));
      }
    },
    IDENTITY("identity") {
      @Override
      byte[] encode(byte[] plain) {
        return plain;
      }
    };

    private final String header;

    Coding(String header) {
      this.header = header;
    }

    abstract byte[] encode(byte[] plain);
  }

  @ParameterizedTest
  @EnumSource(Coding.class)
  void wholeAnswersAreDecoded(Coding coding) throws Exception {
    byte[] encoded = coding.encode(WireUpstream.CONVERSE.getBytes(UTF_8));
    try (WireUpstream upstream = answering(200, coding.header, "application/json", encoded);
        WireGateway gateway = new WireGateway(WireGateway.one(upstream.endpoint(), ""))) {
      HttpResponse<byte[]> answer = gateway.converse();

      assertThat(answer.statusCode()).as(WireGateway.text(answer)).isEqualTo(200);
      assertThat(WireGateway.text(answer)).isEqualTo(WireUpstream.CONVERSE);
      assertThat(answer.headers().firstValue("content-encoding")).isEmpty();
      assertThat(answer.headers().allValues("content-length"))
          .containsExactly("" + WireUpstream.CONVERSE.length());
      assertThat(upstream.seen()).hasSize(1);
      assertThat(upstream.seen().getFirst().headers()).containsEntry("accept-encoding", "identity");
    }
  }

  @ParameterizedTest
  @EnumSource(Coding.class)
  void errorsAreDecoded(Coding coding) throws Exception {
    byte[] encoded =
        coding.encode("{\"message\":\"Too many tokens, please wait\"}".getBytes(UTF_8));
    try (WireUpstream upstream = answering(429, coding.header, "application/json", encoded);
        WireGateway gateway = new WireGateway(WireGateway.one(upstream.endpoint(), ""))) {
      HttpResponse<byte[]> answer = gateway.converse();

      assertThat(answer.statusCode()).isEqualTo(429);
      assertThat(WireGateway.text(answer)).contains("Too many tokens, please wait");
      assertThat(answer.headers().firstValue("content-encoding")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Coding.class)
  void streamsAreDecodedInPiecesAsTheyCome(Coding coding) throws Exception {
    byte[] plain = stream(300);
    byte[] encoded = coding.encode(plain);
    try (WireUpstream upstream = chunked(coding.header, encoded, 7);
        WireGateway gateway = new WireGateway(WireGateway.one(upstream.endpoint(), ""))) {
      HttpResponse<byte[]> answer =
          gateway.post("/model/m/converse-stream", WireGateway.CONVERSE_BODY);

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(plain);
      assertThat(answer.headers().firstValue("content-encoding")).isEmpty();
    }
  }

  /** A thousand times as much as was sent, and its caller reads slowly. */
  @Test
  void aStreamThatGrowsIsDecodedNoFasterThanItIsRead() throws Exception {
    byte[] plain = stream(60_000);
    try (WireUpstream upstream = chunked("gzip", gzip(plain), 4096);
        WireGateway gateway = new WireGateway(WireGateway.one(upstream.endpoint(), ""))) {
      HttpResponse<byte[]> answer =
          gateway.post("/model/m/converse-stream", WireGateway.CONVERSE_BODY);

      assertThat(answer.body()).isEqualTo(plain);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate"})
  void aBombIsNoAnswer(String header) throws Exception {
    byte[] huge = new byte[40 * MEGABYTE];
    Arrays.fill(huge, (byte) ' ');
    byte[] encoded = header.equals("gzip") ? gzip(huge) : deflate(huge, false);
    try (WireUpstream upstream = answering(200, header, "application/json", encoded);
        WireGateway gateway = new WireGateway(WireGateway.one(upstream.endpoint(), ""))) {
      HttpResponse<byte[]> answer = gateway.converse();

      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(WireGateway.text(answer)).contains("exceeds");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "br, 200, 500",
    "zstd, 200, 500",
    "'gzip, br', 200, 500",
    "br, 429, 429",
    "br, 503, 503"
  })
  void whatCannotBeDecodedIsSaid(String header, int status, int shown) throws Exception {
    try (WireUpstream upstream =
            answering(status, header, "application/json", new byte[] {1, 2, 3});
        WireGateway gateway = new WireGateway(WireGateway.one(upstream.endpoint(), ""))) {
      HttpResponse<byte[]> answer = gateway.converse();

      assertThat(answer.statusCode()).isEqualTo(shown);
      if (status == 200) {
        assertThat(WireGateway.text(answer)).contains("content encoding '" + header + "'");
      }
      assertThat(answer.headers().firstValue("content-encoding")).isEmpty();
    }
  }

  /** Cut by its own framing, or with a damaged byte: half an answer is none. */
  @ParameterizedTest
  @EnumSource(names = {"GZIP", "ZLIB", "TWICE"})
  void aDamagedOrHalfAnswerIsNone(Coding coding) throws Exception {
    byte[] whole = coding.encode(WireUpstream.CONVERSE.getBytes(UTF_8));
    byte[] damaged = whole.clone();
    damaged[whole.length - 6] ^= 0x55;
    for (byte[] bad : new byte[][] {Arrays.copyOf(whole, whole.length - 5), damaged}) {
      try (WireUpstream upstream = answering(200, coding.header, "application/json", bad);
          WireGateway gateway = new WireGateway(WireGateway.one(upstream.endpoint(), ""))) {
        assertThat(gateway.converse().statusCode()).isEqualTo(500);
        assertThat(gateway.events(JourneyEvent.AttemptEnded.class)).hasSize(1);
      }
      try (WireUpstream upstream = answering(429, coding.header, "application/json", bad);
          WireGateway gateway = new WireGateway(WireGateway.one(upstream.endpoint(), ""))) {
        assertThat(gateway.converse().statusCode()).isEqualTo(429);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Coding.class)
  void operationsThatPassThroughAreDecoded(Coding coding) throws Exception {
    byte[] encoded = coding.encode("{\"action\":\"NONE\"}".getBytes(UTF_8));
    try (WireUpstream upstream = answering(200, coding.header, "application/json", encoded);
        WireGateway gateway = new WireGateway(WireGateway.one(upstream.endpoint(), ""))) {
      HttpResponse<byte[]> answer =
          gateway.post("/guardrail/g/version/1/apply", "{\"source\":\"INPUT\",\"content\":[]}");

      assertThat(WireGateway.text(answer)).isEqualTo("{\"action\":\"NONE\"}");
      assertThat(answer.headers().firstValue("content-encoding")).isEmpty();
    }
  }

  static WireUpstream answering(int status, String coding, String type, byte[] body) {
    String headers = "Content-Type: " + type + "\r\nContent-Encoding: " + coding + "\r\n";
    return WireUpstream.answering(
        (connection, request) -> connection.answer(status, headers, body));
  }

  /** A stream in chunks of that many bytes. */
  private static WireUpstream chunked(String coding, byte[] body, int size) {
    return WireUpstream.answering(
        (connection, request) -> {
          connection.send(
              "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.amazon.eventstream\r\n"
                  + "Content-Encoding: "
                  + coding
                  + "\r\nTransfer-Encoding: chunked\r\n\r\n");
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          for (int at = 0; at < body.length; at += size) {
            byte[] piece = Arrays.copyOfRange(body, at, Math.min(body.length, at + size));
            out.writeBytes((Integer.toHexString(piece.length) + "\r\n").getBytes(UTF_8));
            out.writeBytes(piece);
            out.writeBytes("\r\n".getBytes(UTF_8));
          }
          out.writeBytes("0\r\n\r\n".getBytes(UTF_8));
          connection.send(out.toByteArray());
        });
  }

  /** A Converse stream with so many deltas. */
  private static byte[] stream(int deltas) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Stream.of("messageStart {\"role\":\"assistant\"}").forEach(event -> add(out, event));
    String delta = "contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"text\":\"word \"}}";
    for (int i = 0; i < deltas; i++) {
      add(out, delta);
    }
    Stream.of(
            "contentBlockStop {\"contentBlockIndex\":0}",
            "messageStop {\"stopReason\":\"end_turn\"}",
            "metadata {\"usage\":{\"inputTokens\":3,\"outputTokens\":5,\"totalTokens\":8},"
                + "\"metrics\":{\"latencyMs\":5}}")
        .forEach(event -> add(out, event));
    return out.toByteArray();
  }

  private static void add(ByteArrayOutputStream out, String event) {
    int space = event.indexOf(' ');
    out.writeBytes(
        Frame.event(event.substring(0, space), event.substring(space + 1).getBytes(UTF_8)));
  }

  static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  private static byte[] deflate(byte[] plain, boolean bare) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflated =
        new DeflaterOutputStream(out, new Deflater(Deflater.DEFAULT_COMPRESSION, bare))) {
      deflated.write(plain);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  private static byte[] both(byte[] first, byte[] second) {
    byte[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }
}
