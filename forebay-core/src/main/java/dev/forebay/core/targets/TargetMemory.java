package dev.forebay.core.targets;

import dev.forebay.core.health.Breaker;
import dev.forebay.core.health.Cooldown;
import java.util.Map;

/**
 * What was learned of one target, as plain values that outlive the process. Times are spans, since
 * the origin of a clock does not outlive it. Values out of range count as the nearest in range.
 *
 * @param cooldownNanos for how long the target asks to be left alone
 * @param circuitOpen whether its circuit is not closed
 * @param failedProbes how many probes of the circuit have failed in a row
 * @param slow whether the circuit opened because the target was slow
 * @param probeInNanos how long until the circuit's next probe
 * @param quotaKey equal for equal configured quotas: what was learned holds beside the same only
 * @param quota what was learned of the quota, by names of the limiter's own
 */
public record TargetMemory(
    String name,
    long cooldownNanos,
    boolean circuitOpen,
    int failedProbes,
    boolean slow,
    long probeInNanos,
    String quotaKey,
    Map<String, Double> quota) {
  public TargetMemory {
    cooldownNanos = Math.clamp(cooldownNanos, 0, Cooldown.LONGEST.toNanos());
    failedProbes = Math.clamp(failedProbes, 0, Breaker.MOST_FAILED_PROBES);
    probeInNanos = Math.clamp(probeInNanos, 0, Breaker.MAX_OPEN.toNanos());
    quota = Map.copyOf(quota);
  }

  /** Whether there is anything to remember. */
  public boolean isWorthKeeping() {
    return cooldownNanos > 0 || circuitOpen || !quota.isEmpty();
  }
}
