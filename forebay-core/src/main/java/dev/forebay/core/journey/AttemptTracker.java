package dev.forebay.core.journey;

import dev.forebay.core.Call;
import dev.forebay.core.Flaw;
import dev.forebay.core.HedgePolicy;
import dev.forebay.core.Outcome;
import dev.forebay.core.Route;
import dev.forebay.core.Step;
import dev.forebay.core.Step.Source;
import dev.forebay.core.Target;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.event.JourneyView;
import dev.forebay.core.health.Breaker;
import dev.forebay.core.targets.TargetRegistry;
import dev.forebay.core.targets.TargetState;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of one call that are under way: none, one, or two while a hedge runs. Begins them,
 * ends them, and informs the listener. A {@link TierSelection} is built on top of it, rather than
 * having one, because every call has both and one object is cheaper than two. Its public methods
 * are not final, so that the compiler gives the public class its own. Not thread-safe.
 */
abstract sealed class AttemptTracker implements JourneyView permits TierSelection {
  /**
   * How many failures of one call count against a target: a request that always fails is not an
   * outage.
   */
  private static final int MAX_COUNTED_FAILURES = 2;

  final TargetRegistry targets;
  final Route asked;
  final Call call;
  final RandomGenerator random;
  final long startedAtNanos;
  private final long deadlineNanos;
  private final JourneyListener listener;
  private int begun;
  private @Nullable ActiveAttempt first;
  private @Nullable RetryState retryState;
  private @Nullable TargetState latestState;

  AttemptTracker(
      TargetRegistry targets,
      Route asked,
      Call call,
      long nowNanos,
      RandomGenerator random,
      JourneyListener listener) {
    this.targets = targets;
    this.asked = asked;
    this.call = call;
    this.random = random;
    this.listener = listener;
    this.startedAtNanos = nowNanos;
    this.deadlineNanos = nowNanos + Math.min(asked.deadline().toNanos(), call.patience().toNanos());
  }

  /** The call as a whole. */
  abstract Journey journey();

  @Override
  public abstract Source source();

  /** The part of the route that can serve the call. */
  abstract Route reachable();

  @Override
  public Route route() {
    return asked;
  }

  @Override
  public Call call() {
    return call;
  }

  @Override
  public Breaker.Position breaker(Target of, long nowNanos) {
    return targets.state(of, nowNanos).breaker().position(nowNanos);
  }

  @Override
  public boolean isForeignRefusal(Target by, Outcome outcome) {
    boolean repaired = outcome instanceof Outcome.Rejected r && r.about() == Outcome.About.FORM;
    return outcome.isRefusal() && !repaired && call.eligibility().servesAnother(by);
  }

  @Override
  public long startedAtNanos() {
    return startedAtNanos;
  }

  /**
   * When the call's time is up, unless a target has begun to answer. Later than the deadline once a
   * whole answer has failed in its planned time, for the sake of the fallback.
   */
  public long endByNanos() {
    return retryState == null ? deadlineNanos : deadlineNanos + retryState.extensionNanos;
  }

  /**
   * A whole answer failed that had been given more time than there was: the fallback's time is not
   * reduced.
   */
  final void keepTimeFor(int fallback, long nowNanos) {
    ensureRetryState().extensionNanos =
        plan().endAfterPlannedNanos(fallback, nowNanos) - deadlineNanos;
  }

  /**
   * Until when a caller waits that shares the answer to another's equal call: that its own would
   * have begun by then is all that it can ask.
   */
  public long sharedByNanos(long nowNanos) {
    return plan().sharedByNanos(nowNanos);
  }

  /** Null while nothing has failed and no choice was needed. */
  final @Nullable RetryState retryState() {
    return retryState;
  }

  /** Creates it if there is none yet. */
  final RetryState ensureRetryState() {
    RetryState known = retryState;
    if (known == null) {
      known = new RetryState();
      retryState = known;
    }
    return known;
  }

  @Override
  public int attempts() {
    return begun;
  }

  /** Attempts in the present tier that count. */
  final int tierAttempts() {
    return retryState == null ? begun : begun - retryState.uncounted;
  }

  final int failuresInTier() {
    return retryState == null || retryState.tier == null ? 0 : retryState.tier.failures;
  }

  /**
   * Begins an attempt for which all has been reserved, if the target's circuit and the places for
   * retries allow it; else what was reserved is given back.
   *
   * @param fallback the tier to which time must be left to turn, or -1
   */
  final boolean tryStart(
      ActiveAttempt ready, int retryCost, boolean lastResort, int fallback, long nowNanos) {
    if (!tryBegin(ready, retryCost, lastResort, fallback, nowNanos)) {
      return false;
    }
    HedgePolicy policy = asked.hedge();
    if (policy.enabled()) {
      state(ready.target(), nowNanos).hedgeBudget().attempt(policy.maxShare());
    }
    first = ready;
    return true;
  }

  /** Begins a second attempt beside the first, if it is worth it. */
  final Step.@Nullable Attempt startHedge(TierProgress tier, long nowNanos) {
    ActiveAttempt started = hedge() == null ? Hedging.start(this, only(), tier, nowNanos) : null;
    if (started != null) {
      ensureRetryState().hedge = started;
    }
    return started;
  }

  /** The attempt's first frame came: it is not hung, and needs no other beside it. */
  final void recordFirstFrame(Step.Attempt of, long nowNanos) {
    attemptOf(of).firstFrameReceived(nowNanos);
  }

