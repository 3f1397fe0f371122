package dev.forebay.core;

import dev.forebay.core.health.Breaker;
import java.time.Duration;

/**
 * When a target counts as broken, and for how long it is left alone.
 *
 * @param failureRate above 0, at most 1: the share of failures that the circuit tolerates; it opens
 *     when the evidence shows more, beyond what chance makes of it, see {@code Breaker}; half by
 *     default, as a call that is tried five times is then still answered in 97 % of cases
 * @param minimumCalls how much evidence is needed for that; 10 by default, a few seconds' worth for
 *     a busy route
 * @param openFor the first pause before a probe; 5 s by default, growing by a quarter up to {@link
 *     Breaker#MAX_OPEN} while probes show that the outage goes on
 */
public record BreakerPolicy(double failureRate, int minimumCalls, Duration openFor) {
  public static final BreakerPolicy DEFAULTS = new BreakerPolicy(0.5, 10, Duration.ofSeconds(5));

  public BreakerPolicy {
    Checks.check(
        failureRate > 0 && failureRate <= 1,
        "failureRate",
        "must be above 0 and at most 1",
        failureRate);
    Checks.check(minimumCalls >= 1, "minimumCalls", "must be at least 1", minimumCalls);
    Checks.positive("openFor", openFor);
  }
}
