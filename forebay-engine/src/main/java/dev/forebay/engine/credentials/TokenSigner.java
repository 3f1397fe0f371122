package dev.forebay.engine.credentials;

import dev.forebay.engine.Headers;
import software.amazon.awssdk.identity.spi.TokenIdentity;

/** Sends the token that a program's provider gives. Thread-safe. */
record TokenSigner(CredentialsCache<TokenIdentity> tokens) implements RequestSigner {
  @Override
  public void sign(String method, String uri, Headers headers, byte[] body)
      throws NoCredentialsException {
    String token = tokens.current().token();
    Headers.checkValue(token);
    headers.set("authorization", "Bearer " + token);
  }

  @Override
  public boolean isReady() {
    return tokens.isReady();
  }

  @Override
  public void whenReady(Runnable action) {
    tokens.whenReady(action);
  }

  @Override
  public void close() {
    tokens.close();
  }
}
