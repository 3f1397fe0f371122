package dev.forebay.bedrock;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The service tier of a Converse request, which stands in its body; InvokeModel has the header
 * {@value #HEADER} for it.
 */
public final class ConverseTier {
  /** The header that sets the tier of an InvokeModel request, and names it in the answer. */
  public static final String HEADER = "X-Amzn-Bedrock-Service-Tier";

  private static final String MEMBER = "serviceTier";

  private ConverseTier() {}

  /**
   * The request with that tier in place of its own, if it names one. No other byte changes.
   *
   * @param body a JSON object, of which all is well-formed
   * @param tier such as {@code flex}
   */
  public static byte[] set(byte[] body, String tier) {
    byte[] value = "{\"type\":\"%s\"}".formatted(tier).getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream changed = new ByteArrayOutputStream(body.length + 64);
    try (JsonParser json = Json.parser(body, 0, body.length)) {
      Json.enterObject(json);
      int afterBrace = (int) json.currentLocation().getByteOffset();
      int copied = 0;
      boolean empty = true;
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        empty = false;
        boolean own = MEMBER.equals(json.currentName());
        json.nextToken();
        int start = (int) json.currentTokenLocation().getByteOffset();
        skipValue(json);
        if (own) {
          changed.write(body, copied, start - copied);
          changed.writeBytes(value);
          copied = (int) json.currentLocation().getByteOffset();
        }
      }
      if (copied == 0) {
        changed.write(body, 0, afterBrace);
        changed.writeBytes("\"serviceTier\":".getBytes(StandardCharsets.UTF_8));
        changed.writeBytes(value);
        if (!empty) {
          changed.write(',');
        }
        copied = afterBrace;
      }
      changed.write(body, copied, body.length - copied);
    }
    return changed.toByteArray();
  }

  /** Moves on to the value's last byte. */
  private static void skipValue(JsonParser json) {
    if (json.currentToken().isStructStart()) {
      json.skipChildren();
    } else {
      // A text is read only as far as it is asked for.
      json.getStringLength();
    }
  }
}
