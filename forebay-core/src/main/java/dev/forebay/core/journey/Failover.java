package dev.forebay.core.journey;

import dev.forebay.core.Call;
import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.Quota;
import dev.forebay.core.RetryPolicy;
import dev.forebay.core.RetryPolicy.Cause;
import dev.forebay.core.Route;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.health.Cooldown;
import dev.forebay.core.health.RetryBudget;
import dev.forebay.core.targets.TargetRegistry;
import dev.forebay.core.targets.TargetState;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Where a call goes next: to the same target again, to another of its tier, to the next tier, into
 * a wait, or to its end. Between tiers the order is fixed: the tier's targets, with retries while
 * attempts, budget and deadline allow, then the next tier; but a call that finds no capacity goes
 * to any tier that has some, and waits for all of them at once. A {@link Journey} is built on top
 * of it, rather than having one, because every call has both and one object is cheaper than two.
 * Not thread-safe.
 */
abstract sealed class Failover extends TierSelection permits Journey {
  /**
   * A quota for the day may be raised, or its day end, at any time: it is probed after this time to
   * {@link Cooldown#LONGEST}.
   */
  private static final Duration DAY_PROBE_MIN = Duration.ofMinutes(5);

  private static final long MIN_HOLD_NANOS = Duration.ofMillis(10).toNanos();

  /** Where a call stands between its start and its end. */
  enum Phase {
    NEW,
    WAITING,
    ATTEMPTING,
    RELAYING,
    ENDED
  }

  Phase phase = Phase.NEW;

  /** Lets the driver call {@link Journey#woken}. */
  Runnable wake = () -> {};

  /** What the caller may get in place of an error. */
  DegradedSource degradedSource = DegradedSource.NONE;

  Failover(
      TargetRegistry targets,
      Route asked,
      Call call,
      long nowNanos,
      RandomGenerator random,
      JourneyListener listener) {
    super(targets, asked, call, nowNanos, random, listener);
  }

  /** The call's end without an answer, unless there is something in its place. */
  abstract Step refuse(String why, long nowNanos);

  /** Tries again in this tier if every bound allows it, else turns to the next tier. */
  final Step retry(RetryDecision.Retry wanted, long nowNanos) {
    String why = wanted.why();
    if (tierAttempts() >= asked.retry().maxAttempts()) {
      return nextTier(why + " in all " + tierAttempts() + " attempts", nowNanos);
    }
    if (attempts() >= asked.retry().maxAttemptsPerCall()) {
      return refuse(why + ", and maxAttemptsPerCall is reached", nowNanos);
    }
    if (attempts() >= attemptsForThisTier(nowNanos)) {
      return nextTier(why + ", and the remaining attempts are reserved for later tiers", nowNanos);
    }
    Target next = tier().take(choice(nowNanos), call.conversation(), random);
    if (next == null) {
      return nextTier(why + ", and no other target of the tier may be asked", nowNanos);
    }
    // Another target costs what its predecessor's failure costs; the same one is a retry for sure.
    boolean repeated = tier().isRepeated();
    int cost = repeated ? Math.max(wanted.cost(), RetryBudget.THROTTLED_COST) : wanted.cost();
    long delay = repeated ? wanted.delayNanos() : 0;
    if (wanted.forCapacity()) {
      throttledBy(taken());
    }
    if (delay > 0 && wanted.forCapacity()) {
      Step elsewhere = startElsewhere(why, nowNanos);
      if (elsewhere != null) {
        return elsewhere;
      }
    }
    ensureRetryState().waitsForCapacity = wanted.forCapacity();
    return attemptOrWait(next, cost, wanted.lostTokens(), delay, why, nowNanos);
  }

  /**
   * The first attempt in a tier is no retry, unless the whole call is one, but the target must be
   * open to it.
   */
  final Step enterTier(long nowNanos) {
    Target next = take(nowNanos);
    return next == null
        ? nextTier("no target of the tier may be asked", nowNanos)
        : attemptOrWait(next, entryCost(), 0, 0, "no capacity yet", nowNanos);
  }

  /**
   * Begins an attempt, or waits for its time and then its turn, if deadline and budget allow; else
   * the next tier.
   */
  final Step attemptOrWait(
      Target next, int cost, long lostTokens, long delayNanos, String why, long nowNanos) {
    TargetState state = state(next, nowNanos);
    int fallback = fallbackTier(nowNanos);
    // A retry that would come back during a cooldown waits in the queue instead.
    boolean pauses = delayNanos > 0 && delayNanos > state.admission().shutNanos(nowNanos);
    ActiveAttempt ready = delayNanos > 0 ? null : reserve(state, next, nowNanos);
    if (ready == null && delayNanos == 0) {
      Step elsewhere = startElsewhere(why, nowNanos);
      if (elsewhere != null) {
        return elsewhere;
      }
    }
    String objection = objection(next, cost, lostTokens, delayNanos, fallback, nowNanos);
    if (objection != null) {
      if (ready != null) {
        state.admission().giveBack(ready, nowNanos);
      }
      return nextTier(why + objection, nowNanos);
    }
    target = next;
    if (cost != retryCost()) {
      ensureRetryState().retryCost = cost;
    }
    if (lostTokens > 0 || hasTier()) {
      tier().retryLostTokens = lostTokens;
    }
    if (ready != null) {
      return startAttempt(ready, fallback, nowNanos);
    }
    return pauses
        ? waiting().until(nowNanos + delayNanos, why, nowNanos)
        : waiting().forCapacity(why, nowNanos);
  }

