package dev.forebay.bedrock;

import java.io.ByteArrayOutputStream;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * An InvokeModel body in OpenAI's chat form, which may name its model. Bedrock refuses a name that
 * is not the path's, and takes a body without one.
 */
public final class ChatBody {
  private static final String MODEL = "model";

  private ChatBody() {}

  /**
   * The body for another path than it was written for: without the name of its model, and no other
   * byte changed.
   *
   * @return empty if it names none, or is no JSON object
   */
  public static Optional<byte[]> withoutModel(byte[] body) {
    Optional<byte[]> without = withoutFirst(body);
    // A body that names it twice is read by the last name.
    return without.map(rest -> withoutModel(rest).orElse(rest));
  }

  private static Optional<byte[]> withoutFirst(byte[] body) {
    try (JsonParser json = Json.parser(body, 0, body.length)) {
      if (!Json.enterObject(json)) {
        return Optional.empty();
      }
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean model = json.currentName().equals(MODEL);
        int start = Math.toIntExact(json.currentTokenLocation().getByteOffset());
        if (json.nextToken() == JsonToken.VALUE_STRING && model) {
          json.getString();
          return Optional.of(
              without(body, start, Math.toIntExact(json.currentLocation().getByteOffset())));
        }
        json.skipChildren();
      }
      return Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /** Without that member and the comma that parts it from the next, or else from the last. */
  private static byte[] without(byte[] body, int start, int end) {
    int from = start;
    int to = end;
    while (to < body.length && isSpace(body[to])) {
      to++;
    }
    if (to < body.length && body[to] == ',') {
      to++;
    } else {
      while (isSpace(body[from - 1])) {
        from--;
      }
      from -= body[from - 1] == ',' ? 1 : 0;
    }
    ByteArrayOutputStream changed = new ByteArrayOutputStream(body.length);
    changed.write(body, 0, from);
    changed.write(body, to, body.length - to);
    return changed.toByteArray();
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }
}
