package dev.forebay.it;

import dev.forebay.bedrock.Frame;
import dev.forebay.it.FaultyUpstream.Script;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/** The faults of the matrix. */
final class Faults {
  static final String TEXT = "Hello from the model";
  static final String ANSWER =
      """
      {"output": {"message": {"role": "assistant", "content": [{"text": "%s"}]}},
       "stopReason": "end_turn", "usage": {"inputTokens": 3, "outputTokens": 4, "totalTokens": 7},
       "metrics": {"latencyMs": 1}}"""
          .formatted(TEXT);

  static final byte[] START = event("messageStart", "{\"role\":\"assistant\",\"p\":\"abcd\"}");
  static final byte[] DELTA =
      event(
          "contentBlockDelta",
          "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"" + TEXT + "\"},\"p\":\"abc\"}");
  static final byte[] BLOCK_STOP = event("contentBlockStop", "{\"contentBlockIndex\":0}");
  static final byte[] STOP = event("messageStop", "{\"stopReason\":\"end_turn\"}");
  static final byte[] METADATA =
      event("metadata", "{\"usage\":{\"inputTokens\":3,\"outputTokens\":4,\"totalTokens\":7}}");
  static final byte[] WHOLE_STREAM_WITHOUT_METADATA = joined(START, DELTA, BLOCK_STOP, STOP);
  static final byte[] WHOLE_STREAM = joined(WHOLE_STREAM_WITHOUT_METADATA, METADATA);

  private static final String JSON = "Content-Type: application/json\r\n";
  private static final String UNAVAILABLE = "ServiceUnavailableException";
  private static final String TIMEOUT = "ModelTimeoutException";
  private static final String INTERNAL = "InternalServerException";
  private static final String STREAM_ERROR = "ModelStreamErrorException";

  private final List<Fault> faults = new ArrayList<>();

  private Faults() {}

  static List<Fault> all() {
    Faults catalogue = new Faults();
    catalogue.connections();
    catalogue.silences();
    catalogue.errors();
    catalogue.exceptionEvents();
    catalogue.streamsThatBreak();
    catalogue.garbage();
    catalogue.odditiesThatAreNone();
    return List.copyOf(catalogue.faults);
  }

  /** Answers both kinds of calls as it should. */
  static void answer(Peer peer) throws IOException {
    for (String path = peer.request(); !path.isEmpty(); path = peer.request()) {
      if (path.endsWith("-stream")) {
        peer.streamHead().chunk(WHOLE_STREAM).lastChunk();
      } else {
        peer.answer(200, JSON, ANSWER);
      }
    }
  }

  private void connections() {
    turning("connect refused", peer -> {}, 503, UNAVAILABLE, true);
    turning("reset when connected", Peer::reset, 503, UNAVAILABLE);
    turning("closed when connected", peer -> {}, 503, UNAVAILABLE);
    turning("reset after the request", asked(Peer::reset), 503, UNAVAILABLE);
    turning("closed after the request", asked(peer -> {}), 503, UNAVAILABLE);
    turning("reset in the head", asked(p -> p.send("HTTP/1.1 200 O").reset()), 503, UNAVAILABLE);
    turning("reset after the head", asked(p -> streamed(p).reset()), 503, UNAVAILABLE);
    faults.add(
        Fault.turning(
                "reset in the first event / in the body",
                asked(p -> streamed(p).chunk(half(START)).reset()),
                503,
                UNAVAILABLE)
            .unaryInstead(asked(p -> halfAnswer(p).reset()), 503, UNAVAILABLE));
    faults.add(
        Fault.afterContent(
                "reset after content / closed in the body",
                asked(p -> streamed(p).chunk(joined(START, DELTA)).reset()),
                "serviceUnavailableException")
            .unaryInstead(asked(Faults::halfAnswer), 503, UNAVAILABLE));
    faults.add(
        Fault.harmless(
            "reset after the last word",
            asked(
                p -> {
                  p.answer(200, JSON, ANSWER);
                  p.reset();
                }),
            asked(p -> streamed(p).chunk(WHOLE_STREAM).reset())));
  }

