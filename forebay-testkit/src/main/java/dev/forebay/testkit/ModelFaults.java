package dev.forebay.testkit;

import static dev.forebay.testkit.StreamFrames.ANSWER;
import static dev.forebay.testkit.StreamFrames.BLOCK_STOP;
import static dev.forebay.testkit.StreamFrames.DELTA;
import static dev.forebay.testkit.StreamFrames.METADATA;
import static dev.forebay.testkit.StreamFrames.START;
import static dev.forebay.testkit.StreamFrames.STOP;
import static dev.forebay.testkit.StreamFrames.WHOLE_STREAM;
import static dev.forebay.testkit.StreamFrames.WHOLE_STREAM_WITHOUT_METADATA;
import static dev.forebay.testkit.StreamFrames.damaged;
import static dev.forebay.testkit.StreamFrames.event;
import static dev.forebay.testkit.StreamFrames.exceptionFrame;
import static dev.forebay.testkit.StreamFrames.half;
import static dev.forebay.testkit.StreamFrames.hugePrelude;
import static dev.forebay.testkit.StreamFrames.joined;
import static dev.forebay.testkit.StreamFrames.message;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What targets do wrong over a connection that works: silences, errors, broken streams, oddities.
 */
public final class ModelFaults {
  private static final String UNAVAILABLE = "ServiceUnavailableException";
  private static final String TIMEOUT = "ModelTimeoutException";
  private static final String INTERNAL = "InternalServerException";
  private static final String STREAM_ERROR = "ModelStreamErrorException";

  private final List<FaultCase<TargetScript>> faults = new ArrayList<>();

  private ModelFaults() {}

  public static List<FaultCase<TargetScript>> all() {
    ModelFaults catalogue = new ModelFaults();
    catalogue.silences();
    catalogue.errors();
    catalogue.exceptionEvents();
    catalogue.streamsThatBreak();
    catalogue.answersThatAreNone();
    catalogue.oddities();
    return List.copyOf(catalogue.faults);
  }

  /** Answers a call of that kind as it should. */
  public static TargetScript answers(boolean streaming) {
    return streaming
        ? peer -> peer.stream().piece(WHOLE_STREAM).end()
        : TargetScript.replies(200, ANSWER);
  }

  private void silences() {
    faults.add(FaultCase.turning("hung after the request", peer -> {}, 408, TIMEOUT));
    faults.add(FaultCase.turning("hung after the head", TargetPeer::stream, 408, TIMEOUT));
    faults.add(
        FaultCase.<TargetScript>turning(
                "hung before content / in the body",
                peer -> peer.stream().piece(START),
                408,
                TIMEOUT)
            .unaryInstead(peer -> peer.head(200).piece(half(bytes(ANSWER))), 408, TIMEOUT));
    faults.add(
        FaultCase.turning(
            "hung in a frame", peer -> peer.stream().piece(half(DELTA)), 408, TIMEOUT));
    faults.add(
        FaultCase.<TargetScript>afterContent(
                "stalled after content",
                peer -> peer.stream().piece(joined(START, DELTA)),
                "modelStreamErrorException")
            .unaryInstead(peer -> peer.head(200), 408, TIMEOUT));
    faults.add(
        FaultCase.harmless(
            "hung after the last word", answers(false), peer -> peer.stream().piece(WHOLE_STREAM)));
    faults.add(
        FaultCase.<TargetScript>turning(
                "dripping that never comes to content",
                peer -> peer.stream().drip(START, Duration.ofMillis(20)),
                408,
                TIMEOUT)
            .unaryInstead(peer -> peer.head(200).drip(START, Duration.ofMillis(20)), 408, TIMEOUT));
    faults.add(
        FaultCase.<TargetScript>afterContent(
                "dripping beyond the deadline",
                peer ->
                    peer.stream().piece(joined(START, DELTA)).drip(DELTA, Duration.ofMillis(200)),
                "modelStreamErrorException")
            .unaryInstead(
                peer -> peer.head(200).drip(DELTA, Duration.ofMillis(200)), 408, TIMEOUT));
  }

  private void errors() {
    faults.add(
        FaultCase.staying(
            "400 ValidationException",
            error(400, "ValidationException", "no"),
            400,
            "ValidationException"));
    error(400, "ServiceQuotaExceededException");
    error(403, "AccessDeniedException");
    error(404, "ResourceNotFoundException");
    error(408, TIMEOUT);
    error(424, "ModelErrorException");
    error(424, STREAM_ERROR);
    error(429, "ThrottlingException");
    error(429, "ModelNotReadyException");
    error(500, INTERNAL);
    error(503, UNAVAILABLE);
    faults.add(
        FaultCase.turning(
            "429 for the day",
            error(
                429,
                "ThrottlingException",
                "Too many tokens per day, please wait before trying again."),
            429,
            "ThrottlingException"));
    faults.add(
        FaultCase.turning(
            "502 with a page",
            TargetScript.replies(502, "<html>bad gateway</html>", "content-type", "text/html"),
            502,
            INTERNAL));
  }

