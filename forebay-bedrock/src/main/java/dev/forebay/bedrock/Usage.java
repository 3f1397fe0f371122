package dev.forebay.bedrock;

import dev.forebay.bedrock.JsonCursor.Token;
import dev.forebay.core.TokenUsage;
import org.jspecify.annotations.Nullable;

/** The tokens that a unary answer says it used. */
public final class Usage {
  private static final String INPUT_HEADER = "X-Amzn-Bedrock-Input-Token-Count";
  private static final String OUTPUT_HEADER = "X-Amzn-Bedrock-Output-Token-Count";

  private Usage() {}

  /**
   * Reads the counts from the body, where the operation and family put them, and from the headers
   * what the body does not say. Counting tokens uses none.
   */
  public static TokenUsage ofAnswer(
      Operation operation, ModelFamily family, byte[] body, Headers headers) {
    if (operation == Operation.COUNT_TOKENS) {
      return TokenUsage.NONE;
    }
    UsageTally tally = new UsageTally();
    JsonCursor json = new JsonCursor(body);
    try {
      if (json.enterObject()) {
        read(json, shapeOf(operation, family), tally);
      }
    } catch (MalformedJsonException e) {
      // The relay passes any body on; what was read before the break still counts.
    }
    return of(tally, headers);
  }

  /** What was read from the body, and from the headers what the body does not say. */
  static TokenUsage of(UsageTally tally, Headers headers) {
    return tally.usage(count(headers.get(INPUT_HEADER)), count(headers.get(OUTPUT_HEADER)));
  }

  /** Whether the counts are all in the body's member {@code usage}. */
  static boolean isOneMember(Operation operation, ModelFamily family) {
    return operation != Operation.COUNT_TOKENS && shapeOf(operation, family) == Shape.USAGE_OBJECT;
  }

  private enum Shape {
    USAGE_OBJECT,
    TOP_LEVEL
  }

  private static Shape shapeOf(Operation operation, ModelFamily family) {
    if (operation == Operation.CONVERSE) {
      return Shape.USAGE_OBJECT;
    }
    return switch (family.form()) {
      case TITAN_TEXT, EMBEDDING, LLAMA -> Shape.TOP_LEVEL;
      default -> Shape.USAGE_OBJECT;
    };
  }

  private static void read(JsonCursor json, Shape shape, UsageTally tally) {
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      json.nextToken();
      switch (shape) {
        case USAGE_OBJECT -> {
          if (name.equals("usage")) {
            tally.readObject(json);
          } else {
            json.skipChildren();
          }
        }
        case TOP_LEVEL -> {
          if (name.equals("results") && json.currentToken() == Token.START_ARRAY) {
            readResults(json, tally);
          } else {
            tally.take(name, json);
          }
        }
      }
    }
  }

  /** Titan's {@code results}: one, in practice. */
  private static void readResults(JsonCursor json, UsageTally tally) {
    while (json.nextToken() != Token.END_ARRAY) {
      tally.readObject(json);
    }
  }

  private static int count(@Nullable String header) {
    if (header == null || header.isEmpty() || header.length() > JsonNumber.INT_BYTES) {
      return 0;
    }
    for (int i = 0; i < header.length(); i++) {
      if (header.charAt(i) < '0' || header.charAt(i) > '9') {
        return 0;
      }
    }
    return Integer.parseInt(header);
  }
}
