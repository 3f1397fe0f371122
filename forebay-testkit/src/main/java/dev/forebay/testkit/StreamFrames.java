package dev.forebay.testkit;

import dev.forebay.bedrock.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/** What a model answers, whole, as the frames of a stream, and with these broken. */
public final class StreamFrames {
  public static final String TEXT = "Hello from the model";

  /** The answer to a Converse call. */
  public static final String ANSWER =
      """
      {"output": {"message": {"role": "assistant", "content": [{"text": "%s"}]}},
       "stopReason": "end_turn", "usage": {"inputTokens": 3, "outputTokens": 4, "totalTokens": 7},
       "metrics": {"latencyMs": 1}}"""
          .formatted(TEXT);

  public static final byte[] START =
      event("messageStart", "{\"role\":\"assistant\",\"p\":\"abcd\"}");
  public static final byte[] DELTA =
      event(
          "contentBlockDelta",
          "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"" + TEXT + "\"},\"p\":\"abc\"}");
  public static final byte[] BLOCK_STOP = event("contentBlockStop", "{\"contentBlockIndex\":0}");
  public static final byte[] STOP = event("messageStop", "{\"stopReason\":\"end_turn\"}");
  public static final byte[] METADATA =
      event("metadata", "{\"usage\":{\"inputTokens\":3,\"outputTokens\":4,\"totalTokens\":7}}");
  public static final byte[] WHOLE_STREAM_WITHOUT_METADATA = joined(START, DELTA, BLOCK_STOP, STOP);
  public static final byte[] WHOLE_STREAM = joined(WHOLE_STREAM_WITHOUT_METADATA, METADATA);

  private StreamFrames() {}

  /** An exception that ends a stream. */
  public static byte[] exceptionFrame(String type) {
    return message(
        "{\"message\":\"no\"}",
        ":exception-type",
        type,
        ":content-type",
        "application/json",
        ":message-type",
        "exception");
  }

  /** A frame with these headers, names and values in turn. */
  public static byte[] message(String payload, String... headers) {
    Map<String, HeaderValue> values = new LinkedHashMap<>();
    for (int i = 0; i < headers.length; i += 2) {
      values.put(headers[i], HeaderValue.fromString(headers[i + 1]));
    }
    return new Message(values, payload.getBytes(StandardCharsets.UTF_8)).toByteBuffer().array();
  }

  public static byte[] event(String type, String json) {
    return Frame.event(type, json.getBytes(StandardCharsets.UTF_8));
  }

  public static byte[] half(byte[] frame) {
    return Arrays.copyOf(frame, frame.length / 2);
  }

  public static byte[] damaged(byte[] frame, int at) {
    byte[] damaged = frame.clone();
    damaged[at] ^= 1;
    return damaged;
  }

  /** With checksums that are right. */
  public static byte[] hugePrelude() {
    ByteBuffer prelude = ByteBuffer.allocate(64).putInt(Integer.MAX_VALUE).putInt(10);
    CRC32 crc = new CRC32();
    crc.update(prelude.array(), 0, prelude.position());
    return prelude.putInt((int) crc.getValue()).array();
  }

  public static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