  private void error(int status, String type) {
    faults.add(FaultCase.turning(status + " " + type, error(status, type, "no"), status, type));
  }

  private static TargetScript error(int status, String type, String message) {
    return TargetScript.replies(
        status,
        "{\"message\":\"" + message + "\"}",
        "x-amzn-errortype",
        type + ":http://internal.amazon.com/coral/");
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
    CallEnd rejected = new CallEnd.Refusal(400, "ValidationException");
    TargetScript early = stream(START, refused);
    faults.add(
        new FaultCase<>(
            "validationException before content",
            early,
            early,
            new CallEnd.Refusal(500, INTERNAL),
            new CallEnd.Answer("fallback"),
            rejected,
            rejected,
            false));
    faults.add(
        FaultCase.afterContent(
            "validationException after content",
            stream(START, DELTA, refused),
            "validationException"));
    byte[] error =
        message(
            "", ":message-type", "error", ":error-code", "InternalFailure", ":error-message", "no");
    faults.add(
        FaultCase.afterContent(
            "error frame after content", stream(START, DELTA, error), "internalServerException"));
  }

  private void exception(String type, int status, String passedOn) {
    byte[] frame = exceptionFrame(type);
    String name = Character.toUpperCase(type.charAt(0)) + type.substring(1);
    faults.add(FaultCase.inStream(type + " before content", stream(START, frame), status, name));
    faults.add(
        FaultCase.afterContent(type + " after content", stream(START, DELTA, frame), passedOn));
  }

  private void streamsThatBreak() {
    String streamError = "modelStreamErrorException";
    String unavailable = "serviceUnavailableException";
    broken("clean end without terminal event", new byte[0], 424, STREAM_ERROR, streamError);
    broken("clean end in half a frame", half(DELTA), 424, STREAM_ERROR, streamError);
    broken("wrong checksum", damaged(DELTA, DELTA.length - 1), 503, UNAVAILABLE, unavailable);
    broken("wrong checksum of the prelude", damaged(DELTA, 9), 503, UNAVAILABLE, unavailable);
    broken("damaged payload", damaged(DELTA, DELTA.length - 20), 503, UNAVAILABLE, unavailable);
    broken("a frame of two gigabytes", hugePrelude(), 503, UNAVAILABLE, unavailable);
    broken(
        "text in place of a frame",
        bytes("event: message\ndata: {}\n\n"),
        503,
        UNAVAILABLE,
        unavailable);
    faults.add(FaultCase.inStream("an empty stream", stream(), 424, STREAM_ERROR));
  }

  private void broken(String name, byte[] end, int status, String type, String exception) {
    faults.add(FaultCase.inStream(name + " before content", stream(START, end), status, type));
    faults.add(
        FaultCase.afterContent(name + " after content", stream(START, DELTA, end), exception));
  }

  private void answersThatAreNone() {
    answerThatIsNone("200 with a page", "<html/>", "content-type", "text/html");
    answerThatIsNone("200 with half an answer", ANSWER.substring(0, 60));
    answerThatIsNone("200 with an error in it", "{\"__type\":\"UnknownOperationException\"}");
    answerThatIsNone("200 with nothing", "");
    faults.add(
        FaultCase.turning(
            "a redirection",
            TargetScript.replies(301, "", "location", "http://127.0.0.1:1/"),
            500,
            INTERNAL));
  }

  private void answerThatIsNone(String name, String body, String... headers) {
    faults.add(FaultCase.turning(name, TargetScript.replies(200, body, headers), 500, INTERNAL));
  }

  private void oddities() {
    byte[] unknown = event("citationFound", "{\"x\":1}");
    byte[] kind = message("", ":message-type", "heartbeat");
    faults.add(
        FaultCase.harmless(
            "unknown frames",
            answers(false),
            stream(kind, START, unknown, DELTA, unknown, BLOCK_STOP, STOP, kind, METADATA)));
    faults.add(
        FaultCase.harmless("no metadata", answers(false), stream(WHOLE_STREAM_WITHOUT_METADATA)));
    faults.add(
        FaultCase.harmless(
            "a byte at a time",
            peer -> pieces(peer.head(200), bytes(ANSWER)),
            peer -> pieces(peer.stream(), WHOLE_STREAM)));
  }

  private static TargetScript stream(byte[]... frames) {
    return peer -> peer.stream().piece(joined(frames)).end();
  }

  private static void pieces(TargetPeer peer, byte[] bytes) {
    for (byte each : bytes) {
      peer.piece(new byte[] {each});
    }
    peer.end();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
