package dev.forebay.emulator;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;
import tools.jackson.databind.node.ObjectNode;

/** An event of a response stream; it becomes a frame only when it is sent. */
record Event(Kind kind, String type, String payload) {
  /** The two kinds that Bedrock sends. */
  enum Kind {
    EVENT("event", ":event-type"),
    EXCEPTION("exception", ":exception-type");

    private final String messageType;
    private final String typeHeader;

    Kind(String messageType, String typeHeader) {
      this.messageType = messageType;
      this.typeHeader = typeHeader;
    }
  }

  static Event of(String type, ObjectNode payload) {
    return new Event(Kind.EVENT, type, Json.MAPPER.writeValueAsString(payload));
  }

  static Event exception(AwsError error) {
    ObjectNode payload = Json.object().put("message", error.message());
    return new Event(
        Kind.EXCEPTION, error.type().eventName(), Json.MAPPER.writeValueAsString(payload));
  }

  Buffer frame() {
    Map<String, HeaderValue> headers = new LinkedHashMap<>();
    headers.put(kind.typeHeader, HeaderValue.fromString(type));
    headers.put(":content-type", HeaderValue.fromString("application/json"));
    headers.put(":message-type", HeaderValue.fromString(kind.messageType));
    byte[] frame =
        new Message(headers, payload.getBytes(StandardCharsets.UTF_8)).toByteBuffer().array();
    return Buffer.buffer(frame);
  }

  /** The frame with its last checksum bit flipped. */
  Buffer malformedFrame() {
    Buffer frame = frame();
    int last = frame.length() - 1;
    return frame.setByte(last, (byte) (frame.getByte(last) ^ 1));
  }
}
