package dev.forebay.bedrock;

import dev.forebay.bedrock.JsonCursor.Token;
import java.util.Optional;

/** Distinguishes a whole unary answer from half of one, and from an error with status 200. */
public final class Answers {
  static final String ERROR_TYPE = "__type";
  static final String OUTPUT = "Output";

  private Answers() {}

  /**
   * What is wrong with the body of a 200: every operation answers with a JSON object, and AWS's own
   * front door has been seen to put errors into one, as {@code __type} or {@code Output.__type}.
   */
  public static Optional<String> problem(byte[] body) {
    JsonCursor json = new JsonCursor(body);
    try {
      if (!json.enterObject()) {
        return Optional.of("The target's answer is no JSON object.");
      }
      if (namesError(json, true)) {
        return Optional.of("The target answered with an error in place of an answer.");
      }
      return json.nextToken() == null
          ? Optional.empty()
          : Optional.of("The target's answer has something behind its end.");
    } catch (MalformedJsonException e) {
      return Optional.of("The target's answer is no JSON object, or not a whole one.");
    }
  }

  /**
   * What is wrong with the body of a 200 of a model whose form is not known: it may be any JSON
   * value, but a whole one, and an object is judged as others are.
   */
  public static Optional<String> problemInAnyJson(byte[] body) {
    JsonCursor json = new JsonCursor(body);
    try {
      Token first = json.nextToken();
      if (first == Token.START_OBJECT) {
        return problem(body);
      }
      if (first == null) {
        return Optional.of("The target's answer is empty.");
      }
      json.skipChildren();
      return json.nextToken() == null
          ? Optional.empty()
          : Optional.of("The target's answer has something behind its end.");
    } catch (MalformedJsonException e) {
      return Optional.of("The target's answer is no JSON, or not a whole one.");
    }
  }

  /** Reads the object to its end, so that one that breaks off is noticed. */
  private static boolean namesError(JsonCursor json, boolean atTop) {
    boolean found = false;
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      Token value = json.nextToken();
      found |= name.equals(ERROR_TYPE);
      if (atTop && name.equals(OUTPUT) && value == Token.START_OBJECT) {
        found |= namesError(json, false);
      } else {
        json.skipChildren();
      }
    }
    return found;
  }
}
