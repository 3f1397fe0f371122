package dev.forebay.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a target's requests carry of a caller's, and how its connections are made.
 *
 * @param forwardHeaders names in lower case of request headers that the target gets besides those
 *     that every target gets
 * @param proxy what connections go through; empty: nothing
 * @param authorities certificates that are trusted besides the platform's
 */
public record WireConfig(
    Set<String> forwardHeaders, Optional<ProxyConfig> proxy, List<Pem> authorities) {
  /** What applies where neither the configuration nor the environment says anything. */
  public static final WireConfig DEFAULTS = new WireConfig(Set.of(), Optional.empty(), List.of());

  public WireConfig {
    forwardHeaders = Set.copyOf(forwardHeaders);
    authorities = List.copyOf(authorities);
  }

  /** The same with these headers. */
  public WireConfig forwarding(String... names) {
    return new WireConfig(Set.of(names), proxy, authorities);
  }
}
