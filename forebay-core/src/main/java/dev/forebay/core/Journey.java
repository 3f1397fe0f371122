package dev.forebay.core;

import dev.forebay.core.Outcome.About;
import dev.forebay.core.Outcome.Fault;
import dev.forebay.core.Outcome.Quota;
import dev.forebay.core.RetryPolicy.Cause;
import dev.forebay.core.Step.Source;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One call's way from its start to its single end. Events go in, the next {@link Step} comes out;
 * time and randomness are arguments, and nothing here waits or does I/O, so that an event loop, a
 * blocked thread and a simulation make the same decisions.
 *
 * <p>Between tiers the order is fixed: the tier's targets, with retries while attempts, budget,
 * patience and deadline allow, then the next tier, then the last attempt's own error. A retry
 * starts only if {@code now + delay + expected <= deadline}, less the time that a fallback would
 * need; this is decided before the wait, never after it. Only the call's very first attempt ignores
 * the estimate, lest a target that was once slow never be measured again.
 *
 * <p>Protocol for drivers: {@link #start}, then for each {@link Step.Attempt} optionally {@link
 * #contentStarted} and always {@link #attemptEnded}; for each {@link Step.WaitUntil} {@link
 * #timer}; {@link #callerLeft} at any time. Any other step is the end. Calls out of turn throw
 * {@link IllegalStateException}. Not thread-safe.
 */
public final class Journey {
  /** A quota for the day may be raised, or its day end, at any time: it is probed this often. */
  private static final Duration DAY_PROBE_MIN = Duration.ofMinutes(5);

  static final Duration DAY_PROBE_MAX = Duration.ofMinutes(15);

  /** How many failures of one call count against a target: a poisonous request is not an outage. */
  private static final int MAX_COUNTED_FAILURES = 2;

  private static final long LEASE_MARGIN_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long MIN_HOLD_NANOS = Duration.ofMillis(10).toNanos();

  private enum Phase {
    NEW,
    WAITING,
    ATTEMPTING,
    RELAYING,
    ENDED
  }

  private final Journeys journeys;
  private final Route route;
  private final Call call;
  private final RandomGenerator random;
  private final JourneyListener listener;
  private final long startedAtNanos;
  private final TimePlan plan;

  private Phase phase = Phase.NEW;
  private int tierIndex;
  private TierProgress tier;
  private int attempts;
  private Outcome.@Nullable Failure lastFailure;

  /** The target being tried or waited for, and what its retry budget was charged for it. */
  private @Nullable Target target;

  private int retryCost;
  private long retryLostTokens;
  private @Nullable Permit permit;
  private Step.@Nullable Attempt attempt;
  private long waitUntilNanos;

  Journey(
      Journeys journeys,
      Route route,
      Call call,
      long nowNanos,
      RandomGenerator random,
      JourneyListener listener) {
    this.journeys = journeys;
    this.route = route;
    this.call = call;
    this.random = random;
    this.listener = listener;
    this.startedAtNanos = nowNanos;
    long patienceNanos = Math.min(route.deadline().toNanos(), call.patience().toNanos());
    this.plan = new TimePlan(journeys, route, call, nowNanos, nowNanos + patienceNanos);
    this.tier = new TierProgress(route.tiers().getFirst());
  }

  /** The first step. */
  public Step start(long nowNanos) {
    expect(Phase.NEW);
    if (plan.isOver(nowNanos)) {
      return refuse("the deadline had passed at the start", nowNanos);
    }
    return enterTier(nowNanos);
  }

  /**
   * The attempt's first content has come and goes to the caller: from here on no other target can
   * take over.
   */
  public void contentStarted(long nowNanos) {
    expect(Phase.ATTEMPTING);
    phase = Phase.RELAYING;
    Permit held = held();
    held.contentStarted(nowNanos);
    if (listener.listens()) {
      long after = held.heldNanos(nowNanos);
      emit(new JourneyEvent.ContentStarted(nowNanos, current(), after));
    }
  }

  /** The attempt is over; every {@link Step.Attempt} needs this once, unless the caller left. */
  public Step attemptEnded(Outcome outcome, long nowNanos) {
    if (phase != Phase.ATTEMPTING && phase != Phase.RELAYING) {
      throw outOfTurn();
    }
    return switch (outcome) {
      case Outcome.Succeeded success -> succeeded(success, nowNanos);
      case Outcome.Cancelled c -> throw new IllegalArgumentException("use callerLeft");
      case Outcome.Failure failure when phase == Phase.RELAYING -> interrupted(failure, nowNanos);
      case Outcome.Interrupted i -> throw new IllegalArgumentException("no content had started");
      case Outcome.Failure failure -> {
        closeAttempt(failure, nowNanos);
        lastFailure = failure;
        yield afterFailure(failure, nowNanos);
      }
    };
  }

  /** The time of a {@link Step.WaitUntil} has come. */
  public Step timer(long nowNanos) {
    expect(Phase.WAITING);
    if (nowNanos - waitUntilNanos < 0) {
      return new Step.WaitUntil(waitUntilNanos, "not yet");
    }
    state(taken(), nowNanos).retryBudget().waitEnds();
    if (plan.isOver(nowNanos)) {
      returnCharge(nowNanos);
      return refuse("the deadline passed", nowNanos);
    }
    if (state(taken(), nowNanos).gateNanos(nowNanos) > 0) {
      returnCharge(nowNanos);
      long at = nowNanos + spreadGateNanos(taken(), nowNanos);
      String why = "the target asked again to be left alone";
      return go(taken(), retryCost, retryLostTokens, at, why, nowNanos);
    }
    return begin(nowNanos);
  }

  /** The caller left: the journey is over, and the driver cancels what it had under way. */
  public void callerLeft(long nowNanos) {
    switch (phase) {
      case ENDED -> {
        return;
      }
      case ATTEMPTING, RELAYING -> closeAttempt(new Outcome.Cancelled(), nowNanos);
      case WAITING -> {
        state(taken(), nowNanos).retryBudget().waitEnds();
        returnCharge(nowNanos);
      }
      case NEW -> {}
    }
    phase = Phase.ENDED;
    if (listener.listens()) {
      emit(new JourneyEvent.CallerLeft(nowNanos));
    }
  }

  /** Whether the single end has come. */
  public boolean ended() {
    return phase == Phase.ENDED;
  }

  public Route route() {
    return route;
  }

  public Call call() {
    return call;
  }

  public long startedAtNanos() {
    return startedAtNanos;
  }

  /** When the call's time is up. */
  public long endByNanos() {
    return plan.endByNanos();
  }

  /** Attempts begun so far. */
  public int attempts() {
    return attempts;
  }

  private Step succeeded(Outcome.Succeeded success, long nowNanos) {
    Target by = taken();
    closeAttempt(success, nowNanos);
    phase = Phase.ENDED;
    Step.Answer answer = new Step.Answer(source(), by, attempts);
    if (listener.listens()) {
      emit(new JourneyEvent.Answered(nowNanos, answer, success.usage()));
    }
    return answer;
  }

  private Step interrupted(Outcome.Failure failure, long nowNanos) {
    Outcome.Interrupted outcome = new Outcome.Interrupted(failure.error());
    closeAttempt(outcome, nowNanos);
    phase = Phase.ENDED;
    if (listener.listens()) {
      emit(new JourneyEvent.Interrupted(nowNanos, outcome));
    }
    return new Step.Interrupt(outcome);
  }

  private Step afterFailure(Outcome.Failure failure, long nowNanos) {
    tier.currentFailed();
    state(taken(), nowNanos).gate().closeUntil(nowNanos + gateNanos(failure));
    return switch (failure) {
      case Outcome.Throttled f when f.quota() == Quota.DAY ->
          leaveTarget("its quota for the day is used up", nowNanos);
      case Outcome.Throttled f -> retryThrottled(RetryBudget.THROTTLED_COST, "throttled", nowNanos);
      // Loading a model takes as long as a quota, and a retry is as dear as after a fault.
      case Outcome.NotReady f ->
          retryThrottled(RetryBudget.TRANSIENT_COST, "the model is not ready", nowNanos);
      case Outcome.Unavailable f -> retryUnavailable(nowNanos);
      case Outcome.Failed f when f.fault() == Fault.MODEL && fallbackTier(nowNanos) >= 0 ->
          nextTier("the model failed", nowNanos);
      case Outcome.Failed f -> retryTransient(0, "failed", nowNanos);
      case Outcome.TimedOut f -> retryTimedOut(nowNanos);
      case Outcome.Rejected f when f.about() == About.TARGET ->
          leaveTarget("it cannot serve this call", nowNanos);
      case Outcome.Rejected f -> refuse("the request was rejected", nowNanos);
      case Outcome.Interrupted f -> throw outOfTurn();
    };
  }

  private Step retryThrottled(int cost, String why, long nowNanos) {
    return retry(cost, 0, backoff(Cause.THROTTLED, tier.throttles++), why, nowNanos);
  }

  private Step retryUnavailable(long nowNanos) {
    if (tier.retriedAtOnce) {
      return retryTransient(0, "unavailable", nowNanos);
    }
    tier.retriedAtOnce = true;
    return retry(RetryBudget.TRANSIENT_COST, 0, 0, "unavailable", nowNanos);
  }

  private Step retryTransient(long lostTokens, String why, long nowNanos) {
    long delay = backoff(Cause.TRANSIENT, tier.transients++);
    return retry(RetryBudget.TRANSIENT_COST, lostTokens, delay, why, nowNanos);
  }

  /** A second wait of this length is worth it only elsewhere, or where there is nowhere to turn. */
  private Step retryTimedOut(long nowNanos) {
    if (tier.retriedTimeout || (!tier.hasFresh() && fallbackTier(nowNanos) >= 0)) {
      return nextTier("timed out", nowNanos);
    }
    tier.retriedTimeout = true;
    long lostTokens = (long) call.inputTokens() + call.maxOutputTokens();
    return retryTransient(lostTokens, "timed out", nowNanos);
  }

  /** The target is out for this call; another one of the tier is no retry and costs nothing. */
  private Step leaveTarget(String why, long nowNanos) {
    tier.excludeCurrent();
    return retry(0, 0, backoff(Cause.THROTTLED, tier.throttles), why, nowNanos);
  }

  /** Tries again in this tier if every bound allows it, else turns to the next tier. */
  private Step retry(int cost, long lostTokens, long delayNanos, String why, long nowNanos) {
    RetryPolicy policy = route.retry();
    if (tier.attempts >= policy.maxAttempts()) {
      return nextTier(why + " in all " + tier.attempts + " attempts", nowNanos);
    }
    if (attempts >= policy.maxAttemptsPerCall()) {
      return refuse(why + ", and the call's attempts are used up", nowNanos);
    }
    Target next = tier.take(candidate -> waitNanos(candidate, nowNanos), random);
    if (next == null) {
      return nextTier(why + ", and no other target of the tier may be asked", nowNanos);
    }
    long delay = Math.max(tier.isRepeated() ? delayNanos : 0, spreadGateNanos(next, nowNanos));
    return go(next, cost, lostTokens, nowNanos + delay, why, nowNanos);
  }

  /**
   * The first attempt in a tier is no retry and costs nothing, but the target must be open to it.
   */
  private Step enterTier(long nowNanos) {
    Target next = tier.take(candidate -> waitNanos(candidate, nowNanos), random);
    if (next == null) {
      return nextTier("every circuit of the tier is open", nowNanos);
    }
    long at = nowNanos + spreadGateNanos(next, nowNanos);
    return go(next, 0, 0, at, "the target asked to be left alone", nowNanos);
  }

  /** Begins or waits for an attempt, if patience, deadline and budget allow; else the next tier. */
  private Step go(Target next, int cost, long lostTokens, long atNanos, String why, long nowNanos) {
    int fallback = fallbackTier(nowNanos);
    long wait = atNanos - nowNanos;
    if (wait > 0 && fallback >= 0 && tier.waitedNanos + wait > route.patience().toNanos()) {
      return nextTier(why + ", and patience with this tier is at its end", nowNanos);
    }
    boolean veryFirst = attempts == 0 && wait <= 0;
    if (!veryFirst && !plan.fits(next, atNanos, fallback, nowNanos)) {
      return nextTier(why + ", and another attempt would miss the deadline", nowNanos);
    }
    if (!state(next, nowNanos).retryBudget().charge(cost, lostTokens, nowNanos)) {
      return nextTier(why + ", and the retry budget is used up", nowNanos);
    }
    target = next;
    retryCost = cost;
    retryLostTokens = lostTokens;
    return wait <= 0 ? begin(nowNanos) : waitUntil(atNanos, why, nowNanos);
  }

  private Step waitUntil(long atNanos, String why, long nowNanos) {
    phase = Phase.WAITING;
    state(taken(), nowNanos).retryBudget().waitBegins();
    waitUntilNanos = atNanos;
    tier.waitedNanos += atNanos - nowNanos;
    if (listener.listens()) {
      emit(new JourneyEvent.Waiting(nowNanos, atNanos, why));
    }
    return new Step.WaitUntil(atNanos, why);
  }

  private Step nextTier(String why, long nowNanos) {
    int next = fallbackTier(nowNanos);
    if (next < 0) {
      return refuse(why, nowNanos);
    }
    tierIndex = next;
    tier = new TierProgress(route.tiers().get(next));
    if (listener.listens()) {
      emit(new JourneyEvent.Switched(nowNanos, next, why));
    }
    return enterTier(nowNanos);
  }

  private Step begin(long nowNanos) {
    Timeouts timeouts = taken().timeouts();
    long contentBy = plan.contentByNanos(timeouts, fallbackTier(nowNanos), nowNanos);
    Permit acquired =
        Permit.acquire(
            state(taken(), nowNanos),
            route.breaker(),
            retryCost,
            contentBy - nowNanos + LEASE_MARGIN_NANOS,
            plan.slowNanos(taken(), nowNanos),
            tier.failures < MAX_COUNTED_FAILURES,
            nowNanos);
    if (acquired == null) {
      return turnedAway(nowNanos);
    }
    permit = acquired;
    phase = Phase.ATTEMPTING;
    attempts++;
    tier.attempts++;
    Step.Attempt begun =
        new Step.Attempt(
            taken(), attempts, contentBy, timeouts.idle().toNanos(), plan.endByNanos());
    attempt = begun;
    if (listener.listens()) {
      emit(new JourneyEvent.AttemptStarted(nowNanos, begun, source()));
    }
    return begun;
  }

  /**
   * The attempt may not begin: a retry waits for a place in flight, unless the circuit has opened.
   */
  private Step turnedAway(long nowNanos) {
    returnCharge(nowNanos);
    if (retryCost > 0 && state(taken(), nowNanos).breakerAdmits(nowNanos)) {
      long again = route.retry().delayNanos(Cause.THROTTLED, 0, 0, random);
      long at = nowNanos + Math.max(MIN_HOLD_NANOS, again);
      return go(
          taken(), retryCost, retryLostTokens, at, "too many retries are in flight", nowNanos);
    }
    tier.currentFailed();
    return tier.hasFresh() ? enterTier(nowNanos) : nextTier("its circuit has opened", nowNanos);
  }

  /** How long a target asks to be left alone, negative if its circuit is open. */
  private long waitNanos(Target candidate, long nowNanos) {
    TargetState state = state(candidate, nowNanos);
    return state.breakerAdmits(nowNanos) ? state.gateNanos(nowNanos) : -1;
  }

  private long spreadGateNanos(Target next, long nowNanos) {
    return RetryPolicy.hintNanos(state(next, nowNanos).gateNanos(nowNanos), random);
  }

  /**
   * For how long a failure closes the target's gate to all calls: a wild hint is probed as well.
   */
  private long gateNanos(Outcome.Failure failure) {
    return failure instanceof Outcome.Throttled t && t.quota() == Quota.DAY
        ? random.nextLong(DAY_PROBE_MIN.toNanos(), DAY_PROBE_MAX.toNanos())
        : Math.min(failure.hint().toNanos(), DAY_PROBE_MAX.toNanos());
  }

  /** The next tier that may still be tried and can answer in time, or -1. */
  private int fallbackTier(long nowNanos) {
    return attempts < route.retry().maxAttemptsPerCall() ? plan.tierAfter(tierIndex, nowNanos) : -1;
  }

  private Step refuse(String why, long nowNanos) {
    phase = Phase.ENDED;
    Step.Refuse refusal = lastWord(why, nowNanos);
    if (listener.listens()) {
      emit(new JourneyEvent.Refused(nowNanos, refusal));
    }
    return refusal;
  }

  private Step.Refuse lastWord(String why, long nowNanos) {
    if (lastFailure != null) {
      Cause cause = lastFailure instanceof Outcome.Unavailable ? Cause.TRANSIENT : Cause.THROTTLED;
      int n = cause == Cause.TRANSIENT ? tier.transients : tier.throttles;
      return LastWord.of(lastFailure, Duration.ofNanos(backoff(cause, n)), why);
    }
    return plan.isOver(nowNanos)
        ? LastWord.overdue(Duration.ofNanos(plan.endByNanos() - startedAtNanos), why)
        : LastWord.blocked(journeys, route, why, nowNanos);
  }

  private long backoff(Cause cause, int n) {
    tier.lastDelayNanos = route.retry().delayNanos(cause, n, tier.lastDelayNanos, random);
    return tier.lastDelayNanos;
  }

  private void closeAttempt(Outcome outcome, long nowNanos) {
    Permit held = held();
    held.end(outcome, random, nowNanos);
    if (listener.listens()) {
      emit(new JourneyEvent.AttemptEnded(nowNanos, current(), outcome, held.heldNanos(nowNanos)));
    }
    permit = null;
    attempt = null;
  }

  private void returnCharge(long nowNanos) {
    state(taken(), nowNanos).retryBudget().refund(retryCost, retryLostTokens, nowNanos);
  }

  /** Who answers, if the attempt under way does. */
  public Source source() {
    return tierIndex == 0 ? Source.PRIMARY : Source.FALLBACK;
  }

  private TargetState state(Target of, long nowNanos) {
    return journeys.state(of, nowNanos);
  }

  private Target taken() {
    if (target == null) {
      throw outOfTurn();
    }
    return target;
  }

  private Permit held() {
    if (permit == null) {
      throw outOfTurn();
    }
    return permit;
  }

  private Step.Attempt current() {
    if (attempt == null) {
      throw outOfTurn();
    }
    return attempt;
  }

  private void emit(JourneyEvent event) {
    listener.on(this, event);
  }

  private void expect(Phase expected) {
    if (phase != expected) {
      throw outOfTurn();
    }
  }

  private IllegalStateException outOfTurn() {
    return new IllegalStateException("this event does not fit a journey that is " + phase);
  }
}
