package dev.forebay.bedrock;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.io.JsonStringEncoder;

/** The body of StartAsyncInvoke, as far as a gateway has to know it. */
public final class AsyncInvokeBody {
  private final byte[] body;
  private final String modelId;
  private final int idStart;
  private final int idEnd;
  private final boolean repeatable;

  private AsyncInvokeBody(byte[] body, String modelId, int idStart, int idEnd, boolean repeatable) {
    this.body = body;
    this.modelId = modelId;
    this.idStart = idStart;
    this.idEnd = idEnd;
    this.repeatable = repeatable;
  }

  /** Reads a body; empty if it is no JSON object that names its model once. */
  public static Optional<AsyncInvokeBody> read(byte[] body) {
    String model = "";
    int start = 0;
    int end = 0;
    boolean token = false;
    try (JsonParser json = Json.parser(body, 0, body.length)) {
      if (!Json.enterObject(json)) {
        return Optional.empty();
      }
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (name.equals("modelId") && value == JsonToken.VALUE_STRING) {
          if (!model.isEmpty()) {
            return Optional.empty();
          }
          start = (int) json.currentTokenLocation().getByteOffset();
          model = json.getString();
          end = (int) json.currentLocation().getByteOffset();
        } else {
          token |= name.equals("clientRequestToken") && value == JsonToken.VALUE_STRING;
          json.skipChildren();
        }
      }
      boolean whole = json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null;
      return whole && !model.isEmpty()
          ? Optional.of(new AsyncInvokeBody(body, model, start, end, token))
          : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  public String modelId() {
    return modelId;
  }

  /** Whether it has a token by which the service knows it when it comes twice. */
  public boolean repeatable() {
    return repeatable;
  }

  /** The same for another model, with not a byte changed besides its id. */
  public byte[] withModel(String other) {
    StringBuilder quoted = new StringBuilder("\"");
    JsonStringEncoder.getInstance().quoteAsString(other, quoted);
    ByteArrayOutputStream changed = new ByteArrayOutputStream();
    changed.write(body, 0, idStart);
    changed.writeBytes(quoted.append('"').toString().getBytes(StandardCharsets.UTF_8));
    changed.write(body, idEnd, body.length - idEnd);
    return changed.toByteArray();
  }
}