  /** The attempt's first content came; any other is given up. */
  final void recordContent(Step.Attempt of, long nowNanos) {
    ActiveAttempt winner = keepOnly(of, nowNanos);
    winner.contentStarted(random, nowNanos);
    if (listens()) {
      emit(new JourneyEvent.ContentStarted(nowNanos, of, winner.heldNanos(nowNanos)));
    }
  }

  /** The attempt is over, and with it any other: nothing is under way any more. */
  final void endAll(Step.Attempt of, Outcome outcome, long nowNanos) {
    close(keepOnly(of, nowNanos), outcome, nowNanos);
    first = null;
  }

  /**
   * The attempt failed.
   *
   * @return the target of the one that is still under way, or null
   */
  final @Nullable Target end(Step.Attempt of, Outcome.Failure failure, long nowNanos) {
    ActiveAttempt over = attemptOf(of);
    ActiveAttempt other = over.equals(first) ? hedge() : first;
    close(over, failure, nowNanos);
    first = other;
    ensureRetryState().hedge = null;
    return other == null ? null : other.target();
  }

  /** The caller left. */
  final void cancelAll(long nowNanos) {
    if (first != null) {
      endAll(first, new Outcome.Cancelled(), nowNanos);
    }
  }

  /** Begins it beside any other; false if what was reserved is given back. */
  final boolean tryBegin(
      ActiveAttempt ready, int retryCost, boolean lastResort, int fallback, long nowNanos) {
    if (!ready.tryBegin(
        begun + 1,
        retryCost,
        failuresInTier() < MAX_COUNTED_FAILURES,
        plan().firstFrameByNanos(ready.target(), fallback, nowNanos),
        lastResort,
        nowNanos)) {
      return false;
    }
    begun++;
    if (listens()) {
      emit(new JourneyEvent.AttemptStarted(nowNanos, ready, source(), first != null));
    }
    return true;
  }

  /** When to begin another attempt beside this one; only the first of two has one beside it. */
  final long hedgeAtNanos(ActiveAttempt of) {
    return of.equals(hedge()) ? Step.Attempt.NEVER : Hedging.atNanos(this, of);
  }

  private ActiveAttempt keepOnly(Step.Attempt of, long nowNanos) {
    ActiveAttempt kept = attemptOf(of);
    ActiveAttempt hedge = hedge();
    if (hedge != null) {
      close(kept.equals(hedge) ? only() : hedge, new Outcome.Cancelled(), nowNanos);
      first = kept;
      ensureRetryState().hedge = null;
    }
    return kept;
  }

  private void close(ActiveAttempt over, Outcome outcome, long nowNanos) {
    over.end(outcome, random, nowNanos);
    if (listens()) {
      long took = over.heldNanos(nowNanos);
      emit(new JourneyEvent.AttemptEnded(nowNanos, over, outcome, took));
    }
  }

  private ActiveAttempt only() {
    if (first == null) {
      throw new IllegalStateException("no attempt is under way");
    }
    return first;
  }

  /** The attempt as what it is, if it is under way. */
  final ActiveAttempt attemptOf(Step.Attempt attempt) {
    ActiveAttempt second = hedge();
    ActiveAttempt found = second != null && second.equals(attempt) ? second : only();
    if (!attempt.equals(found)) {
      throw new IllegalArgumentException("this attempt is over: " + attempt);
    }
    return found;
  }

  private @Nullable ActiveAttempt hedge() {
    return retryState == null ? null : retryState.hedge;
  }

  /** The arithmetic of the call's times; made when asked for, as most calls need little of it. */
  final TimePlan plan() {
    return new TimePlan(targets, reachable(), call, startedAtNanos, endByNanos());
  }

  /** Most calls ask for the same state several times. */
  final TargetState state(Target of, long nowNanos) {
    TargetState known = latestState;
    if (known == null || !known.name().equals(of.name())) {
      known = targets.state(of, nowNanos);
      latestState = known;
    }
    return known;
  }

  /** The attempt's request is on its way. Optional, and for listeners alone. */
  public void sent(Step.Attempt of, long nowNanos) {
    sent(of, "", nowNanos);
  }

  /**
   * The same.
   *
   * @param adapted what was changed in it for the target's model; empty if nothing was
   */
  public void sent(Step.Attempt of, String adapted, long nowNanos) {
    if (listens()) {
      emit(new JourneyEvent.Sent(nowNanos, of, adapted));
    }
  }

  /** The attempt's target began to reply. Optional, and for listeners alone. */
  public void responded(Step.Attempt of, int status, @Nullable String requestId, long nowNanos) {
    if (listens()) {
      emit(new JourneyEvent.Responded(nowNanos, of, status, requestId));
    }
  }

  /** The attempt's answer is whole and has a flaw. Optional, and for listeners alone. */
  public void flawed(Step.Attempt of, Flaw flaw, long nowNanos) {
    if (listens()) {
      emit(new JourneyEvent.Flawed(nowNanos, of, flaw));
    }
  }

  @Override
  public Outcome.@Nullable Failure lastFailure() {
    RetryState retryState = retryState();
    return retryState == null ? null : retryState.lastFailure;
  }

  @Override
  public Outcome.@Nullable Failure finalFailure() {
    RetryState retryState = retryState();
    return retryState == null || retryState.finalFailure == null
        ? null
        : retryState.finalFailure.failure();
  }

  /** Whether the {@link #finalFailure} is that of this attempt. */
  public boolean endsWith(Step.Attempt of) {
    RetryState retryState = retryState();
    return retryState != null
        && retryState.finalFailure != null
        && retryState.finalFailure.attempt().equals(of);
  }

  final boolean listens() {
    return listener.listens();
  }

  final void emit(JourneyEvent event) {
    listener.on(journey(), event);
  }
}
