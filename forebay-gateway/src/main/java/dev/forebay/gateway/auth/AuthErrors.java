package dev.forebay.gateway.auth;

import dev.forebay.core.ErrorInfo;

/**
 * Refusals of callers, in AWS's words as far as it has any. None says whether a key exists: a wrong
 * signature and an unknown access key have one error.
 */
public final class AuthErrors {
  static final ErrorInfo MISSING =
      forbidden(
          "MissingAuthenticationTokenException",
          "Missing Authentication Token. Send the secret of one of the gateway's auth.keys as"
              + " 'Authorization: Bearer ...' (AWS_BEARER_TOKEN_BEDROCK for AWS SDKs), or sign with"
              + " SigV4 by its accessKeyId and secret.");

  static final ErrorInfo BAD_TOKEN =
      forbidden(
          "UnrecognizedClientException",
          "The security token included in the request is invalid: it is the secret of none of the"
              + " gateway's auth.keys.");

  static final ErrorInfo BAD_SIGNATURE =
      forbidden(
          "InvalidSignatureException",
          "Unknown access key, or the signature does not match its secret in the gateway's"
              + " auth.keys.");

  static final ErrorInfo INCOMPLETE =
      new ErrorInfo(
          400,
          "IncompleteSignatureException",
          "The Authorization header must be 'Bearer ...', or 'AWS4-HMAC-SHA256"
              + " Credential=ID/DATE/REGION/bedrock/aws4_request, SignedHeaders=..., Signature=...'"
              + " with x-amz-date and host among the signed headers, all of them present.");

  static final ErrorInfo WRONG_SERVICE =
      forbidden(
          "InvalidSignatureException",
          "Credential should be scoped to the service 'bedrock' and to the day of x-amz-date.");

  static final ErrorInfo UNSIGNED_PAYLOAD =
      forbidden(
          "InvalidSignatureException",
          "The payload must be signed: x-amz-content-sha256 must be its SHA-256 hash, or absent."
              + " UNSIGNED-PAYLOAD is accepted over TLS alone.");

  public static final ErrorInfo NOT_ADMIN =
      forbidden(
          "AccessDeniedException",
          "This key does not open the operator's pages; one with `admin: true` in auth.keys does.");

  private AuthErrors() {}

  static ErrorInfo outOfTime(String timestamp, String now) {
    return forbidden(
        "InvalidSignatureException",
        ("Signature expired or not yet current: x-amz-date is %s, and the gateway's clock says %s."
                + " They may differ by 15 minutes.")
            .formatted(timestamp, now));
  }

  public static ErrorInfo notThatRoute(String key, String route) {
    return forbidden(
        "AccessDeniedException",
        "The key '%s' may not use the route '%s': auth.keys lists the routes of each key."
            .formatted(key, route));
  }

  private static ErrorInfo forbidden(String type, String message) {
    return new ErrorInfo(403, type, message);
  }
}
