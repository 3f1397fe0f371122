package dev.forebay.gateway.upstream;

import dev.forebay.config.Credentials;
import dev.forebay.config.TargetConfig;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;

/**
 * Adds to a request what its target wants to know of the sender. Runs on event loops and never
 * waits; what has to be fetched first is fetched in the background.
 */
public interface RequestSigner {
  /** Sends nothing. */
  RequestSigner ANONYMOUS = (method, uri, headers, body) -> {};

  /**
   * Adds the authorization.
   *
   * @param uri the raw path, and the query if there is one
   * @throws NoCredentialsException if there is none to add
   */
  void sign(String method, String uri, MultiMap headers, Buffer body) throws NoCredentialsException;

  /** Adds the authorization to a POST. */
  default void sign(String rawPath, MultiMap headers, Buffer body) throws NoCredentialsException {
    sign("POST", rawPath, headers, body);
  }

  /** Completes as soon as the first attempt to get credentials has ended, one way or the other. */
  default Future<Void> ready() {
    return Future.succeededFuture();
  }

  /** Stops what runs in the background. */
  default void close() {}

  /** The signer for a target's credentials. */
  static RequestSigner of(TargetConfig target, Vertx vertx) {
    return switch (target.credentials()) {
      case Credentials.Anonymous a -> ANONYMOUS;
      case Credentials.Bearer bearer -> {
        String value = "Bearer " + bearer.token().reveal();
        yield (method, uri, headers, body) -> headers.set("authorization", value);
      }
      case Credentials.Default d -> sigV4(target, vertx);
      case Credentials.Profile p -> sigV4(target, vertx);
      case Credentials.Role r -> sigV4(target, vertx);
      case Credentials.Static s -> sigV4(target, vertx);
    };
  }

  private static RequestSigner sigV4(TargetConfig target, Vertx vertx) {
    return new SigV4Signer(target.region(), target.endpoint(), new CredentialsCache(target, vertx));
  }
}
