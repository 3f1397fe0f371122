package dev.forebay.gateway.upstream;

import dev.forebay.core.ErrorInfo;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

/**
 * A model's failure (424) asks for a fallback. When a call ends with one, its message also says why
 * no fallback answered; the rest of the target's error stays as it is.
 */
public final class ModelErrors {
  private static final int MODEL_ERROR = 424;
  private static final String MESSAGE = "message";

  private ModelErrors() {}

  /** The error with the reason in its message; the same if it is no failure of a model. */
  public static ErrorInfo explained(ErrorInfo error, String why) {
    return error.status() == MODEL_ERROR
        ? new ErrorInfo(error.status(), error.type(), explained(error.message(), why))
        : error;
  }

  /** The body with the reason in its message; the same if it is none of a model's failure. */
  public static Buffer explained(int status, Buffer body, String why) {
    if (status != MODEL_ERROR) {
      return body;
    }
    try {
      JsonObject error = new JsonObject(body);
      return error.getValue(MESSAGE) instanceof String message
          ? error.put(MESSAGE, explained(message, why)).toBuffer()
          : body;
    } catch (DecodeException | ClassCastException e) {
      return body;
    }
  }

  private static String explained(String message, String why) {
    return message + " (Forebay: no fallback answered: " + why + ")";
  }
}
