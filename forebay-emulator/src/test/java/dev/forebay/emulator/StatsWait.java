package dev.forebay.emulator;

import java.util.function.Predicate;

/** Waits for what an emulator will have seen, by asking it again and again. */
final class StatsWait {
  private static final long PATIENCE_MS = 20_000;

  private StatsWait() {}

  static Stats until(Emulator emulator, Predicate<Stats> condition) {
    Stats stats = emulator.stats();
    long until = stats.nowMs() + PATIENCE_MS;
    while (stats.nowMs() < until && !condition.test(stats)) {
      stats = emulator.stats();
    }
    if (!condition.test(stats)) {
      throw new AssertionError("never came to pass: " + stats);
    }
    return stats;
  }
}
