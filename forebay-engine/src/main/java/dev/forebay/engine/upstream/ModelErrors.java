package dev.forebay.engine.upstream;

import dev.forebay.bedrock.ErrorBody;
import dev.forebay.core.ErrorInfo;

/**
 * A model's failure (424) asks for a fallback. When a call ends with one, its message also says why
 * no fallback answered; the rest of the target's error stays as it is.
 */
public final class ModelErrors {
  private static final int MODEL_ERROR = 424;

  private ModelErrors() {}

  /** The error with the reason in its message; the same if it is no failure of a model. */
  public static ErrorInfo explained(ErrorInfo error, String why) {
    return error.status() == MODEL_ERROR
        ? new ErrorInfo(error.status(), error.type(), explained(error.message(), why))
        : error;
  }

  /** The body with the reason in its message; the same if it is none of a model's failure. */
  public static byte[] explained(int status, byte[] body, String why) {
    return status == MODEL_ERROR
        ? ErrorBody.withMessage(body, message -> explained(message, why))
        : body;
  }

  private static String explained(String message, String why) {
    return message + " (Forebay: no fallback answered: " + why + ")";
  }
}
