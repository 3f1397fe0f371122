package dev.forebay.emulator;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a request gets.
 *
 * @param grant what an admitted request holds; empty for one that never reached a model
 * @param byQuota whether the quota refused it
 */
record PlannedAnswer(
    Script script, Optional<Grant> grant, @Nullable Long maxTokens, boolean byQuota) {
  static PlannedAnswer plain(Script script) {
    return new PlannedAnswer(script, Optional.empty(), null, false);
  }

  /** An admitted request's answer, and the quota to settle it with. */
  record Grant(Answer answer, QuotaBucket quota, QuotaBucket.Reservation reservation) {
    void settle(Duration now, int output) {
      quota.settle(now.toNanos(), reservation, output);
    }
  }
}
