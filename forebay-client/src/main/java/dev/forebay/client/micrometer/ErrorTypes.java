package dev.forebay.client.micrometer;

import dev.forebay.core.ErrorInfo;
import java.util.Set;

/** Names of errors as values of tags: those of Bedrock Runtime, so that their number is bounded. */
final class ErrorTypes {
  /** No error. */
  static final String NONE = "none";

  private static final String OTHER = "other";

  private static final Set<String> KNOWN =
      Set.of(
          "AccessDeniedException",
          "ConflictException",
          "InternalServerException",
          "ModelErrorException",
          "ModelNotReadyException",
          "ModelStreamErrorException",
          "ModelTimeoutException",
          "ResourceNotFoundException",
          "ServiceQuotaExceededException",
          "ServiceUnavailableException",
          "ThrottlingException",
          "ValidationException");

  private ErrorTypes() {}

  static String of(ErrorInfo error) {
    return KNOWN.contains(error.type()) ? error.type() : OTHER;
  }
}