  private void silences() {
    turning("hung when connected", Peer::hang, 408, TIMEOUT);
    turning("hung after the request", asked(Peer::hang), 408, TIMEOUT);
    turning("hung in the head", asked(p -> p.send("HTTP/1.1 200 O").hang()), 408, TIMEOUT);
    turning("hung after the head", asked(p -> streamed(p).hang()), 408, TIMEOUT);
    faults.add(
        Fault.turning(
                "hung before content / in the body",
                asked(p -> streamed(p).chunk(START).hang()),
                408,
                TIMEOUT)
            .unaryInstead(asked(p -> halfAnswer(p).hang()), 408, TIMEOUT));
    turning("hung in a frame", asked(p -> streamed(p).chunk(half(DELTA)).hang()), 408, TIMEOUT);
    faults.add(
        Fault.afterContent(
                "stalled after content",
                asked(p -> streamed(p).chunk(joined(START, DELTA)).hang()),
                "modelStreamErrorException")
            .unaryInstead(asked(p -> p.send("HTTP/1.1 200 OK\r\n").hang()), 408, TIMEOUT));
    faults.add(
        Fault.harmless(
            "hung after the last word",
            Faults::answer,
            asked(p -> streamed(p).chunk(WHOLE_STREAM).hang())));
    faults.add(
        Fault.turning(
                "dripping that never comes to content",
                asked(p -> dripChunks(streamed(p), START, 20)),
                408,
                TIMEOUT)
            .unaryInstead(
                asked(
                    p ->
                        drip(p.send("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"), START, 20)),
                408,
                TIMEOUT));
    faults.add(
        Fault.afterContent(
                "dripping beyond the deadline",
                asked(p -> dripChunks(streamed(p).chunk(joined(START, DELTA)), DELTA, 200)),
                "modelStreamErrorException")
            .unaryInstead(
                asked(p -> drip(p, "HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII), 300)),
                408,
                TIMEOUT));
  }

  private void errors() {
    staying("400 ValidationException", 400, "ValidationException");
    turning("400 ServiceQuotaExceededException", 400, "ServiceQuotaExceededException");
    turning("403 AccessDeniedException", 403, "AccessDeniedException");
    turning("404 ResourceNotFoundException", 404, "ResourceNotFoundException");
    turning("408 ModelTimeoutException", 408, TIMEOUT);
    turning("424 ModelErrorException", 424, "ModelErrorException");
    turning("424 ModelStreamErrorException", 424, STREAM_ERROR);
    turning("429 ThrottlingException", 429, "ThrottlingException");
    turning("429 ModelNotReadyException", 429, "ModelNotReadyException");
    turning("500 InternalServerException", 500, INTERNAL);
    turning("503 ServiceUnavailableException", 503, UNAVAILABLE);
    turning(
        "429 for the day",
        asked(
            p ->
                p.answer(
                    429,
                    JSON + "x-amzn-ErrorType: ThrottlingException\r\n",
                    "{\"message\":\"Too many tokens per day, please wait before trying again.\"}")),
        429,
        "ThrottlingException");
    turning(
        "502 with a page",
        asked(p -> p.answer(502, "Content-Type: text/html\r\n", "<html>bad gateway</html>")),
        502,
        INTERNAL);
  }

  private void exceptionEvents() {
    exception("internalServerException", 500, "internalServerException");
    exception("modelStreamErrorException", 424, "modelStreamErrorException");
    exception("serviceUnavailableException", 503, "serviceUnavailableException");
    exception("throttlingException", 429, "throttlingException");
    // Only InvokeModel's streams have it: in Converse's the nearest that SDKs know takes its place.
    exception("modelTimeoutException", 408, "modelStreamErrorException");
    exception("someNewException", 500, "internalServerException");
    byte[] refused = exceptionFrame("validationException");
    End noJson = new End.Refusal(500, INTERNAL);
    End rejected = new End.Refusal(400, "ValidationException");
    Script early = asked(p -> streamed(p).chunk(joined(START, refused)).lastChunk());
    faults.add(
        new Fault(
            "validationException before content",
            early,
            early,
            noJson,
            new End.Answer("fallback"),
            rejected,
            rejected,
            false));
    faults.add(
        Fault.afterContent(
            "validationException after content",
            asked(p -> streamed(p).chunk(joined(START, DELTA, refused)).lastChunk()),
            "validationException"));
    byte[] error =
        new Message(
                Map.of(
                    ":message-type", HeaderValue.fromString("error"),
                    ":error-code", HeaderValue.fromString("InternalFailure"),
                    ":error-message", HeaderValue.fromString("no")),
                new byte[0])
            .toByteBuffer()
            .array();
    faults.add(
        Fault.afterContent(
            "error frame after content",
            asked(p -> streamed(p).chunk(joined(START, DELTA, error)).lastChunk()),
            "internalServerException"));
  }

  private void streamsThatBreak() {
    broken(
        "clean end without terminal event",
        new byte[0],
        424,
        STREAM_ERROR,
        "modelStreamErrorException");
    broken(
        "clean end in half a frame", half(DELTA), 424, STREAM_ERROR, "modelStreamErrorException");
    broken(
        "wrong checksum",
        damaged(DELTA, DELTA.length - 1),
        503,
        UNAVAILABLE,
        "serviceUnavailableException");
    broken(
        "wrong checksum of the prelude",
        damaged(DELTA, 9),
        503,
        UNAVAILABLE,
        "serviceUnavailableException");
    broken(
        "damaged payload",
        damaged(DELTA, DELTA.length - 20),
        503,
        UNAVAILABLE,
        "serviceUnavailableException");
    broken(
        "a frame of two gigabytes", hugePrelude(), 503, UNAVAILABLE, "serviceUnavailableException");
    broken(
        "text in place of a frame",
        "event: message\ndata: {}\n\n".getBytes(StandardCharsets.US_ASCII),
        503,
        UNAVAILABLE,
        "serviceUnavailableException");
    faults.add(
        Fault.inStream("an empty stream", asked(p -> streamed(p).lastChunk()), 424, STREAM_ERROR));
  }

  private void garbage() {
    turning("no HTTP", asked(p -> p.send("\u0001\u0002 what?\r\n\r\n")), 503, UNAVAILABLE);
    turning(
        "a header of 100 kB",
        asked(p -> p.answer(200, JSON + "X-Large: " + "x".repeat(100_000) + "\r\n", ANSWER)),
        503,
        UNAVAILABLE);
    turning(
        "a chunk without a size",
        asked(p -> streamed(p).send("zzz\r\n{}\r\n0\r\n\r\n")),
        503,
        UNAVAILABLE);
    turning(
        "200 with a page",
        asked(p -> p.answer(200, "Content-Type: text/html\r\n", "<html/>")),
        500,
        INTERNAL);
    turning(
        "200 with half an answer",
        asked(p -> p.answer(200, JSON, ANSWER.substring(0, 60))),
        500,
        INTERNAL);
    turning(
        "200 with an error in it",
        asked(p -> p.answer(200, JSON, "{\"__type\":\"UnknownOperationException\"}")),
        500,
        INTERNAL);
    turning("200 with nothing", asked(p -> p.answer(200, JSON, "")), 500, INTERNAL);
    turning(
        "a redirection",
        asked(p -> p.answer(301, "Location: http://127.0.0.1:1/\r\n", "")),
        500,
        INTERNAL);
  }

  private void odditiesThatAreNone() {
    byte[] unknown = event("citationFound", "{\"x\":1}");
    byte[] kind =
        new Message(Map.of(":message-type", HeaderValue.fromString("heartbeat")), new byte[0])
            .toByteBuffer()
            .array();
    faults.add(
        Fault.harmless(
            "unknown frames",
            Faults::answer,
            asked(
                p ->
                    streamed(p)
                        .chunk(
                            joined(
                                kind,
                                START,
                                unknown,
                                DELTA,
                                unknown,
                                BLOCK_STOP,
                                STOP,
                                kind,
                                METADATA))
                        .lastChunk())));
    faults.add(
        Fault.harmless(
            "no metadata",
            Faults::answer,
            asked(p -> streamed(p).chunk(WHOLE_STREAM_WITHOUT_METADATA).lastChunk())));
    faults.add(
        Fault.harmless(
            "a byte at a time",
            asked(
                p ->
                    drip(
                        p,
                        ("HTTP/1.1 200 OK\r\n"
                                + JSON
                                + "Content-Length: "
                                + ANSWER.length()
                                + "\r\n\r\n"
                                + ANSWER)
                            .getBytes(StandardCharsets.US_ASCII),
                        0)),
            asked(
                p -> {
                  dripChunks(streamed(p), WHOLE_STREAM, 0);
                  p.lastChunk();
                })));
  }

  private void exception(String type, int status, String passedOn) {
    byte[] frame = exceptionFrame(type);
    String name = Character.toUpperCase(type.charAt(0)) + type.substring(1);
    faults.add(
        Fault.inStream(
            type + " before content",
            asked(p -> streamed(p).chunk(joined(START, frame)).lastChunk()),
            status,
            name));
    faults.add(
        Fault.afterContent(
            type + " after content",
            asked(p -> streamed(p).chunk(joined(START, DELTA, frame)).lastChunk()),
            passedOn));
  }

  private void broken(String name, byte[] end, int status, String type, String exception) {
    faults.add(
        Fault.inStream(
            name + " before content",
            asked(p -> streamed(p).chunk(joined(START, end)).lastChunk()),
            status,
            type));
    faults.add(
        Fault.afterContent(
            name + " after content",
            asked(p -> streamed(p).chunk(joined(START, DELTA, end)).lastChunk()),
            exception));
  }

  private void turning(String name, int status, String type) {
    turning(name, asked(p -> p.answer(status, error(type), "{\"message\":\"no\"}")), status, type);
  }

  private void staying(String name, int status, String type) {
    faults.add(
        Fault.staying(
            name, asked(p -> p.answer(status, error(type), "{\"message\":\"no\"}")), status, type));
  }

  private void turning(String name, Script script, int status, String type) {
    turning(name, script, status, type, false);
  }

  private void turning(String name, Script script, int status, String type, boolean deaf) {
    Fault fault = Fault.turning(name, script, status, type);
    faults.add(deaf ? fault.asDeaf() : fault);
  }

  private static String error(String type) {
    return JSON + "x-amzn-ErrorType: " + type + ":http://internal.amazon.com/coral/\r\n";
  }

  /** The script once the request is in. */
  private static Script asked(Script then) {
    return peer -> {
      if (!peer.request().isEmpty()) {
        then.play(peer);
      }
    };
  }

  private static Peer streamed(Peer peer) throws IOException {
    return peer.streamHead();
  }

  private static Peer halfAnswer(Peer peer) throws IOException {
    return peer.send(
        "HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n%s"
            .formatted(JSON, ANSWER.length(), ANSWER.substring(0, 40)));
  }

  /** Byte by byte, and again from the start if there is a pause between. */
  private static void drip(Peer peer, byte[] bytes, int pauseMillis) throws IOException {
    do {
      for (byte each : bytes) {
        peer.pause(pauseMillis).send(new byte[] {each});
      }
    } while (pauseMillis > 0);
  }

  /** The same as chunks of a stream. */
  private static void dripChunks(Peer peer, byte[] bytes, int pauseMillis) throws IOException {
    do {
      for (byte each : bytes) {
        peer.pause(pauseMillis).chunk(new byte[] {each});
      }
    } while (pauseMillis > 0);
  }

  static byte[] exceptionFrame(String type) {
    Map<String, HeaderValue> headers = new LinkedHashMap<>();
    headers.put(":exception-type", HeaderValue.fromString(type));
    headers.put(":content-type", HeaderValue.fromString("application/json"));
    headers.put(":message-type", HeaderValue.fromString("exception"));
    return new Message(headers, "{\"message\":\"no\"}".getBytes(StandardCharsets.UTF_8))
        .toByteBuffer()
        .array();
  }

  private static byte[] event(String type, String json) {
    return Frame.event(type, json.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] half(byte[] frame) {
    return Arrays.copyOf(frame, frame.length / 2);
  }

  private static byte[] damaged(byte[] frame, int at) {
    byte[] damaged = frame.clone();
    damaged[at] ^= 1;
    return damaged;
  }

  /** With checksums that are right. */
  private static byte[] hugePrelude() {
    ByteBuffer prelude = ByteBuffer.allocate(64).putInt(Integer.MAX_VALUE).putInt(10);
    CRC32 crc = new CRC32();
    crc.update(prelude.array(), 0, prelude.position());
    return prelude.putInt((int) crc.getValue()).array();
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
