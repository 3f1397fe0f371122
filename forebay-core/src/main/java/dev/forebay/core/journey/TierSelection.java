package dev.forebay.core.journey;

import dev.forebay.core.Call;
import dev.forebay.core.Outcome;
import dev.forebay.core.Route;
import dev.forebay.core.Step;
import dev.forebay.core.Step.Source;
import dev.forebay.core.Target;
import dev.forebay.core.Tier;
import dev.forebay.core.admission.Reservation;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.targets.TargetRegistry;
import dev.forebay.core.targets.TargetState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which of its route's targets a call may ask, when, and at whose expense: tiers in their order,
 * and in a tier the targets whose circuit admits the call, whose capacity comes in time, and for
 * which the retry budget pays. Decides nothing by itself. A {@link Failover} is built on top of it,
 * rather than having one, because every call has both and one object is cheaper than two. Not
 * thread-safe.
 */
abstract sealed class TierSelection extends AttemptTracker permits Failover {
  /** The part of the route that can serve the call; null if all of it can. */
  private final @Nullable EligibleRoute eligible;

  /** The target being tried or waited for. */
  @Nullable Target target;

  TierSelection(
      TargetRegistry targets,
      Route asked,
      Call call,
      long nowNanos,
      RandomGenerator random,
      JourneyListener listener) {
    super(targets, asked, call, nowNanos, random, listener);
    this.eligible = EligibleRoute.of(asked, call.eligibility());
  }

  /** The part of the route that can serve the call; null if all of it can. */
  final @Nullable EligibleRoute eligible() {
    return eligible;
  }

  /** Whether no target of the route can serve the call. */
  final boolean hasNoEligibleTarget() {
    return eligible != null && eligible.isEmpty();
  }

  /**
   * Whether the failure says nothing about the model asked for: a target with another model refused
   * the call, or gave an answer that is not wanted while the model asked for may give one.
   */
  final boolean isOfAnotherModel(Target by, Outcome.Failure failure) {
    boolean useless =
        failure.isRefusal() || (failure instanceof Outcome.Unwanted && reachesAskedModel());
    return useless && call.eligibility().servesAnother(by);
  }

  final boolean reachesAskedModel() {
    return reachable().tiers().stream()
        .flatMap(tier -> tier.targets().stream())
        .anyMatch(target -> !call.eligibility().servesAnother(target));
  }

  /** What the failure means for the rest of the call, whatever comes next. */
  final void remember(Step.Attempt of, Outcome.Failure failure, boolean foreign) {
    RetryState retryState = ensureRetryState();
    TierProgress tier = tier();
    retryState.lastFailure = failure;
    tier.failed(of.target());
    if (RetryDecision.excludesTarget(failure, foreign)) {
      tier.exclude(of.target());
      List<Target> excluded =
          retryState.excluded == null ? new ArrayList<>(1) : retryState.excluded;
      excluded.add(of.target());
      retryState.excluded = excluded;
      retryState.uncounted++;
    }
    if (foreign) {
      List<RetryState.ForeignRefusal> known = retryState.foreignRefusals;
      if (known == null) {
        known = new ArrayList<>(1);
        retryState.foreignRefusals = known;
      }
      String reason = failure instanceof Outcome.Rejected r ? r.reason() : failure.error().label();
      known.add(new RetryState.ForeignRefusal(of.target(), reason));
    } else {
      boolean servesAsked = !call.eligibility().servesAnother(of.target());
      retryState.finalFailure =
          new FinalFailure(of, failure, servesAsked, source(), tier).over(retryState.finalFailure);
    }
  }

  /** How many of the call's attempts may be used up by now: one is kept for each tier to come. */
  final int attemptsForThisTier(long nowNanos) {
    int most = asked.retry().maxAttemptsPerCall();
    int toCome = reachable().tiers().size() - 1 - tierIndex();
    return toCome > 0 && fallbackTier(nowNanos) >= 0 ? most - toCome : most;
  }

  /**
   * One of the tier's targets that may be asked, or null; a tier with a single one is no choice.
   */
  final @Nullable Target take(long nowNanos) {
    List<Target> targets = reachable(tierIndex()).targets();
    if (hasTier() || targets.size() > 1) {
      return tier().take(choice(nowNanos), call.conversation(), random);
    }
    Target only = targets.getFirst();
    return admits(state(only, nowNanos), nowNanos) ? only : null;
  }

  /** An attempt for which all is reserved, or null if it has to wait. */
  final @Nullable ActiveAttempt reserve(TargetState state, Target on, long nowNanos) {
    ActiveAttempt attempt = new ActiveAttempt(journey(), state, on);
    return state.admission().reserve(attempt, nowNanos) ? attempt : null;
  }

  /** Why not to go on with this target, or null if it may; then the retry is charged. */
  final @Nullable String objection(
      Target next, int cost, long lostTokens, long waitNanos, int fallback, long nowNanos) {
    boolean veryFirst = attempts() == 0 && waitNanos <= 0;
    if (!veryFirst && waitNanos > plan().latestBeginNanos(next, fallback, nowNanos) - nowNanos) {
      return ", and another attempt would miss the deadline";
    }
    TargetState state = state(next, nowNanos);
    return state.retryBudget().charge(cost, lostTokens, state.inFlight(), nowNanos)
        ? null
        : ", and the retry budget is used up";
  }

  final boolean isExcluded(Target each) {
    RetryState retryState = retryState();
    return retryState != null && retryState.excluded != null && retryState.excluded.contains(each);
  }

  /**
   * A call that pauses after a throttle does not turn back to such a target in the meantime: the
   * pause is for all that throttled it.
   */
  final boolean hasThrottledTwice(Target each) {
    RetryState retryState = retryState();
    return retryState != null
        && retryState.throttled != null
        && Collections.frequency(retryState.throttled, each) >= 2;
  }

