package dev.forebay.core;

import java.time.Duration;

/**
 * What the policies know of a call: never its content.
 *
 * @param streaming whether the caller reads the answer as it is made, so that the first token
 *     counts
 * @param inputTokens the estimated input
 * @param maxOutputTokens the most output that the caller allows
 * @param patience the caller's own deadline, all attempts included; the route's holds if shorter
 */
public record Call(boolean streaming, int inputTokens, int maxOutputTokens, Duration patience) {
  /** A caller that leaves the deadline to the route. */
  public static final Duration ROUTE_DEADLINE = Duration.ofNanos(Long.MAX_VALUE);

  public Call {
    Checks.check(inputTokens >= 0, "inputTokens", "must not be negative", inputTokens);
    Checks.check(maxOutputTokens >= 0, "maxOutputTokens", "must not be negative", maxOutputTokens);
    Checks.notNegative("patience", patience);
  }
}
