package dev.forebay.bedrock;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * The streaming JSON parser of the library, within limits. For what is read seldom, or has to be
 * changed; see {@link JsonCursor} for what each call has.
 */
final class Json {
  /** The largest body that InvokeModel takes. */
  static final int MAX_BODY_BYTES = 25_000_000;

  /**
   * UTF-8 without guessing, as RFC 8259 has it and the text estimate counts on its byte offsets. A
   * string is as long as the bytes it came in at most, and callers bound these.
   */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
          // Event loops are few and live long, and no buffer is taken from one to another.
          .recyclerPool(JsonRecyclerPools.threadLocalPool())
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxTokenCount(JsonCursor.MAX_TOKENS)
                  .maxNestingDepth(JsonCursor.MAX_DEPTH)
                  .build())
          .build();

  private Json() {}

  static JsonParser parser(byte[] bytes, int offset, int length) {
    return FACTORY.createParser(ObjectReadContext.empty(), bytes, offset, length);
  }

  /** Moves on to the object that the parser stands before; false if it is anything else. */
  static boolean enterObject(JsonParser json) {
    return json.nextToken() == JsonToken.START_OBJECT;
  }
}
