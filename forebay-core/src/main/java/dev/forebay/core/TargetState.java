package dev.forebay.core;

import java.time.Duration;

/** What is known of one target from all calls together. Thread-safe. */
public final class TargetState {
  private static final long MIN_HEDGE_NANOS = Duration.ofSeconds(1).toNanos();

  private final RetryBudget retryBudget;
  private final Breaker breaker;
  private final Gate gate;
  private final HedgeShare hedgeShare = new HedgeShare();
  private final MedianEstimate firstToken = new MedianEstimate();
  private final MedianEstimate wholeAnswer = new MedianEstimate();

  TargetState(long nowNanos) {
    retryBudget = new RetryBudget(nowNanos);
    breaker = new Breaker(nowNanos);
    gate = new Gate(nowNanos);
  }

  public RetryBudget retryBudget() {
    return retryBudget;
  }

  public Breaker breaker() {
    return breaker;
  }

  /** How long the target asked to be left alone, in nanoseconds from now; 0 if it did not. */
  public long gateNanos(long nowNanos) {
    return gate.remainingNanos(nowNanos);
  }

  /**
   * How long the target may be expected to take until a caller has what it waits for: the median
   * time to the first token for a stream, to the whole answer otherwise; 0 while nothing is known.
   */
  public long expectedNanos(Call call) {
    return (call.streaming() ? firstToken : wholeAnswer).nanos();
  }

  boolean breakerAdmits(long nowNanos) {
    return breaker.availableAtNanos(nowNanos) - nowNanos <= 0;
  }

  Gate gate() {
    return gate;
  }

  HedgeShare hedgeShare() {
    return hedgeShare;
  }

  /** After what time without a first token a hedge is worth its cost; never while not known. */
  long hedgeAfterNanos() {
    long usual = firstToken.nanos();
    return usual == 0 ? Step.Attempt.NEVER : Math.max(MIN_HEDGE_NANOS, 2 * usual);
  }

  void firstTokenAfter(long nanos) {
    firstToken.add(nanos);
  }

  void wholeAnswerAfter(long nanos) {
    wholeAnswer.add(nanos);
  }
}
