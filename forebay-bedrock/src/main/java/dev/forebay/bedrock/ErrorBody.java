package dev.forebay.bedrock;

import dev.forebay.core.ErrorInfo;
import java.nio.charset.StandardCharsets;
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
