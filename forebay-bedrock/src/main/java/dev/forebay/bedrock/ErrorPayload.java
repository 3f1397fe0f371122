package dev.forebay.bedrock;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The body of an error, as far as it can be read. */
record ErrorPayload(Optional<String> code, Optional<String> message) {
  /** An error's JSON is some hundred bytes; a page of HTML may be anything. */
  private static final int MAX_BYTES = 65_536;

  private static final int MAX_MESSAGE_LENGTH = 8_192;
  private static final int MAX_CODE_LENGTH = 128;

  static ErrorPayload read(byte[] body) {
    Optional<String> code = Optional.empty();
    Optional<String> message = Optional.empty();
    try (JsonParser json = Json.parser(body, 0, Math.min(body.length, MAX_BYTES))) {
      if (Json.enterObject(json)) {
        for (String name = json.nextName(); name != null; name = json.nextName()) {
          boolean string = json.nextToken() == JsonToken.VALUE_STRING;
          switch (name) {
            case "message", "Message" -> message = string ? message(json.getString()) : message;
            case "__type" -> code = string ? code(json.getString()) : code;
            default -> json.skipChildren();
          }
        }
      }
    } catch (JacksonException e) {
      // Not JSON, or cut: what was read so far is all there is to say.
    }
    return new ErrorPayload(code, message);
  }

  /**
   * The bare exception name in {@code x-amzn-ErrorType} or {@code __type}: {@code
   * aws.x#Name:http://...} means {@code Name}. Empty if it could not be a name, as it becomes a
   * header again.
   */
  static Optional<String> code(@Nullable String sent) {
    if (sent == null) {
      return Optional.empty();
    }
    int colon = sent.indexOf(':');
    String name = colon < 0 ? sent : sent.substring(0, colon);
    name = name.substring(name.indexOf('#') + 1).trim();
    return isCode(name) ? Optional.of(name) : Optional.empty();
  }

  /** Whether the text can be an exception's name. */
  static boolean isCode(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_CODE_LENGTH
        && text.chars()
            .allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || c == '.' || c == '_'));
  }

  private static Optional<String> message(String text) {
    if (text.isBlank()) {
      return Optional.empty();
    }
    return Optional.of(text.substring(0, Math.min(text.length(), MAX_MESSAGE_LENGTH)));
  }
}