  /**
   * Begins an attempt in another tier, if a target there has capacity now; null if there is none.
   * No call waits, and none is refused, while another target has capacity.
   */
  private @Nullable Step startElsewhere(String why, long nowNanos) {
    for (int i = firstTier(); i < reachable().tiers().size(); i++) {
      if (i != tierIndex() && mayTurnTo(i, nowNanos)) {
        for (Target candidate : reachable(i).targets()) {
          TargetState state = state(candidate, nowNanos);
          if (mayAsk(candidate, nowNanos) && !hasThrottledTwice(candidate)) {
            ActiveAttempt ready = reserve(state, candidate, nowNanos);
            if (ready != null) {
              return startIn(i, ready, why, nowNanos);
            }
          }
        }
      }
    }
    return null;
  }

  /** Turns to a tier because the present one has no capacity, and begins the attempt there. */
  final Step startIn(int tier, ActiveAttempt ready, String why, long nowNanos) {
    if (tier != tierIndex()) {
      int least = firstTier();
      turnTo(tier, why + FinalErrors.fallbackNote(this, nowNanos), nowNanos);
      ensureRetryState().leastTier = least;
      ensureRetryState().retryCost = entryCost();
    }
    target = ready.target();
    if (hasTier()) {
      tier().turnTo(ready.target());
    }
    return startAttempt(ready, fallbackTier(nowNanos), nowNanos);
  }

  /** Turns to the next tier that can answer in time; if there is none, tries what is left. */
  final Step nextTier(String reason, long nowNanos) {
    String why = reason + FinalErrors.fallbackNote(this, nowNanos);
    int next = fallbackTier(nowNanos);
    if (next < 0) {
      next = lastResort(nowNanos);
    }
    if (next < 0) {
      Step instead = waiting().forProbe(why, nowNanos);
      return instead == null ? refuse(why, nowNanos) : instead;
    }
    turnTo(next, why, nowNanos);
    return enterTier(nowNanos);
  }

  /** Counts attempts anew, in that tier. */
  final void turnTo(int tier, String why, long nowNanos) {
    RetryState retryState = ensureRetryState();
    retryState.tierIndex = tier;
    retryState.leastTier = tier;
    retryState.uncounted = attempts();
    retryState.tier = null;
    target = null;
    if (listens()) {
      emit(new JourneyEvent.Switched(nowNanos, place(tier), why));
    }
  }

  /** Begins an attempt on the target that was chosen, after a pause. */
  final Step begin(String why, long nowNanos) {
    TargetState state = state(taken(), nowNanos);
    ActiveAttempt ready = reserve(state, taken(), nowNanos);
    return ready == null
        ? waiting().forCapacity(why, nowNanos)
        : startAttempt(ready, fallbackTier(nowNanos), nowNanos);
  }

  /** Begins the attempt for which all has been reserved. */
  final Step startAttempt(ActiveAttempt ready, int fallback, long nowNanos) {
    countWait(nowNanos);
    if (!tryStart(ready, retryCost(), isLastResort(), fallback, nowNanos)) {
      return startRefused(nowNanos);
    }
    phase = Phase.ATTEMPTING;
    return ready;
  }

  /**
   * The attempt may not begin: a retry waits for a place in flight, unless the circuit has opened.
   */
  private Step startRefused(long nowNanos) {
    returnCharge(nowNanos);
    if (retryCost() > 0 && state(taken(), nowNanos).breakerAdmits(nowNanos)) {
      long again =
          Math.max(MIN_HOLD_NANOS, asked.retry().delayNanos(Cause.THROTTLED, 0, 0, random));
      return attemptOrWait(
          taken(),
          retryCost(),
          tier().retryLostTokens,
          again,
          "too many retries are in flight",
          nowNanos);
    }
    tier().failed(taken());
    return tier().hasFresh() ? enterTier(nowNanos) : nextTier("its circuit has opened", nowNanos);
  }

  /** Lets all calls leave the target alone for as long as its failure asks for. */
  final void startCooldown(Target of, Outcome.Failure failure, long nowNanos) {
    long shut = cooldownNanos(failure);
    if (shut > 0) {
      state(of, nowNanos).cooldown().closeUntil(nowNanos + RetryPolicy.hintNanos(shut, random));
      state(of, nowNanos).admission().reconsider(nowNanos);
    }
  }

  /**
   * For how long a failure lets all calls leave the target alone: an implausibly long hint is
   * capped.
   */
  private long cooldownNanos(Outcome.Failure failure) {
    return failure instanceof Outcome.Throttled t && t.quota() == Quota.DAY
        ? random.nextLong(DAY_PROBE_MIN.toNanos(), Cooldown.LONGEST.toNanos())
        : Math.min(failure.hint().toNanos(), Cooldown.LONGEST.toNanos());
  }

  /** One wait may follow another: the call has waited since the first began. */
  final void beginWaiting(long nowNanos) {
    if (phase != Phase.WAITING) {
      phase = Phase.WAITING;
      waiting().begins(nowNanos);
    }
  }

  /** Adds the wait to the total before the next event. */
  final void countWait(long nowNanos) {
    if (phase == Phase.WAITING) {
      waiting().counts(nowNanos);
    }
  }

  /** How the call waits; made when it has to for the first time. */
  final WaitState waiting() {
    WaitState known = waited();
    if (known == null) {
      known = new WaitState(this);
      ensureRetryState().waiting = known;
    }
    return known;
  }

  /** How the call waits or has waited; null if it never had to. */
  final @Nullable WaitState waited() {
    RetryState retryState = retryState();
    return retryState == null ? null : retryState.waiting;
  }
}
