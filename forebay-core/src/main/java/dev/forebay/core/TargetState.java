package dev.forebay.core;

/** What is known of one target from all calls together. Thread-safe. */
public final class TargetState {
  private final RetryBudget retryBudget;
  private final Breaker breaker;
  private final Gate gate;
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

  void firstTokenAfter(long nanos) {
    firstToken.add(nanos);
  }

  void wholeAnswerAfter(long nanos) {
    wholeAnswer.add(nanos);
  }
}
