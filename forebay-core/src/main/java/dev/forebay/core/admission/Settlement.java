package dev.forebay.core.admission;

import dev.forebay.core.Outcome;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.estimate.LatencyProfile;
import dev.forebay.core.health.RetryBudget;

/**
 * What the end of an attempt means for the quota that it had reserved, and what is learned from its
 * answer: times, tokens, retry budget and the tenant's account. Guarded by its {@link Admission}.
 */
final class Settlement {
  private final Dispatcher dispatcher;
  private final LatencyProfile profile;
  private final RetryBudget budget;

  Settlement(Dispatcher dispatcher, LatencyProfile profile, RetryBudget budget) {
    this.dispatcher = dispatcher;
    this.profile = profile;
    this.budget = budget;
  }

  /** Settles once; whether that changes what waiting calls can expect. */
  boolean settle(Reservation held, Outcome outcome, long outputSeen, long nowNanos) {
    // What nearly all do is apart, so that it is compiled as one with its callers.
    if (outcome instanceof Outcome.Succeeded success) {
      answered(held, success.usage(), nowNanos);
      return false;
    }
    return unanswered(held, outcome, outputSeen, nowNanos);
  }

  private boolean unanswered(Reservation held, Outcome outcome, long outputSeen, long nowNanos) {
    Limiter limiter = dispatcher.limiter();
    switch (outcome) {
      case Outcome.Succeeded f -> throw new IllegalStateException("it was answered");
      case Outcome.Unwanted f -> throw new IllegalStateException("it was answered");
      case Outcome.Throttled f -> {
        return limiter.throttled(held, nowNanos);
      }
      case Outcome.Unavailable f -> limiter.refused(held, nowNanos);
      case Outcome.NotReady f -> limiter.refused(held, nowNanos);
      case Outcome.Rejected f -> limiter.refused(held, nowNanos);
      case Outcome.Failed f -> limiter.interrupted(held, outputSeen, nowNanos);
      case Outcome.TimedOut f -> {
        profile.answerCut(held.call().maxOutputTokens(), nowNanos - held.begunAtNanos(), nowNanos);
        limiter.usageUnknown(held, nowNanos);
      }
      case Outcome.Interrupted f -> limiter.interrupted(held, outputSeen, nowNanos);
      case Outcome.Cancelled f -> {
        profile.answerCut(held.call().maxOutputTokens(), nowNanos - held.begunAtNanos(), nowNanos);
        limiter.interrupted(held, outputSeen, nowNanos);
      }
    }
    return false;
  }

  private void answered(Reservation held, TokenUsage usage, long nowNanos) {
    long used = dispatcher.limiter().answered(held, usage, nowNanos);
    dispatcher.concurrency().learn(nowNanos - held.begunAtNanos(), used);
    double more = (double) (used - held.tokens());
    dispatcher.queue().charge(held.call().priority(), held.call().tenant(), more);
    learnTimes(held, usage.output(), nowNanos);
    budget.earn(usage.total(), nowNanos);
  }

  private void learnTimes(Reservation held, int output, long nowNanos) {
    long took = nowNanos - held.begunAtNanos();
    profile.answerEnded(held.call().maxOutputTokens(), took, nowNanos);
    if (held.hasContent()) {
      profile.output(output, nowNanos - held.contentAtNanos(), nowNanos);
    } else {
      profile.wholeAnswer(output, took, nowNanos);
    }
  }
}
