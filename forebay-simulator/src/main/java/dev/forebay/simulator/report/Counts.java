package dev.forebay.simulator.report;

/**
 * Calls by their end, and what they took.
 *
 * @param queued accepted for later, and done later
 * @param gaveUp the caller's deadline passed, or the answer broke off at it
 * @param attempts requests sent
 * @param throttled answers with 429
 * @param costTokens charged to quotas
 * @param wastedTokens charged to quotas for nothing
 */
public record Counts(
    long calls,
    long primary,
    long fallback,
    long queued,
    long refused,
    long gaveUp,
    long attempts,
    long throttled,
    double costTokens,
    double wastedTokens) {
  public long answered() {
    return primary + fallback;
  }

  /** The part of the calls that got an answer; 1 if there were none. */
  public double answeredShare() {
    return calls == 0 ? 1 : (double) answered() / calls;
  }

  /** Requests sent for each answer; 0 if there were no answers. */
  public double attemptsPerAnswer() {
    return answered() == 0 ? 0 : (double) attempts / answered();
  }

  /** Requests sent beyond one for each answer. */
  public long wastedAttempts() {
    return Math.max(0, attempts - answered());
  }
}
