package dev.forebay.emulator;

import java.util.Locale;

/** The exceptions of Bedrock Runtime, with status and usual message. */
public enum ErrorType {
  ACCESS_DENIED(
      "AccessDeniedException",
      403,
      "You don't have access to the model with the specified model ID."),
  CONFLICT("ConflictException", 400, "Error occurred because of a conflict."),
  INTERNAL_SERVER(
      "InternalServerException",
      500,
      "The system encountered an unexpected error during processing. Try your request again."),
  MISSING_AUTHENTICATION_TOKEN(
      "MissingAuthenticationTokenException", 403, "Missing Authentication Token"),
  MODEL_ERROR("ModelErrorException", 424, "The model could not process the request."),
  MODEL_NOT_READY(
      "ModelNotReadyException",
      429,
      "Model is not ready for inference. Wait and try your request again."),
  MODEL_STREAM_ERROR(
      "ModelStreamErrorException", 424, "An error occurred while streaming the response."),
  MODEL_TIMEOUT("ModelTimeoutException", 408, "The model took too long to respond."),
  RESOURCE_NOT_FOUND(
      "ResourceNotFoundException", 404, "Could not resolve the foundation model from the model id"),
  SERVICE_QUOTA_EXCEEDED(
      "ServiceQuotaExceededException", 400, "Your request exceeds the service quota."),
  SERVICE_UNAVAILABLE(
      "ServiceUnavailableException", 503, "Service temporarily unavailable, please try again."),
  THROTTLING("ThrottlingException", 429, Reason.REQUESTS.message()),
  UNKNOWN_OPERATION("UnknownOperationException", 404, "The requested operation does not exist."),
  VALIDATION("ValidationException", 400, "The input fails the constraints of the service.");

  private final String wireName;
  private final int status;
  private final String usualMessage;

  ErrorType(String wireName, int status, String usualMessage) {
    this.wireName = wireName;
    this.status = status;
    this.usualMessage = usualMessage;
  }

  /** The exception's name, for example {@code ThrottlingException}. */
  public String wireName() {
    return wireName;
  }

  /** The HTTP status that carries it. */
  public int status() {
    return status;
  }

  /** The name of its event inside a stream, for example {@code throttlingException}. */
  public String eventName() {
    return wireName.substring(0, 1).toLowerCase(Locale.ROOT) + wireName.substring(1);
  }

  AwsError usual() {
    return new AwsError(this, usualMessage);
  }

  /** Which limit a throttled request ran into, as its message says. */
  public enum Reason {
    /** Requests per minute. */
    REQUESTS("requests", "Too many requests, please wait before trying again."),
    /** Tokens per minute. */
    TOKENS("tokens", "Too many tokens, please wait before trying again."),
    /** Tokens per day: waiting minutes never helps. */
    DAY("day", "Too many tokens per day, please wait before trying again."),
    /** The model itself, not the account's quota. */
    OVERLOADED("overloaded", "Model %s is currently overloaded. Please try again later.");

    private final String key;
    private final String message;

    Reason(String key, String message) {
      this.key = key;
      this.message = message;
    }

    String key() {
      return key;
    }

    private String message() {
      return message;
    }

    AwsError error(String model) {
      return new AwsError(THROTTLING, message.formatted(model));
    }
  }
}
