package dev.forebay.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of one call that are under way: none, one, or two while a hedge runs. Begins them,
 * ends them, and tells the listener. Not thread-safe.
 */
final class Flights {
  /** How many failures of one call count against a target: a poisonous request is not an outage. */
  private static final int MAX_COUNTED_FAILURES = 2;

  /** A gate that was shut of late is a target short of capacity: no place for a second try. */
  private static final long HEDGE_QUIET_NANOS = Duration.ofSeconds(60).toNanos();

  private static final double HEDGE_MIN_FILL = 0.3;

  private final Journey journey;
  private int begun;
  private int begunBeforeTier;
  private @Nullable Permit first;
  private @Nullable Permit hedge;

  Flights(Journey journey) {
    this.journey = journey;
  }

  /** Attempts begun so far. */
  int begun() {
    return begun;
  }

  /** Attempts begun in the present tier. */
  int begunInTier() {
    return begun - begunBeforeTier;
  }

  void changeTier() {
    begunBeforeTier = begun;
  }

  /**
   * Begins an attempt for which all has been reserved, if the target's circuit and the places for
   * retries allow it; else what was reserved is given back.
   *
   * @param fallback the tier to which time must be left to turn, or -1
   */
  boolean begin(Permit ready, int retryCost, boolean lastResort, int fallback, long nowNanos) {
    if (!takeOff(ready, retryCost, lastResort, fallback, nowNanos)) {
      return false;
    }
    HedgePolicy policy = journey.route().hedge();
    if (policy.enabled()) {
      state(ready.target(), nowNanos).hedgeShare().attempt(policy.maxShare());
    }
    first = ready;
    return true;
  }

  /** Begins a second attempt beside the first, if it is worth it. */
  Step.@Nullable Attempt hedge(TierProgress tier, long nowNanos) {
    RetryPolicy retry = journey.route().retry();
    if (hedge != null
        || begun >= retry.maxAttemptsPerCall()
        || journey.tierAttempts() >= retry.maxAttempts()) {
      return null;
    }
    Target other = tier.another(candidate -> isAtEase(candidate, nowNanos), journey.random());
    HedgeShare share = state(only().target(), nowNanos).hedgeShare();
    if (other == null
        || nowNanos - journey.plan().latestBeginNanos(other, TimePlan.NO_TIER, nowNanos) >= 0
        || !share.take()) {
      return null;
    }
    hedge = takeOffBeside(other, nowNanos);
    if (hedge == null) {
      share.giveBack();
      return null;
    }
    return hedge;
  }

  /** The attempt's first content came; any other is given up. */
  void contentStarted(Step.Attempt of, long nowNanos) {
    Permit winner = keepOnly(of, nowNanos);
    winner.contentStarted(journey.random(), nowNanos);
    if (listens()) {
      emit(new JourneyEvent.ContentStarted(nowNanos, of, winner.heldNanos(nowNanos)));
    }
  }

  void produced(Step.Attempt of, long outputTokens, long nowNanos) {
    permitOf(of).produced(outputTokens, nowNanos);
  }

  /** The attempt is over, and with it any other: nothing is under way any more. */
  void endAll(Step.Attempt of, Outcome outcome, long nowNanos) {
    close(keepOnly(of, nowNanos), outcome, nowNanos);
    first = null;
  }

  /**
   * The attempt failed.
   *
   * @return the target of the one that is still under way, or null
   */
  @Nullable Target end(Step.Attempt of, Outcome.Failure failure, long nowNanos) {
    Permit over = permitOf(of);
    Permit other = over.equals(first) ? hedge : first;
    close(over, failure, nowNanos);
    first = other;
    hedge = null;
    return other == null ? null : other.target();
  }

  /** The caller left. */
  void cancelAll(long nowNanos) {
    if (first != null) {
      endAll(first, new Outcome.Cancelled(), nowNanos);
    }
  }

  private boolean takeOff(
      Permit ready, int retryCost, boolean lastResort, int fallback, long nowNanos) {
    Target to = ready.target();
    if (!ready.begins(
        begun + 1,
        retryCost,
        journey.failuresInTier() < MAX_COUNTED_FAILURES,
        journey.plan().contentByNanos(to.timeouts(), fallback, nowNanos),
        hedgeAtNanos(state(to, nowNanos), nowNanos),
        lastResort,
        nowNanos)) {
      return false;
    }
    begun++;
    if (listens()) {
      emit(new JourneyEvent.AttemptStarted(nowNanos, ready, journey.source(), first != null));
    }
    return true;
  }

  /** A hedge pays like a retry, and waits for nothing. */
  private @Nullable Permit takeOffBeside(Target other, long nowNanos) {
    TargetState state = state(other, nowNanos);
    int cost = RetryBudget.TRANSIENT_COST;
    if (!state.retryBudget().charge(cost, 0, nowNanos)) {
      return null;
    }
    Permit permit = new Permit(journey, state, other);
    if (!state.admission().reserve(permit, nowNanos)
        || !takeOff(permit, cost, false, TimePlan.NO_TIER, nowNanos)) {
      state.retryBudget().refund(cost, 0, nowNanos);
      return null;
    }
    return permit;
  }

  private long hedgeAtNanos(TargetState state, long nowNanos) {
    Call call = journey.call();
    boolean possible =
        journey.route().hedge().enabled() && call.streaming() && call.repeatable() && first == null;
    long after =
        possible
            ? state.profile().hedgeAfterNanos(call.inputTokens(), nowNanos)
            : Step.Attempt.NEVER;
    return after == Step.Attempt.NEVER ? after : nowNanos + after;
  }

  /** Only a target that has been at ease for a while is asked beside another. */
  private boolean isAtEase(Target candidate, long nowNanos) {
    TargetState state = state(candidate, nowNanos);
    return state.breakerAdmits(nowNanos)
        && state.gate().quietNanos(nowNanos) >= HEDGE_QUIET_NANOS
        && state.load(nowNanos).fill() > HEDGE_MIN_FILL;
  }

  private Permit keepOnly(Step.Attempt of, long nowNanos) {
    Permit kept = permitOf(of);
    if (hedge != null) {
      close(kept.equals(hedge) ? only() : hedge, new Outcome.Cancelled(), nowNanos);
      first = kept;
      hedge = null;
    }
    return kept;
  }

  private void close(Permit over, Outcome outcome, long nowNanos) {
    over.end(outcome, journey.random(), nowNanos);
    if (listens()) {
      long took = over.heldNanos(nowNanos);
      emit(new JourneyEvent.AttemptEnded(nowNanos, over, outcome, took));
    }
  }

  private Permit only() {
    if (first == null) {
      throw new IllegalStateException("no attempt is under way");
    }
    return first;
  }

  private Permit permitOf(Step.Attempt attempt) {
    Permit second = hedge;
    Permit found = second != null && second.equals(attempt) ? second : only();
    if (!attempt.equals(found)) {
      throw new IllegalArgumentException("this attempt is over: " + attempt);
    }
    return found;
  }

  private TargetState state(Target of, long nowNanos) {
    return journey.state(of, nowNanos);
  }

  private boolean listens() {
    return journey.listener().listens();
  }

  private void emit(JourneyEvent event) {
    journey.listener().on(journey, event);
  }
}
