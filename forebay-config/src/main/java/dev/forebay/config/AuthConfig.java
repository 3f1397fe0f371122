package dev.forebay.config;

import dev.forebay.core.Priority;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Who may call. */
public sealed interface AuthConfig {
  /** Nothing was configured: anyone on the loopback address, and no other address is served. */
  record LoopbackOnly() implements AuthConfig {}

  /** Anyone, on any address. */
  record Open() implements AuthConfig {}

  /** Callers with one of these keys. */
  record Keys(List<Key> keys) implements AuthConfig {
    public Keys {
      keys = List.copyOf(keys);
    }
  }

  /**
   * One caller's key.
   *
   * @param accessKeyId with it the secret also signs by SigV4
   * @param secret the bearer token
   * @param priority the highest that its calls may ask for
   * @param weight its share among keys that wait for the same tokens
   * @param requestsPerMinute its own limit; empty: none
   * @param tokensPerMinute its own limit; empty: none
   * @param routes the routes it may use; {@code "*"} is all of them
   * @param admin whether it may see the operator's pages
   */
  record Key(
      String name,
      Optional<String> accessKeyId,
      Secret secret,
      Priority priority,
      int weight,
      OptionalLong requestsPerMinute,
      OptionalLong tokensPerMinute,
      List<String> routes,
      boolean admin) {
    public Key {
      routes = List.copyOf(routes);
    }

    /** Whether it is the same caller with the same limits, whatever else has changed. */
    public boolean hasLimitsOf(Key other) {
      return name.equals(other.name)
          && requestsPerMinute.equals(other.requestsPerMinute)
          && tokensPerMinute.equals(other.tokensPerMinute);
    }
  }
}
