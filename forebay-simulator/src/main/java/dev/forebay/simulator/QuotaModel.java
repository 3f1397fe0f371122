package dev.forebay.simulator;

/**
 * A target's quota as Bedrock keeps it: it sets aside {@code input + maxTokens * reserve} when a
 * request comes, refuses it with 429 where that does not fit, and charges {@code input + output *
 * burndown} when the answer is complete.
 *
 * @param requestsPerMinute 0 for no limit
 * @param tokensPerMinute 0 for no limit
 * @param window over what time the limits hold
 */
public record QuotaModel(
    long requestsPerMinute,
    long tokensPerMinute,
    double burndown,
    double reserve,
    WindowKind window) {
  /** How a limit per minute is counted; AWS speaks of 60-second windows and says no more. */
  public enum WindowKind {
    /** The count begins anew every 60 s. */
    FIXED,
    /** The last 60 s count, in steps of one. */
    SLIDING,
    /** A bucket of one minute's worth, refilled steadily. */
    BUCKET
  }

  /** The same without its figures: what an output token costs is a matter of the model. */
  QuotaModel unknown() {
    return new QuotaModel(0, 0, burndown, reserve, window);
  }

  long reserved(PlannedCall call) {
    return call.inputTokens() + Math.round(call.maxTokens() * reserve);
  }

  /** What the service charges in the end. */
  public long settled(long input, long output) {
    return input + Math.round(output * burndown);
  }
}
