package dev.forebay.emulator;

import java.util.OptionalLong;

/**
 * A model's limits, one set for all of its operations; an absent limit does not limit.
 *
 * @param burndown tokens charged per output token at settlement (Bedrock: 1 to 15, by model)
 * @param reserve tokens reserved per token of the requested maximum at admission; AWS documents 1,
 *     some users saw the burndown rate
 * @param window whether the minute is a fixed window, the last 60 s, or a continuously refilled
 *     bucket
 */
public record Quota(
    OptionalLong requestsPerMinute,
    OptionalLong tokensPerMinute,
    OptionalLong tokensPerDay,
    double burndown,
    double reserve,
    Window window) {

  /** No limits at all. */
  public static final Quota UNLIMITED =
      new Quota(
          OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), 1, 1, Window.FIXED);

  /** Checks that every limit and multiplier is at least zero. */
  public Quota {
    if (!(burndown >= 0) || !(reserve >= 0)) {
      throw new IllegalArgumentException(
          "expected burndown and reserve of at least 0, not " + burndown + " and " + reserve);
    }
    for (OptionalLong limit :
        new OptionalLong[] {requestsPerMinute, tokensPerMinute, tokensPerDay}) {
      if (limit.orElse(0) < 0) {
        throw new IllegalArgumentException("expected a limit of at least 0, not " + limit);
      }
    }
  }

  /** How a minute is counted; AWS does not say which one Bedrock uses. */
  public enum Window {
    /** Counters start again every 60 s, counted from the emulator's start. */
    FIXED("fixed"),
    /** What was taken in the last 60 s counts, in steps of one. */
    SLIDING("sliding"),
    /** A token bucket of one minute's worth that refills continuously, full after 60 s. */
    BUCKET("bucket");

    private final String key;

    Window(String key) {
      this.key = key;
    }

    String key() {
      return key;
    }
  }
}
