package dev.forebay.bedrock;

import dev.forebay.core.ErrorInfo;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.io.JsonStringEncoder;

/** Errors as bytes, in the shapes that AWS SDKs turn into their typed exceptions. */
public final class ErrorBody {
  private ErrorBody() {}

  /** The body of an answer or an exception event: {@code {"message":"..."}}. */
  public static byte[] json(ErrorInfo error) {
    StringBuilder json = new StringBuilder("{\"message\":\"");
    JsonStringEncoder.getInstance().quoteAsString(error.message(), json);
    // The encoder's own UTF-8 refuses half a surrogate pair, which an upstream's message may hold.
    return json.append("\"}").toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * An error's body with another message, all else as it is; the same if it is no JSON object that
   * has one.
   */
  public static byte[] withMessage(byte[] body, UnaryOperator<String> change) {
    try (JsonParser json = Json.parser(body, 0, body.length)) {
      int start = -1;
      int end = -1;
      String message = "";
      if (!Json.enterObject(json)) {
        return body;
      }
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean named = json.currentName().equals("message");
        if (json.nextToken() == JsonToken.VALUE_STRING && named) {
          start = (int) json.currentTokenLocation().getByteOffset();
          message = json.getString();
          end = (int) json.currentLocation().getByteOffset();
        } else {
          json.skipChildren();
        }
      }
      boolean whole = json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null;
      return whole && start >= 0 ? spliced(body, start, end, change.apply(message)) : body;
    } catch (JacksonException e) {
      return body;
    }
  }

  private static byte[] spliced(byte[] body, int start, int end, String message) {
    StringBuilder quoted = new StringBuilder("\"");
    JsonStringEncoder.getInstance().quoteAsString(message, quoted);
    ByteArrayOutputStream all = new ByteArrayOutputStream(body.length + quoted.length());
    all.write(body, 0, start);
    all.writeBytes(quoted.append('"').toString().getBytes(StandardCharsets.UTF_8));
    all.write(body, end, body.length - end);
    return all.toByteArray();
  }

  /** The value of {@code x-amzn-ErrorType}. */
  public static String errorType(ErrorInfo error) {
    return ErrorPayload.isCode(error.type())
        ? error.type()
        : KnownError.ofStatus(error.status()).type();
  }

  /**
   * The event-stream frame that ends a stream with this error. An exception that the operation's
   * stream does not model becomes the nearest one that it does, as SDKs know no other.
   *
   * @param operation a streaming one
   */
  public static byte[] exceptionFrame(ErrorInfo error, Operation operation) {
    if (!operation.streaming()) {
      throw new IllegalArgumentException("operation must be a streaming one, was " + operation);
    }
    String type = streamType(error, operation).type();
    String member = Character.toLowerCase(type.charAt(0)) + type.substring(1);
    return Frame.encode("exception", ":exception-type", member, json(error));
  }

  private static KnownError streamType(ErrorInfo error, Operation operation) {
    KnownError known = KnownError.ofType(error.type()).orElse(KnownError.ofStatus(error.status()));
    return switch (known) {
      case THROTTLING, VALIDATION, MODEL_STREAM_ERROR, INTERNAL_SERVER, SERVICE_UNAVAILABLE ->
          known;
      case MODEL_NOT_READY -> KnownError.SERVICE_UNAVAILABLE;
      case SERVICE_QUOTA_EXCEEDED -> KnownError.VALIDATION;
      case MODEL_TIMEOUT ->
          operation == Operation.INVOKE_STREAM ? known : KnownError.MODEL_STREAM_ERROR;
      // SDKs repeat a call after internalServerException; after these it would be refused again.
      case MODEL_ERROR, ACCESS_DENIED, RESOURCE_NOT_FOUND -> KnownError.MODEL_STREAM_ERROR;
    };
  }
}
