package dev.forebay.bedrock;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/**
 * One whole event-stream frame, kept as the bytes that came.
 *
 * <pre>
 * u32 total length | u32 headers length | u32 CRC-32 of these | headers | payload | u32 CRC-32 of all
 * header: u8 name length, name, u8 type, value
 * </pre>
 */
public final class Frame {
  static final int PRELUDE = 12;
  static final int OVERHEAD = 16;
  private static final int STRING = 7;

  private final byte[] raw;
  private final int headersEnd;

  /** Takes bytes whose lengths and checksums are right; the headers are checked here. */
  Frame(byte[] raw) throws MalformedFrameException {
    this.raw = raw;
    this.headersEnd = PRELUDE + ByteBuffer.wrap(raw).getInt(4);
    for (int at = PRELUDE; at < headersEnd; ) {
      at = checkedNext(at);
    }
  }

  /** The bytes of an event of that type, with JSON in it. */
  public static byte[] event(String type, byte[] json) {
    return encode("event", ":event-type", type, json);
  }

  /** The bytes of a message of that kind, whose type goes by that header. */
  static byte[] encode(String kind, String typeHeader, String type, byte[] json) {
    Map<String, HeaderValue> headers = new LinkedHashMap<>();
    headers.put(typeHeader, HeaderValue.fromString(type));
    headers.put(":content-type", HeaderValue.fromString("application/json"));
    headers.put(":message-type", HeaderValue.fromString(kind));
    return new Message(headers, json).toByteBuffer().array();
  }

  /** The frame as it came. Not a copy: not to be written to. */
  public byte[] raw() {
    return raw;
  }

  /** The value of a string header, null if there is none. */
  public @Nullable String header(String name) {
    for (int at = PRELUDE; at < headersEnd; ) {
      int type = typeAt(at);
      int next = type + 1 + valueLength(type);
      if (raw[type] == STRING && isNamed(name, at + 1, type)) {
        return new String(raw, type + 3, next - type - 3, StandardCharsets.UTF_8);
      }
      at = next;
    }
    return null;
  }

  int payloadOffset() {
    return headersEnd;
  }

  int payloadLength() {
    return raw.length - 4 - headersEnd;
  }

  /** A copy of what the frame carries. */
  public byte[] payload() {
    return Arrays.copyOfRange(raw, headersEnd, raw.length - 4);
  }

  private int checkedNext(int at) throws MalformedFrameException {
    int type = typeAt(at);
    boolean known = type < headersEnd && raw[type] >= 0 && raw[type] <= 9;
    boolean sized = known && (fixedSize(raw[type]) || type + 2 < headersEnd);
    int next = sized ? type + 1 + valueLength(type) : Integer.MAX_VALUE;
    if (next > headersEnd) {
      throw new MalformedFrameException("malformed header at byte " + at + " of a frame");
    }
    return next;
  }

  private static boolean fixedSize(byte type) {
    return type != 6 && type != STRING;
  }

  private int typeAt(int at) {
    return at + 1 + Byte.toUnsignedInt(raw[at]);
  }

  /** The bytes that the value takes after its type, with the length of those that have one. */
  private int valueLength(int type) {
    return switch (raw[type]) {
      case 0, 1 -> 0;
      case 2 -> 1;
      case 3 -> 2;
      case 4 -> 4;
      case 5, 8 -> 8;
      case 9 -> 16;
      default -> 2 + Short.toUnsignedInt(ByteBuffer.wrap(raw).getShort(type + 1));
    };
  }

  private boolean isNamed(String name, int from, int to) {
    if (to - from != name.length()) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (raw[from + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
