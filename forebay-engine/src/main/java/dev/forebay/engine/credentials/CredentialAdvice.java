package dev.forebay.engine.credentials;

import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.Failure;
import java.util.Optional;

/** What to check where a target does not accept the credentials of a request. */
public final class CredentialAdvice {
  private CredentialAdvice() {}

  /**
   * The failure with that in its message; the same one if its cause is another.
   *
   * @param credentials which ones, without a secret
   */
  public static Failure addTo(Failure failure, String target, String credentials) {
    if (!(failure instanceof Outcome.Rejected rejected)) {
      return failure;
    }
    ErrorInfo error = rejected.error();
    return of(error.type())
        .<Failure>map(
            check ->
                new Outcome.Rejected(
                    rejected.about(),
                    new ErrorInfo(
                        error.status(),
                        error.type(),
                        "%s (Target '%s', credentials: %s. %s)"
                            .formatted(error.message(), target, credentials, check)),
                    rejected.reason()))
        .orElse(failure);
  }

  private static Optional<String> of(String type) {
    return switch (type) {
      case "UnrecognizedClientException", "InvalidClientTokenId" ->
          Optional.of(
              "Check the access key id or API key, and that the session token belongs to it.");
      case "InvalidSignatureException", "SignatureDoesNotMatch" ->
          Optional.of("Check the secret access key and this machine's clock.");
      case "ExpiredToken", "ExpiredTokenException" ->
          Optional.of("The session token has expired: sign in again, or use a role.");
      case "MissingAuthenticationToken",
          "MissingAuthenticationTokenException",
          "IncompleteSignature",
          "IncompleteSignatureException" ->
          Optional.of("The request had no complete signature: set the target's credentials.");
      default -> Optional.empty();
    };
  }
}
