package dev.forebay.it;

import static dev.forebay.testkit.StreamFrames.DELTA;
import static dev.forebay.testkit.StreamFrames.START;
import static dev.forebay.testkit.StreamFrames.WHOLE_STREAM;
import static dev.forebay.testkit.StreamFrames.damaged;
import static dev.forebay.testkit.StreamFrames.exceptionFrame;
import static dev.forebay.testkit.StreamFrames.half;
import static dev.forebay.testkit.StreamFrames.joined;

import dev.forebay.it.FaultyUpstream.Script;
import dev.forebay.testkit.FaultCase;
import dev.forebay.testkit.ModelFaults;
import dev.forebay.testkit.StreamFrames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The faults that show on sockets alone: connections, silences and bytes that are no HTTP; and a
 * few of those that any transport reports alike, which the engine's own tests have all.
 */
final class Faults {
  static final String ANSWER = StreamFrames.ANSWER;

  private static final String JSON = "Content-Type: application/json\r\n";
  private static final String UNAVAILABLE = "ServiceUnavailableException";
  private static final String TIMEOUT = "ModelTimeoutException";
  private static final String STREAM_ERROR = "ModelStreamErrorException";
  private final List<FaultCase<Script>> faults = new ArrayList<>();

  private Faults() {}

  static List<FaultCase<Script>> all() {
    Faults catalogue = new Faults();
    catalogue.connections();
    catalogue.silences();
    catalogue.passedOn();
    catalogue.garbage();
    catalogue.drops();
    return List.copyOf(catalogue.faults);
  }

  /** The same, and all that any transport reports alike: each fault that is known. */
  static List<FaultCase<Script>> ofEveryKind() {
    List<FaultCase<Script>> faults = new ArrayList<>(all());
    Set<String> names = faults.stream().map(FaultCase::name).collect(Collectors.toSet());
    ModelFaults.all().stream()
        .filter(fault -> !names.contains(fault.name()))
        .map(SocketPeer::onSockets)
        .forEach(faults::add);
    return List.copyOf(faults);
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
        FaultCase.turning(
                "reset in the first event / in the body",
                asked(p -> streamed(p).chunk(half(START)).reset()),
                503,
                UNAVAILABLE)
            .unaryInstead(asked(p -> halfAnswer(p).reset()), 503, UNAVAILABLE));
    faults.add(
        FaultCase.afterContent(
                "reset after content / closed in the body",
                asked(p -> streamed(p).chunk(joined(START, DELTA)).reset()),
                "serviceUnavailableException")
            .unaryInstead(asked(Faults::halfAnswer), 503, UNAVAILABLE));
    faults.add(
        FaultCase.harmless(
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
        FaultCase.turning(
                "hung before content / in the body",
                asked(p -> streamed(p).chunk(START).hang()),
                408,
                TIMEOUT)
            .unaryInstead(asked(p -> halfAnswer(p).hang()), 408, TIMEOUT));
    faults.add(
        FaultCase.afterContent(
                "dripping beyond the deadline",
                asked(p -> streamed(p).chunk(joined(START, DELTA)).dripChunks(DELTA, 200)),
                "modelStreamErrorException")
            .unaryInstead(
                asked(p -> drip(p, "HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII), 300)),
                408,
                TIMEOUT));
  }

  private void passedOn() {
    staying("400 ValidationException", 400, "ValidationException");
    turning("429 ThrottlingException", 429, "ThrottlingException");
    byte[] exception = exceptionFrame("modelStreamErrorException");
    faults.add(
        FaultCase.inStream(
            "modelStreamErrorException before content",
            asked(p -> streamed(p).chunk(joined(START, exception)).lastChunk()),
            424,
            STREAM_ERROR));
    faults.add(
        FaultCase.afterContent(
            "modelStreamErrorException after content",
            asked(p -> streamed(p).chunk(joined(START, DELTA, exception)).lastChunk()),
            "modelStreamErrorException"));
    faults.add(
        FaultCase.afterContent(
            "wrong checksum after content",
            asked(
                p ->
                    streamed(p)
                        .chunk(joined(START, DELTA, damaged(DELTA, DELTA.length - 1)))
                        .lastChunk()),
            "serviceUnavailableException"));
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
  }

  private void drops() {
    faults.add(
        FaultCase.harmless(
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
                  streamed(p).dripChunks(WHOLE_STREAM, 0);
                  p.lastChunk();
                })));
  }

  private void turning(String name, int status, String type) {
    turning(name, asked(p -> p.answer(status, error(type), "{\"message\":\"no\"}")), status, type);
  }

  private void staying(String name, int status, String type) {
    faults.add(
        FaultCase.staying(
            name, asked(p -> p.answer(status, error(type), "{\"message\":\"no\"}")), status, type));
  }

  private void turning(String name, Script script, int status, String type) {
    turning(name, script, status, type, false);
  }

  private void turning(String name, Script script, int status, String type, boolean deaf) {
    FaultCase<Script> fault = FaultCase.turning(name, script, status, type);
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
}
