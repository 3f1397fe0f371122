package dev.forebay.jobs.worker;

import dev.forebay.core.Checks;
import java.time.Duration;

/**
 * How much of what a route's targets can take is free for jobs now: what their rate brings, less
 * the head-room that is kept for direct calls. Thread-safe; never blocks.
 */
@FunctionalInterface
public interface Capacity {
  /**
   * Asks before jobs are taken, so that none is taken that cannot begin.
   *
   * @param meanTokens what one of the waiting jobs is expected to cost
   * @param max how many jobs are wanted
   */
  Room room(String route, long meanTokens, int max);

  /** The answer. */
  sealed interface Room {}

  /**
   * So many may be taken.
   *
   * @param jobs at least 1
   */
  record Now(int jobs) implements Room {
    public Now {
      Checks.check(jobs >= 1, "jobs", "must be at least 1", jobs);
    }
  }

  /** None; ask again after that time, or when {@link Worker#wake} is called. */
  record Later(Duration delay) implements Room {
    public Later {
      Checks.check(delay.isPositive(), "delay", "must be positive", delay);
    }
  }
}
