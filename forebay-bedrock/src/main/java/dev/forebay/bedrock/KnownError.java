package dev.forebay.bedrock;

import dev.forebay.core.ErrorInfo;
import java.util.Optional;

/** The exceptions of Bedrock Runtime's service model, with their HTTP status. */
enum KnownError {
  ACCESS_DENIED("AccessDeniedException", 403),
  RESOURCE_NOT_FOUND("ResourceNotFoundException", 404),
  VALIDATION("ValidationException", 400),
  THROTTLING("ThrottlingException", 429),
  MODEL_NOT_READY("ModelNotReadyException", 429),
  SERVICE_QUOTA_EXCEEDED("ServiceQuotaExceededException", 400),
  MODEL_TIMEOUT("ModelTimeoutException", 408),
  MODEL_ERROR("ModelErrorException", 424),
  MODEL_STREAM_ERROR("ModelStreamErrorException", 424),
  INTERNAL_SERVER("InternalServerException", 500),
  SERVICE_UNAVAILABLE("ServiceUnavailableException", 503);

  private final String type;
  private final int status;

  KnownError(String type, int status) {
    this.type = type;
    this.status = status;
  }

  String type() {
    return type;
  }

  int status() {
    return status;
  }

  ErrorInfo withMessage(String message) {
    return new ErrorInfo(status, type, message);
  }

  /** By an exception's name, Bedrock's or that of AWS's front door. */
  static Optional<KnownError> ofType(String type) {
    for (KnownError known : values()) {
      if (known.type.equals(type)) {
        return Optional.of(known);
      }
    }
    return switch (type) {
      case "AccessDenied",
          "UnrecognizedClientException",
          "InvalidClientTokenId",
          "InvalidSignatureException",
          "SignatureDoesNotMatch",
          "IncompleteSignature",
          "IncompleteSignatureException",
          "MissingAuthenticationToken",
          "MissingAuthenticationTokenException",
          "ExpiredToken",
          "ExpiredTokenException" ->
          Optional.of(ACCESS_DENIED);
      case "Throttling", "TooManyRequestsException", "RequestLimitExceeded" ->
          Optional.of(THROTTLING);
      case "InternalFailure", "InternalServerError" -> Optional.of(INTERNAL_SERVER);
      case "ServiceUnavailable" -> Optional.of(SERVICE_UNAVAILABLE);
      default -> Optional.empty();
    };
  }

  /** What an answer with this status and no known exception comes closest to. */
  static KnownError ofStatus(int status) {
    return switch (status) {
      case 401, 403 -> ACCESS_DENIED;
      case 404 -> RESOURCE_NOT_FOUND;
      case 408 -> MODEL_TIMEOUT;
      case 424 -> MODEL_ERROR;
      case 429 -> THROTTLING;
      case 503 -> SERVICE_UNAVAILABLE;
      default -> status >= 400 && status < 500 ? VALIDATION : INTERNAL_SERVER;
    };
  }
}
