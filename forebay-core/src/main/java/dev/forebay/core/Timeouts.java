package dev.forebay.core;

import java.time.Duration;

/**
 * Timeouts of one attempt. All but {@code idle} count from the moment it was sent.
 *
 * @param firstFrame the longest wait for a stream's first frame, whatever it holds: a ping, the
 *     start of a message, an empty piece of thinking. A target that has sent none is hung. 20 s by
 *     default: several times the slowest usual first frame, and two thirds of a minute are left for
 *     a fallback
 * @param firstToken the longest wait for the first content of a stream that has sent frames; 90 s
 *     by default, since models that think before each answer do so for more than a minute without a
 *     word
 * @param idle the longest pause between frames; 120 s by default: models that write a tool's input
 *     or think in the middle of an answer pause for up to a minute
 * @param total the longest that one attempt may take, however steadily it flows; 30 min by default:
 *     the longest output of any model, 128,000 tokens, at 70 tokens a second
 */
public record Timeouts(Duration firstFrame, Duration firstToken, Duration idle, Duration total) {
  public static final Timeouts DEFAULTS =
      new Timeouts(
          Duration.ofSeconds(20),
          Duration.ofSeconds(90),
          Duration.ofSeconds(120),
          Duration.ofMinutes(30));

  public Timeouts {
    Checks.positive("firstFrame", firstFrame);
    Checks.positive("firstToken", firstToken);
    Checks.positive("idle", idle);
    Checks.positive("total", total);
  }
}