  final void throttledBy(Target each) {
    RetryState retryState = ensureRetryState();
    if (retryState.throttled == null) {
      retryState.throttled = new ArrayList<>(2);
    }
    retryState.throttled.add(each);
  }

  final TierProgress.Choice choice(long nowNanos) {
    return new TierProgress.Choice() {
      private final Reservation asked = new Reservation(call, nowNanos);

      @Override
      public boolean admits(Target candidate) {
        return TierSelection.this.admits(state(candidate, nowNanos), nowNanos);
      }

      @Override
      public long waitNanos(Target candidate) {
        TargetState state = state(candidate, nowNanos);
        if (!TierSelection.this.admits(state, nowNanos)) {
          return -1;
        }
        if (state.admission().isReady(asked, nowNanos)) {
          return 0;
        }
        long wait = state.admission().waitNanos(asked, nowNanos);
        return wait == Long.MAX_VALUE ? -1 : Math.max(1, wait);
      }

      @Override
      public double loadCost(Target candidate) {
        return state(candidate, nowNanos).loadCost(nowNanos);
      }
    };
  }

  /** Whether the target's circuit lets the call pass. */
  final boolean admits(TargetState state, long nowNanos) {
    state.noticeLate(random, nowNanos);
    return state.breakerAdmits(nowNanos)
        || (isLastResort() && state.breaker().openedForSlowness(nowNanos));
  }

  /**
   * A call without attempts and without another target goes to a target that is only slow: the
   * first tier with one, or none.
   */
  final int lastResort(long nowNanos) {
    if (isLastResort() || attempts() > 0) {
      return TimePlan.NO_TIER;
    }
    for (int i = 0; i < reachable().tiers().size(); i++) {
      for (Target candidate : reachable(i).targets()) {
        if (state(candidate, nowNanos).breaker().openedForSlowness(nowNanos)) {
          ensureRetryState().lastResort = true;
          return i;
        }
      }
    }
    return TimePlan.NO_TIER;
  }

  /** The first tier to which the call may turn; earlier ones it has left for good. */
  final int firstTier() {
    RetryState retryState = retryState();
    return retryState == null ? 0 : retryState.leastTier;
  }

  /** How many attempts the call's bounds leave it in that tier. */
  final int attemptsLeft(int tier) {
    int most = asked.retry().maxAttempts();
    int left = tier == tierIndex() ? most - tierAttempts() : most;
    return Math.min(left, asked.retry().maxAttemptsPerCall() - attempts());
  }

  /** Whether the call's bounds leave it an attempt in that tier. */
  final boolean mayTurnTo(int tier, long nowNanos) {
    return tier == tierIndex()
        ? tierAttempts() < asked.retry().maxAttempts()
        : attempts() < asked.retry().maxAttemptsPerCall();
  }

  /** Whether the target may be asked and could answer in time. */
  final boolean mayAsk(Target candidate, long nowNanos) {
    return !isExcluded(candidate)
        && admits(state(candidate, nowNanos), nowNanos)
        && plan().latestBeginNanos(candidate, TimePlan.NO_TIER, nowNanos) - nowNanos > 0;
  }

  /** The next tier that may still be tried and can answer in time, or -1. */
  final int fallbackTier(long nowNanos) {
    boolean isLast = tierIndex() + 1 >= reachable().tiers().size();
    return !isLast && attempts() < asked.retry().maxAttemptsPerCall()
        ? plan().tierAfter(tierIndex(), nowNanos)
        : -1;
  }

  final List<RetryState.ForeignRefusal> foreignRefusals() {
    RetryState retryState = retryState();
    return retryState == null || retryState.foreignRefusals == null
        ? List.of()
        : retryState.foreignRefusals;
  }

  final void returnCharge(long nowNanos) {
    state(taken(), nowNanos).retryBudget().refund(retryCost(), tier().retryLostTokens, nowNanos);
  }

  @Override
  public Source source() {
    return !hasNoEligibleTarget() && place(tierIndex()) == 0 ? Source.PRIMARY : Source.FALLBACK;
  }

  /** A tier's place in the whole route. */
  final int place(int index) {
    return eligible == null ? index : eligible.place(index);
  }

  final int tierIndex() {
    RetryState retryState = retryState();
    return retryState == null ? 0 : retryState.tierIndex;
  }

  final int retryCost() {
    RetryState retryState = retryState();
    return retryState == null ? 0 : retryState.retryCost;
  }

  final int entryCost() {
    RetryState retryState = retryState();
    return retryState == null ? 0 : retryState.entryCost;
  }

  final boolean isLastResort() {
    RetryState retryState = retryState();
    return retryState != null && retryState.lastResort;
  }

  /** Whether anything has happened in the tier that matters for a choice. */
  final boolean hasTier() {
    RetryState retryState = retryState();
    return retryState != null && retryState.tier != null;
  }

  final TierProgress tier() {
    RetryState retryState = ensureRetryState();
    TierProgress known = retryState.tier;
    if (known == null) {
      known = new TierProgress(reachable(tierIndex()), target);
      if (retryState.excluded != null) {
        retryState.excluded.forEach(known::exclude);
      }
      retryState.tier = known;
    }
    return known;
  }

  final boolean isOver(long nowNanos) {
    return nowNanos - endByNanos() >= 0;
  }

  final Target taken() {
    if (target == null) {
      throw new IllegalStateException("no target has been chosen");
    }
    return target;
  }

  @Override
  Route reachable() {
    return eligible == null ? asked : eligible.route();
  }

  final Tier reachable(int index) {
    return reachable().tiers().get(index);
  }
}
