package dev.forebay.bedrock;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/** Frames for tests, made by AWS's own encoder. */
final class Frames {
  private Frames() {}

  static byte[] event(String eventType, String payload) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(":event-type", eventType);
    headers.put(":content-type", "application/json");
    headers.put(":message-type", "event");
    return of(headers, payload.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] exception(String exceptionType, String payload) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(":exception-type", exceptionType);
    headers.put(":content-type", "application/json");
    headers.put(":message-type", "exception");
    return of(headers, payload.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] error(String code, String message) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(":message-type", "error");
    headers.put(":error-code", code);
    headers.put(":error-message", message);
    return of(headers, new byte[0]);
  }

  /** A chunk of InvokeModelWithResponseStream that carries this JSON of a model. */
  static byte[] chunk(String modelJson) {
    String bytes = Base64.getEncoder().encodeToString(modelJson.getBytes(StandardCharsets.UTF_8));
    return event("chunk", "{\"bytes\":\"" + bytes + "\",\"p\":\"abcdefgh\"}");
  }

  static byte[] of(Map<String, String> headers, byte[] payload) {
    Map<String, HeaderValue> values = new LinkedHashMap<>();
    headers.forEach((name, value) -> values.put(name, HeaderValue.fromString(value)));
    return new Message(values, payload).toByteBuffer().array();
  }

  /** The frames that one splitter finds in these bytes. */
  static List<Frame> split(byte[] bytes) throws MalformedFrameException {
    List<Frame> frames = new ArrayList<>();
    new FrameSplitter().feed(bytes, frames::add);
    return frames;
  }

  static Frame one(byte[] bytes) throws MalformedFrameException {
    return split(bytes).getFirst();
  }
}
