package dev.forebay.simulator;

/**
 * One call of a scenario, the same for every policy.
 *
 * @param index from 0, in the order of arrival
 * @param atNanos when it arrives, from the start of the scenario
 * @param kind its place in the scenario's mix
 * @param outputTokens how long the answer will be; no policy knows that
 * @param deadlineNanos after what time from its arrival the caller leaves
 * @param seed what else is drawn for this call comes from it
 */
public record PlannedCall(
    int index,
    long atNanos,
    int kind,
    int inputTokens,
    int maxTokens,
    int outputTokens,
    long deadlineNanos,
    long seed) {
  /** When the caller leaves. */
  public long endByNanos() {
    return atNanos + deadlineNanos;
  }
}
