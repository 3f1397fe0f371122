package dev.forebay.core;

import java.time.Duration;

/**
 * How long one attempt may keep silent.
 *
 * @param firstToken the longest wait for the first content of a stream; 20 s by default, several
 *     times the slowest usual first token, yet leaves time for a fallback within a minute
 * @param idle the longest pause between bytes once an answer has begun; 30 s by default, since
 *     models that think pause for tens of seconds
 */
public record Timeouts(Duration firstToken, Duration idle) {
  public static final Timeouts DEFAULTS =
      new Timeouts(Duration.ofSeconds(20), Duration.ofSeconds(30));

  public Timeouts {
    Checks.positive("firstToken", firstToken);
    Checks.positive("idle", idle);
  }
}
