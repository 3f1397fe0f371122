package dev.forebay.gateway.auth;

import dev.forebay.core.ErrorInfo;

/** What a request's head says of who sent it. */
public sealed interface AuthResult {
  /** What it comes to when the body is in. */
  Identity judge(byte[] body);

  /** Whether the caller is known, or why it is not. */
  sealed interface Identity extends AuthResult {
    @Override
    default Identity judge(byte[] body) {
      return this;
    }
  }

  /** The head proves it. */
  record Known(Caller caller) implements Identity {}

  /** Not a caller that may make calls. */
  record Unknown(ErrorInfo error) implements Identity {}

  /** The signature covers the body, which has to be read first. */
  record Signed(SigV4Claim signature) implements AuthResult {
    @Override
    public Identity judge(byte[] body) {
      return signature.judge(body);
    }
  }
}
