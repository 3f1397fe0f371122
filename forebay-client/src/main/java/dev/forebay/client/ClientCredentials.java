package dev.forebay.client;

import dev.forebay.engine.credentials.GivenCredentials;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.auth.token.credentials.StaticTokenProvider;
import software.amazon.awssdk.auth.token.credentials.aws.DefaultAwsTokenProvider;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.TokenIdentity;

/**
 * The credentials that clients of the program were built with, by a number that their requests
 * carry: the SDK hands its HTTP client a request alone. Thread-safe.
 */
final class ClientCredentials {
  /** Whether a client's own credentials have an effect. */
  enum Use {
    /** For the models that no configuration names. */
    BY_ANY_MODEL,

    /** No: the program has named others for all targets. */
    REPLACED,

    /** No: each target has been configured, and its credentials with it. */
    BY_NONE
  }

  private static final Logger log = LoggerFactory.getLogger(ClientCredentials.class);

  /** Carries the number of a client's credentials. */
  static final String HEADER = "x-forebay-client-credentials";

  /** None of a client's own. */
  static final String NONE = "";

  /** Each has its targets, for as long as the library is open. */
  private static final int MOST = 1_000;

  private final Use use;
  private final AtomicBoolean warned = new AtomicBoolean();
  private final Map<Object, String> numbers = new HashMap<>();
  private final Map<String, GivenCredentials> given = new ConcurrentHashMap<>();

  ClientCredentials(Use use) {
    this.use = use;
  }

  /**
   * Takes in what a client is built with. The SDK prefers a token, as it does a Bedrock API key of
   * the environment.
   *
   * @param keys null or the SDK's default chain if the program has set none
   * @param token likewise
   * @param ofProfile whether the default chain is the program's own, as it names a profile
   * @return the number to send; {@link #NONE} if the client has none of its own, or they are not
   *     used
   * @throws IllegalStateException if there are too many
   */
  String add(
      @Nullable IdentityProvider<? extends AwsCredentialsIdentity> keys,
      @Nullable IdentityProvider<? extends TokenIdentity> token,
      boolean ofProfile) {
    GivenCredentials own =
        token != null && !(token instanceof DefaultAwsTokenProvider)
            ? new GivenCredentials.Token(token)
            : keys != null && (ofProfile || !(keys instanceof DefaultCredentialsProvider))
                ? new GivenCredentials.Keys(keys)
                : null;
    if (own == null || use == Use.REPLACED) {
      return NONE;
    }
    if (use == Use.BY_NONE) {
      if (warned.compareAndSet(false, true)) {
        log.warn(
            "A client's own credentials are not used: requests are signed by those of the configured targets. Set"
                + " `credentials` of the targets, or Forebay.builder().credentials(...)");
      }
      return NONE;
    }
    return number(own);
  }

  private synchronized String number(GivenCredentials own) {
    Object key = key(own);
    String known = numbers.get(key);
    if (known != null) {
      return known;
    }
    if (numbers.size() == MOST) {
      throw new IllegalStateException(
          "Clients with %d different credentials have been attached to one Forebay. Build one client for each credentials provider, and keep it"
              .formatted(MOST));
    }
    String number = Integer.toString(numbers.size() + 1);
    given.put(number, own);
    numbers.put(key, number);
    return number;
  }

  /** Programs make static providers anew for each client; what they give is what counts. */
  private static Object key(GivenCredentials credentials) {
    if (credentials instanceof GivenCredentials.Keys keys
        && keys.provider() instanceof StaticCredentialsProvider fixed) {
      return fixed.resolveCredentials();
    }
    if (credentials instanceof GivenCredentials.Token token
        && token.provider() instanceof StaticTokenProvider fixed) {
      return fixed.resolveToken().token();
    }
    return credentials;
  }

  /** Those of a request; null if its client has none of its own. */
  @Nullable GivenCredentials of(String number) {
    return given.get(number);
  }

  /** The number of those that a client has; {@link #NONE} if it has none that are known. */
  String numberOf(Optional<ClientEndpoint> client) {
    String number = client.map(ClientEndpoint::credentials).orElse(NONE);
    return given.containsKey(number) ? number : NONE;
  }
}
