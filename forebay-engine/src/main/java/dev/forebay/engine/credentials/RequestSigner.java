package dev.forebay.engine.credentials;

import dev.forebay.config.Credentials;
import dev.forebay.config.TargetConfig;
import dev.forebay.engine.Headers;
import dev.forebay.engine.Scheduler;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * Adds to a request what its target wants to know of the sender. Runs on calls' loops and never
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
  void sign(String method, String uri, Headers headers, byte[] body) throws NoCredentialsException;

  /** Adds the authorization to a POST. */
  default void sign(String rawPath, Headers headers, byte[] body) throws NoCredentialsException {
    sign("POST", rawPath, headers, body);
  }

  /** Whether the first attempt to get credentials has ended, one way or the other. */
  default boolean isReady() {
    return true;
  }

  /** Runs the action once it {@link #isReady}: at once if it is, else on any thread. */
  default void whenReady(Runnable action) {
    action.run();
  }

  /** Stops what runs in the background. */
  default void close() {}

  /**
   * The signer for a target's credentials.
   *
   * @param scheduler has credentials renewed
   */
  static RequestSigner of(TargetConfig target, Scheduler scheduler) {
    return of(target, scheduler, null);
  }

  /**
   * The same where the program gives credentials by an object.
   *
   * @param given in place of the default chain, for a target that is not to use others; null for
   *     the default chain
   */
  static RequestSigner of(
      TargetConfig target, Scheduler scheduler, @Nullable GivenCredentials given) {
    return switch (target.credentials()) {
      case Credentials.Anonymous a -> ANONYMOUS;
      case Credentials.Bearer bearer -> {
        String value = "Bearer " + bearer.token().reveal();
        yield (method, uri, headers, body) -> headers.set("authorization", value);
      }
      case Credentials.Default d ->
          switch (given) {
            case null -> sigV4(target, CredentialsCache.of(target, scheduler));
            case GivenCredentials.Keys keys ->
                sigV4(target, CredentialsCache.given(target, keys.provider(), scheduler));
            case GivenCredentials.Token token ->
                new TokenSigner(CredentialsCache.given(target, token.provider(), scheduler));
          };
      case Credentials.Profile p -> sigV4(target, CredentialsCache.of(target, scheduler));
      case Credentials.Role r -> sigV4(target, CredentialsCache.of(target, scheduler));
      case Credentials.Static s -> sigV4(target, CredentialsCache.of(target, scheduler));
    };
  }

  private static RequestSigner sigV4(
      TargetConfig target, CredentialsCache<AwsCredentialsIdentity> credentials) {
    return new SigV4Signer(target.region(), target.endpoint(), credentials);
  }
}
