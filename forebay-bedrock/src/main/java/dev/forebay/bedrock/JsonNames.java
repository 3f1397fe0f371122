package dev.forebay.bedrock;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The names of members that calls have again and again, so that reading one makes no object. */
final class JsonNames {
  static final List<String> NAMES =
      List.of(
          // Converse's requests and answers.
          "messages",
          "role",
          "content",
          "text",
          "system",
          "inferenceConfig",
          "maxTokens",
          "temperature",
          "topP",
          "stopSequences",
          "toolConfig",
          "tools",
          "toolSpec",
          "name",
          "description",
          "inputSchema",
          "json",
          "type",
          "properties",
          "required",
          "toolChoice",
          "toolUse",
          "toolUseId",
          "toolResult",
          "input",
          "image",
          "document",
          "format",
          "source",
          "bytes",
          "cachePoint",
          "guardrailConfig",
          "additionalModelRequestFields",
          "output",
          "message",
          "stopReason",
          "usage",
          "inputTokens",
          "outputTokens",
          "totalTokens",
          "cacheReadInputTokens",
          "cacheWriteInputTokens",
          "metrics",
          "latencyMs",
          "contentBlockIndex",
          "delta",
          "start",
          "p",
          // The forms of InvokeModel.
          "anthropic_version",
          "max_tokens",
          "stop_reason",
          "stop_sequence",
          "input_tokens",
          "output_tokens",
          "cache_read_input_tokens",
          "cache_creation_input_tokens",
          "content_block",
          "index",
          "id",
          "model",
          "choices",
          "finish_reason",
          "object",
          "created",
          "prompt_tokens",
          "completion_tokens",
          "total_tokens");

  private static final VarHandle FOUR_BYTES =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Of the table's places a quarter is taken, so that most names are found at the first look. */
  private static final int PLACE_BITS = 8;

  private static final int PLACES = 1 << PLACE_BITS;

  /** Spreads the first bytes over the places (Fibonacci hashing: 2^64 by the golden ratio). */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private static final @Nullable String[] TEXTS = new @Nullable String[PLACES];
  private static final byte[][] BYTES = new byte[PLACES][];

  static {
    for (String name : NAMES) {
      byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
      int place = place(bytes, 0, bytes.length);
      while (TEXTS[place] != null) {
        place = next(place);
      }
      TEXTS[place] = name;
      BYTES[place] = bytes;
    }
  }

  private JsonNames() {}

  /** By length, and by the first byte, the last one and one between. */
  private static int place(byte[] json, int from, int to) {
    int length = to - from;
    if (length == 0) {
      return 0;
    }
    long key =
        length
            | (long) json[from] << 8
            | (long) json[to - 1] << 16
            | (long) json[from + length / 2] << 24;
    return (int) ((key * SPREAD) >>> (Long.SIZE - PLACE_BITS));
  }

  private static int next(int place) {
    return (place + 1) & (PLACES - 1);
  }

  /** The name that these bytes are; null if it is none of the known ones. */
  static @Nullable String known(byte[] json, int from, int to) {
    int place = place(json, from, to);
    for (String name = TEXTS[place]; name != null; name = TEXTS[place]) {
      if (isAt(json, from, to, BYTES[place])) {
        return name;
      }
      place = next(place);
    }
    return null;
  }

  /**
   * Names are so short that the JDK's comparison of arrays takes longer. The last eight or four
   * bytes are compared at once, whether or not some of them were compared before.
   */
  private static boolean isAt(byte[] json, int from, int to, byte[] name) {
    int length = name.length;
    if (to - from != length) {
      return false;
    }
    if (length < Integer.BYTES) {
      for (int i = 0; i < length; i++) {
        if (json[from + i] != name[i]) {
          return false;
        }
      }
      return true;
    }
    if (length < Long.BYTES) {
      return (int) FOUR_BYTES.get(json, from) == (int) FOUR_BYTES.get(name, 0)
          && (int) FOUR_BYTES.get(json, to - Integer.BYTES)
              == (int) FOUR_BYTES.get(name, length - Integer.BYTES);
    }
    for (int i = 0; i < length - Long.BYTES; i += Long.BYTES) {
      if ((long) EIGHT_BYTES.get(json, from + i) != (long) EIGHT_BYTES.get(name, i)) {
        return false;
      }
    }
    return (long) EIGHT_BYTES.get(json, to - Long.BYTES)
        == (long) EIGHT_BYTES.get(name, length - Long.BYTES);
  }
}
