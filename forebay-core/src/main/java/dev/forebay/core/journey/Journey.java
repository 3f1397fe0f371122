package dev.forebay.core.journey;

import dev.forebay.core.Call;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Flaw;
import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.Quota;
import dev.forebay.core.Priority;
import dev.forebay.core.RetryPolicy;
import dev.forebay.core.RetryPolicy.Cause;
import dev.forebay.core.Route;
import dev.forebay.core.Step;
import dev.forebay.core.Step.Source;
import dev.forebay.core.Target;
import dev.forebay.core.Tier;
import dev.forebay.core.admission.AdmissionQueue;
import dev.forebay.core.event.CallTrace;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.health.Cooldown;
import dev.forebay.core.health.RetryBudget;
import dev.forebay.core.target.TargetRegistry;
import dev.forebay.core.target.TargetState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One call's way from its start to its single end. Events go in, the next {@link Step} comes out;
 * time and randomness are arguments, and nothing here waits or does I/O, so that an event loop, a
 * blocked thread and a simulation make the same decisions.
 *
 * <p>Between tiers the order is fixed: the tier's targets, with retries while attempts, budget,
 * patience and deadline allow, then the next tier, then an attempt's own error. What a target with
 * another model than the one asked for refuses is never that error. A retry starts only if {@code
 * now + delay + expected <= deadline}, less the time that a fallback would need; this is decided
 * before the wait, never after it. Only the call's very first attempt ignores the estimate, lest a
 * target that was once slow never be measured again.
 *
 * <p>Protocol for drivers: {@link #start}, then for each {@link Step.Attempt} optionally {@link
 * #hedge}, {@link #showedLife}, {@link #contentStarted} and {@link #produced}, and always {@link
 * #attemptEnded}; for each {@link Step.WaitUntil} {@link #timer}, or {@link #woken} when the
 * wake-up comes first; {@link #callerLeft} at any time. After {@link Step.Continue} another attempt
 * is still under way; any other step is the end. {@link #served} in place of {@link #start} if
 * there is no need to ask anyone. Calls out of turn throw {@link IllegalStateException}. Not
 * thread-safe.
 */
public final class Journey extends AttemptTracker {
  /**
   * A quota for the day may be raised, or its day end, at any time: it is probed after this time to
   * {@link Cooldown#LONGEST}.
   */
  private static final Duration DAY_PROBE_MIN = Duration.ofMinutes(5);

  private static final double MOST_CROWDING = 2;
  private static final int MOST_TRIED_AFTER_ALL = 3;
  private static final long MIN_PATIENCE_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long MIN_HOLD_NANOS = Duration.ofMillis(10).toNanos();

  private enum Phase {
    NEW,
    WAITING,
    ATTEMPTING,
    RELAYING,
    ENDED
  }

  /** The part of the route that can serve the call; null if all of it can. */
  private final @Nullable EligibleRoute reach;

  private final CallTrace trace;
  private Phase phase = Phase.NEW;

  /** The target being tried or waited for. */
  private @Nullable Target target;

  private Runnable wake = () -> {};
  private DegradedSource spare = DegradedSource.NONE;

  Journey(
      TargetRegistry targets,
      Route asked,
      Call call,
      long nowNanos,
      RandomGenerator random,
      JourneyListener listener,
      CallTrace trace) {
    super(targets, asked, call, nowNanos, random, listener);
    this.reach = EligibleRoute.of(asked, call.eligibility());
    this.trace = trace;
  }

  /**
   * The first step.
   *
   * @param wakeUp tells the driver to call {@link #woken}, soon and in its own time: it may be run
   *     on any thread and from within another journey's methods, so it must only schedule
   */
  public Step start(long nowNanos, Runnable wakeUp) {
    return start(nowNanos, wakeUp, DegradedSource.NONE);
  }

  /** The first step of a call that may get something else when no target answers. */
  public Step start(long nowNanos, Runnable wakeUp, DegradedSource inPlaceOfError) {
    return start(nowNanos, wakeUp, inPlaceOfError, 0);
  }

  /** The first step of a call that repeats one that failed: it is charged as a retry. */
  public Step startAgain(long nowNanos, Runnable wakeUp, DegradedSource inPlaceOfError) {
    return start(nowNanos, wakeUp, inPlaceOfError, RetryBudget.TRANSIENT_COST);
  }

  private Step start(long nowNanos, Runnable wakeUp, DegradedSource inPlaceOfError, int cost) {
    expect(Phase.NEW);
    wake = wakeUp;
    spare = inPlaceOfError;
    if (cost > 0) {
      ensureRetryState().entryCost = cost;
    }
    if (isOver(nowNanos)) {
      return refuse("the deadline had passed at the start", nowNanos);
    }
    if (reach != null && reach.isEmpty()) {
      return refuse("no target can serve this call", nowNanos);
    }
    return enterTier(nowNanos);
  }

  /** The attempt's request is on its way. Optional, and for those who watch alone. */
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

  /** The attempt's target began to reply. Optional, and for those who watch alone. */
  public void responded(Step.Attempt of, int status, @Nullable String requestId, long nowNanos) {
    if (listens()) {
      emit(new JourneyEvent.Responded(nowNanos, of, status, requestId));
    }
  }

  /** The attempt's answer is whole and has a flaw. Optional, and for those who watch alone. */
  public void flawed(Step.Attempt of, Flaw flaw, long nowNanos) {
    if (listens()) {
      emit(new JourneyEvent.Flawed(nowNanos, of, flaw));
    }
  }

  /**
   * The attempt's first frame has come, with content or without: its target has begun to answer, so
   * that from here on the target's own limits rule instead of the call's deadline. Once an attempt
   * has shown life in this way it may fail after the deadline; then no time is left for another.
   * Optional if the first frame is content.
   */
  public void showedLife(Step.Attempt of, long nowNanos) {
    expect(Phase.ATTEMPTING);
    lifeShows(of, nowNanos);
  }

  /**
   * The attempt's first content has come and goes to the caller: from here on no other target can
   * take over, and the driver cancels any other attempt under way.
   */
  public void contentStarted(Step.Attempt of, long nowNanos) {
    expect(Phase.ATTEMPTING);
    contentArrives(of, nowNanos);
    phase = Phase.RELAYING;
  }

  /**
   * So many output tokens have come by now, as far as can be told: what goes beyond the reservation
   * is charged as it comes. Optional.
   */
  public void produced(Step.Attempt of, long outputTokens, long nowNanos) {
    expect(Phase.RELAYING);
    attemptOf(of).produced(outputTokens, nowNanos);
  }

  /**
   * The attempt is over; every {@link Step.Attempt} needs this once, unless the caller left or
   * another attempt gave the answer.
   */
  public Step attemptEnded(Step.Attempt of, Outcome outcome, long nowNanos) {
    if (phase != Phase.ATTEMPTING && phase != Phase.RELAYING) {
      throw outOfTurn();
    }
    return switch (outcome) {
      case Outcome.Succeeded success -> succeeded(of, success, nowNanos);
      case Outcome.Cancelled c -> throw new IllegalArgumentException("use callerLeft");
      case Outcome.Failure failure when phase == Phase.RELAYING ->
          interrupted(of, failure, nowNanos);
      case Outcome.Interrupted i -> throw new IllegalArgumentException("no content had started");
      case Outcome.Failure failure -> failed(of, failure, nowNanos);
    };
  }

  /**
   * The time {@link Step.Attempt#hedgeAtNanos} has come without content: a second attempt on
   * another target beside the first, or null if it is not worth it.
   */
  public Step.@Nullable Attempt hedge(long nowNanos) {
    return phase == Phase.ATTEMPTING ? startHedge(tier(), nowNanos) : null;
  }

  /** The time of a {@link Step.WaitUntil} has come. */
  public Step timer(long nowNanos) {
    expect(Phase.WAITING);
    if (nowNanos - waiting().untilNanos < 0) {
      return new Step.WaitUntil(waiting().untilNanos, "not yet");
    }
    QueuedAttempt mine = turn();
    if (mine != null) {
      return checkQueue(mine, nowNanos);
    }
    ProbeWait probe = waiting().probe;
    if (probe != null) {
      return checkProbes(probe, nowNanos);
    }
    state(taken(), nowNanos).retryBudget().waitEnds();
    if (isOver(nowNanos)) {
      returnCharge(nowNanos);
      return refuse("the deadline passed", nowNanos);
    }
    return begin("after the pause", nowNanos);
  }

  /**
   * Takes up what a wake-up was for.
   *
   * @return the next step, or null if there is nothing new
   */
  public @Nullable Step woken(long nowNanos) {
    if (phase != Phase.WAITING) {
      return null;
    }
    QueuedAttempt mine = turn();
    ProbeWait probe = waiting().probe;
    return mine != null
        ? checkQueue(mine, nowNanos)
        : probe != null ? checkProbes(probe, nowNanos) : null;
  }

  /** The caller left: the journey is over, and the driver cancels what it had under way. */
  public void callerLeft(long nowNanos) {
    if (abandon(nowNanos) && listens()) {
      emit(new JourneyEvent.CallerLeft(nowNanos));
    }
  }

  /**
   * The driver cannot go on with the call, for a reason that no target is to blame for: the journey
   * is over, and the driver cancels what it had under way.
   */
  public void giveUp(ErrorInfo error, String why, long nowNanos) {
    boolean begun = phase == Phase.RELAYING;
    if (abandon(nowNanos) && listens()) {
      emit(
          begun
              ? new JourneyEvent.Interrupted(nowNanos, new Outcome.Interrupted(error))
              : new JourneyEvent.Refused(nowNanos, new Step.Refuse(error, Duration.ZERO, why)));
    }
  }

  /** Whether there was anything to end. */
  private boolean abandon(long nowNanos) {
    countWait(nowNanos);
    switch (phase) {
      case ENDED -> {
        return false;
      }
      case ATTEMPTING, RELAYING -> cancelAll(nowNanos);
      case WAITING -> leaveWait(nowNanos);
      case NEW -> {}
    }
    phase = Phase.ENDED;
    return true;
  }

  private void leaveWait(long nowNanos) {
    if (waiting().probe != null) {
      leaveProbes();
    } else {
      state(taken(), nowNanos).retryBudget().waitEnds();
      leaveQueue(nowNanos);
      returnCharge(nowNanos);
    }
  }

  /** The caller got an answer that was made for another call: there is nothing to start. */
  public void served(Source source, long nowNanos) {
    endUnstarted(new JourneyEvent.Served(nowNanos, source, null));
  }

  /** The caller waited for another call's answer, and got that call's error. */
  public void shared(ErrorInfo error, long nowNanos) {
    refused(error, "the call that it waited for was refused", nowNanos);
  }

  /** The call is refused before anything was done for it. */
  public void refused(ErrorInfo error, String why, long nowNanos) {
    endUnstarted(new JourneyEvent.Refused(nowNanos, new Step.Refuse(error, Duration.ZERO, why)));
  }

  /** The caller read another call's answer, which broke off. */
  public void shared(Outcome.Interrupted outcome, long nowNanos) {
    endUnstarted(new JourneyEvent.Interrupted(nowNanos, outcome));
  }

  private void endUnstarted(JourneyEvent ending) {
    expect(Phase.NEW);
    phase = Phase.ENDED;
    if (listens()) {
      emit(ending);
    }
  }

  @Override
  public boolean ended() {
    return phase == Phase.ENDED;
  }

  @Override
  public CallTrace trace() {
    return trace;
  }

  @Override
  public long waitedNanos() {
    WaitState known = waited();
    return known == null ? 0 : known.allNanos();
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

  private Step succeeded(Step.Attempt by, Outcome.Succeeded success, long nowNanos) {
    endAll(by, success, nowNanos);
    phase = Phase.ENDED;
    Step.Answer answer = answer(by.target(), nowNanos);
    if (listens()) {
      emit(new JourneyEvent.Answered(nowNanos, answer, success.usage()));
    }
    return answer;
  }

  /** That of nearly all calls is always the same. */
  private Step.Answer answer(Target by, long nowNanos) {
    return attempts() == 1 && source() == Source.PRIMARY
        ? state(by, nowNanos).answerAtOnce(by)
        : new Step.Answer(source(), by, attempts());
  }

  private Step interrupted(Step.Attempt of, Outcome.Failure failure, long nowNanos) {
    Outcome.Interrupted outcome = new Outcome.Interrupted(failure.error());
    endAll(of, outcome, nowNanos);
    phase = Phase.ENDED;
    if (listens()) {
      emit(new JourneyEvent.Interrupted(nowNanos, outcome));
    }
    return new Step.Interrupt(outcome);
  }

  private Step failed(Step.Attempt of, Outcome.Failure failure, long nowNanos) {
    Target other = end(of, failure, nowNanos);
    if (other == null && isMended(failure)) {
      ensureRetryState().uncounted++;
      return go(of.target(), 0, 0, 0, "the call was mended", nowNanos);
    }
    boolean foreign = isForeign(of.target(), failure);
    remember(of, failure, foreign);
    startCooldown(of.target(), failure, nowNanos);
    if (tierIndex() + 1 < reachable().tiers().size()) {
      keepTimeFor(tierIndex() + 1, nowNanos);
    }
    if (other != null) {
      target = other;
      tier().turnTo(other);
      return new Step.Continue();
    }
    FinalFailure known = ensureRetryState().finalFailure;
    if (known != null && known.isFinal()) {
      return refuse("the request was rejected", nowNanos);
    }
    boolean hasFallback = fallbackTier(nowNanos) >= 0;
    RetryDecision verdict =
        RetryDecision.on(failure, foreign, tier(), call, asked.retry(), hasFallback, random);
    return switch (verdict) {
      case RetryDecision.Retry retry -> retry(retry, nowNanos);
      case RetryDecision.NextTier next -> nextTier(next.why(), nowNanos);
      case RetryDecision.Stop stop -> refuse(stop.why(), nowNanos);
    };
  }

  /**
   * Whether the call goes to the same target once more, as another one: no retry, and no matter of
   * the target's health.
   */
  private boolean isMended(Outcome.Failure failure) {
    return failure instanceof Outcome.Rejected rejected
        && rejected.about() == Outcome.About.FORM
        && attempts() < asked.retry().maxAttemptsPerCall();
  }

  /**
   * Whether a target with another model than the one asked for is of no use to this call: it
   * refused, or its answer is not wanted while the model asked for may give one.
   */
  private boolean isForeign(Target by, Outcome.Failure failure) {
    boolean useless =
        failure.isRefusal() || (failure instanceof Outcome.Unwanted && reachesAskedModel());
    return useless && call.eligibility().servesAnother(by);
  }

  private boolean reachesAskedModel() {
    return reachable().tiers().stream()
        .flatMap(tier -> tier.targets().stream())
        .anyMatch(target -> !call.eligibility().servesAnother(target));
  }

  /** What the failure means for the rest of the call, whatever comes next. */
  private void remember(Step.Attempt of, Outcome.Failure failure, boolean foreign) {
    RetryState retryState = ensureRetryState();
    TierProgress tier = tier();
    retryState.lastFailure = failure;
    tier.failed(of.target());
    if (RetryDecision.isOut(failure, foreign)) {
      tier.exclude(of.target());
      List<Target> out = retryState.out == null ? new ArrayList<>(1) : retryState.out;
      out.add(of.target());
      retryState.out = out;
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

  /** Tries again in this tier if every bound allows it, else turns to the next tier. */
  private Step retry(RetryDecision.Retry wanted, long nowNanos) {
    String why = wanted.why();
    if (tierAttempts() >= asked.retry().maxAttempts()) {
      return nextTier(why + " in all " + tierAttempts() + " attempts", nowNanos);
    }
    if (attempts() >= asked.retry().maxAttemptsPerCall()) {
      return refuse(why + ", and the call's attempts are used up", nowNanos);
    }
    if (attempts() >= attemptsForThisTier(nowNanos)) {
      return nextTier(why + ", and the attempts left are kept for the tiers to come", nowNanos);
    }
    Target next = tier().take(choice(nowNanos), call.conversation(), random);
    if (next == null) {
      return nextTier(why + ", and no other target of the tier may be asked", nowNanos);
    }
    if (repeatsAStreak(wanted, next, nowNanos)) {
      return nextTier(why + ", as all calls since its last answer", nowNanos);
    }
    // Another target costs what its predecessor's failure costs; the same one is a retry for sure.
    boolean repeated = tier().isRepeated();
    int cost = repeated ? Math.max(wanted.cost(), RetryBudget.THROTTLED_COST) : wanted.cost();
    long delay = repeated ? wanted.delayNanos() : 0;
    return go(next, cost, wanted.lostTokens(), delay, why, nowNanos);
  }

  /**
   * Whether the target has throttled this call and all others for a while, and the fallback would
   * let it wait less than the backoff.
   */
  private boolean repeatsAStreak(RetryDecision.Retry wanted, Target next, long nowNanos) {
    if (!tier().isRepeated() || !state(next, nowNanos).throttleStreak().isLong(nowNanos)) {
      return false;
    }
    int fallback = fallbackTier(nowNanos);
    return fallback >= 0 && isShorter(fallback, wanted.delayNanos(), nowNanos);
  }

  /** How many of the call's attempts may be used up by now: one is kept for each tier to come. */
  private int attemptsForThisTier(long nowNanos) {
    int most = asked.retry().maxAttemptsPerCall();
    int toCome = reachable().tiers().size() - 1 - tierIndex();
    return toCome > 0 && fallbackTier(nowNanos) >= 0 ? most - toCome : most;
  }

  /**
   * The first attempt in a tier is no retry, unless the whole call is one, but the target must be
   * open to it.
   */
  private Step enterTier(long nowNanos) {
    Target next = take(nowNanos);
    return next == null
        ? nextTier("no target of the tier may be asked", nowNanos)
        : go(next, entryCost(), 0, 0, "no capacity yet", nowNanos);
  }

  /**
   * One of the tier's targets that may be asked, or null; a tier with a single one is no choice.
   */
  private @Nullable Target take(long nowNanos) {
    List<Target> targets = reachable(tierIndex()).targets();
    if (hasTier() || targets.size() > 1) {
      return tier().take(choice(nowNanos), call.conversation(), random);
    }
    Target only = targets.getFirst();
    return admits(state(only, nowNanos), nowNanos) ? only : null;
  }

  /**
   * Begins an attempt, or waits for its time and then its turn, if patience, deadline and budget
   * allow; else the next tier.
   */
  private Step go(
      Target next, int cost, long lostTokens, long delayNanos, String why, long nowNanos) {
    TargetState state = state(next, nowNanos);
    int fallback = fallbackTier(nowNanos);
    // Who would come back before the target wants to see anyone waits in its line instead.
    boolean pauses = delayNanos > 0 && delayNanos > state.admission().shutNanos(nowNanos);
    ActiveAttempt ready = delayNanos > 0 ? null : reserve(state, next, nowNanos);
    String objection =
        ready != null
            ? objection(next, cost, lostTokens, 0, fallback, nowNanos)
            : objectionToWait(next, cost, lostTokens, delayNanos, fallback, nowNanos);
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
    return pauses ? waitUntil(nowNanos + delayNanos, why, nowNanos) : queue(state, why, nowNanos);
  }

  /** An attempt for which all is reserved, or null if it has to wait. */
  private @Nullable ActiveAttempt reserve(TargetState state, Target on, long nowNanos) {
    ActiveAttempt permit = new ActiveAttempt(this, state, on);
    return state.admission().reserve(permit, nowNanos) ? permit : null;
  }

  /** Whether a target of that tier would let the call wait less. */
  private boolean isShorter(int otherTier, long waitNanos, long nowNanos) {
    for (Target candidate : reachable(otherTier).targets()) {
      long wait = waitNanos(candidate, nowNanos);
      if (wait >= 0 && wait < waitNanos) {
        return true;
      }
    }
    return false;
  }

  private @Nullable String objectionToWait(
      Target next, int cost, long lostTokens, long delayNanos, int fallback, long nowNanos) {
    TargetState state = state(next, nowNanos);
    long wait = Math.max(delayNanos, state.admission().waitNanos(call, nowNanos));
    if (wait > 0
        && fallback >= 0
        && wait > patienceLeftNanos()
        && isShorter(fallback, wait, nowNanos)) {
      return ", and patience with this tier is at its end";
    }
    boolean mayHope = mayHope(state, nowNanos) && wait != Long.MAX_VALUE;
    long sure = mayHope ? Math.min(wait, delayNanos) : wait;
    return objection(next, cost, lostTokens, sure, fallback, nowNanos);
  }

  /** Why not to go on with this target, or null if it may; then the retry is charged. */
  private @Nullable String objection(
      Target next, int cost, long lostTokens, long waitNanos, int fallback, long nowNanos) {
    if (waitNanos == Long.MAX_VALUE) {
      return ": it asks for more than a minute's quota";
    }
    boolean veryFirst = attempts() == 0 && waitNanos <= 0;
    if (!veryFirst && waitNanos > plan().latestBeginNanos(next, fallback, nowNanos) - nowNanos) {
      return ", and another attempt would miss the deadline";
    }
    TargetState state = state(next, nowNanos);
    return state.retryBudget().charge(cost, lostTokens, state.inFlight(), nowNanos)
        ? null
        : ", and the retry budget is used up";
  }

  private long patienceLeftNanos() {
    return plan().patienceNanos() - tier().waitedNanos;
  }

  private Step waitUntil(long atNanos, String why, long nowNanos) {
    beginWaiting(nowNanos);
    state(taken(), nowNanos).retryBudget().waitBegins();
    waiting().untilNanos = atNanos;
    tier().waitedNanos += atNanos - nowNanos;
    if (listens()) {
      emit(new JourneyEvent.Waiting(nowNanos, atNanos, why));
    }
    return new Step.WaitUntil(atNanos, why);
  }

  /** One wait may follow another: the call has waited since the first began. */
  private void beginWaiting(long nowNanos) {
    if (phase != Phase.WAITING) {
      phase = Phase.WAITING;
      waiting().begins(nowNanos);
    }
  }

  /** Whoever watches hears of what comes next with the wait before it counted. */
  private void countWait(long nowNanos) {
    if (phase == Phase.WAITING) {
      waiting().counts(nowNanos);
    }
  }

  private Step nextTier(String reason, long nowNanos) {
    String why = reason + fallbackNote(nowNanos);
    int next = fallbackTier(nowNanos);
    if (next < 0) {
      next = lastResort(nowNanos);
    }
    if (next < 0) {
      Step instead = tryAfterAll(nowNanos);
      if (instead == null) {
        instead = waitForProbe(why, nowNanos);
      }
      return instead == null ? refuse(why, nowNanos) : instead;
    }
    turnTo(next, why, nowNanos);
    return enterTier(nowNanos);
  }

  private void turnTo(int tier, String why, long nowNanos) {
    RetryState retryState = ensureRetryState();
    retryState.tierIndex = tier;
    retryState.uncounted = attempts();
    retryState.tier = null;
    target = null;
    if (listens()) {
      emit(new JourneyEvent.Switched(nowNanos, place(tier), why));
    }
  }

  /**
   * A call that no other target can answer, and that has no degraded answer, waits for the next
   * probe of a circuit that keeps it out, if that is due in its time.
   */
  private @Nullable Step waitForProbe(String why, long nowNanos) {
    if (attempts() >= asked.retry().maxAttemptsPerCall()
        || finalFailure() instanceof Outcome.Unwanted
        || spare.source() != null) {
      return null;
    }
    ProbeWait wait = new ProbeWait(why);
    for (int i = 0; i < reachable().tiers().size(); i++) {
      if (i != tierIndex() || tierAttempts() < asked.retry().maxAttempts()) {
        for (Target each : reachable(i).targets()) {
          if (!isOut(each)) {
            long giveUp = plan().latestBeginNanos(each, TimePlan.NO_TIER, nowNanos);
            TargetState state = state(each, nowNanos);
            wait.join(i, each, state, giveUp, call, wake, nowNanos);
          }
        }
      }
    }
    if (wait.isEmpty()) {
      return null;
    }
    beginWaiting(nowNanos);
    waiting().probe = wait;
    Step next = checkProbes(wait, nowNanos);
    if (next instanceof Step.WaitUntil until && listens()) {
      emit(new JourneyEvent.Waiting(nowNanos, until.nanos(), why));
    }
    return next;
  }

  /** Whether a circuit lets the call pass by now. */
  private Step checkProbes(ProbeWait wait, long nowNanos) {
    ProbeWait.Passage passage = wait.passage(nowNanos);
    if (passage != null) {
      leaveProbes();
      if (passage.tier() != tierIndex()) {
        turnTo(passage.tier(), "its circuit lets a call pass", nowNanos);
      }
      tier().turnTo(passage.target());
      int cost = attempts() == 0 ? entryCost() : RetryBudget.TRANSIENT_COST;
      return go(passage.target(), cost, 0, 0, wait.why(), nowNanos);
    }
    long lookAt = wait.lookAtNanos(nowNanos);
    if (lookAt == Step.Attempt.NEVER || lookAt - nowNanos <= 0) {
      leaveProbes();
      return refuse(wait.why(), nowNanos);
    }
    waiting().untilNanos = lookAt;
    return new Step.WaitUntil(lookAt, "a circuit's next probe");
  }

  private void leaveProbes() {
    WaitState known = waiting();
    if (known.probe != null) {
      known.probe.leave();
      known.probe = null;
    }
  }

  private boolean isOut(Target each) {
    RetryState retryState = retryState();
    return retryState != null && retryState.out != null && retryState.out.contains(each);
  }

  /** Which targets are no help to the call, and if its model failed, why no other is asked. */
  private String fallbackNote(long nowNanos) {
    String left = reach == null ? "" : "; " + reach.note();
    RetryState retryState = retryState();
    boolean modelFailed =
        retryState != null
            && retryState.finalFailure != null
            && retryState.finalFailure.failure() instanceof Outcome.Failed failed
            && failed.fault() == Outcome.Fault.MODEL;
    if (!modelFailed || fallbackTier(nowNanos) >= 0) {
      return left;
    }
    StringJoiner note = new StringJoiner("; ", left + "; ", "");
    for (RetryState.ForeignRefusal refusal : foreignRefusals()) {
      note.add("%s refused it (%s)".formatted(refusal.target().name(), refusal.reason()));
    }
    if (asked.tiers().size() == 1) {
      note.add("the route has no fallback");
    } else if (attempts() >= asked.retry().maxAttemptsPerCall()) {
      note.add("the call's attempts are used up");
    } else if (tierIndex() + 1 < reachable().tiers().size()) {
      note.add("no fallback can be asked in time");
    } else {
      note.add("no fallback is left");
    }
    return note.toString();
  }

  /** A call that nobody was asked to answer is not refused for a guess of what targets can take. */
  private @Nullable Step tryAfterAll(long nowNanos) {
    if (attempts() > 0 || ensureRetryState().triedAfterAll >= MOST_TRIED_AFTER_ALL) {
      return null;
    }
    ensureRetryState().triedAfterAll++;
    for (int i = 0; i < reachable().tiers().size(); i++) {
      for (Target candidate : reachable(i).targets()) {
        TargetState state = state(candidate, nowNanos);
        ActiveAttempt permit = new ActiveAttempt(this, state, candidate);
        if (admits(state, nowNanos)
            && plan().latestBeginNanos(candidate, TimePlan.NO_TIER, nowNanos) - nowNanos > 0
            && state.admission().reserveUntried(permit, nowNanos)) {
          RetryState retryState = ensureRetryState();
          if (i != retryState.tierIndex && listens()) {
            emit(new JourneyEvent.Switched(nowNanos, place(i), "tried before it is refused"));
          }
          retryState.tierIndex = i;
          // All attempts so far count as this tier's, which they may be.
          retryState.uncounted = 0;
          retryState.tier = null;
          retryState.retryCost = entryCost();
          target = candidate;
          return startAttempt(permit, fallbackTier(nowNanos), nowNanos);
        }
      }
    }
    return null;
  }

  private Step begin(String why, long nowNanos) {
    TargetState state = state(taken(), nowNanos);
    ActiveAttempt ready = reserve(state, taken(), nowNanos);
    return ready == null
        ? queue(state, why, nowNanos)
        : startAttempt(ready, fallbackTier(nowNanos), nowNanos);
  }

  /** Takes a place in the line for the target's capacity, if the turn may come in time. */
  private Step queue(TargetState state, String why, long nowNanos) {
    int fallback = fallbackTier(nowNanos);
    long giveUp = plan().latestTurnNanos(taken(), fallback, nowNanos);
    long lookAround =
        fallback < 0 ? giveUp : Math.min(giveUp, nowNanos + Math.max(0, patienceLeftNanos()));
    boolean inTime =
        giveUp - nowNanos > 0
            && state.admission().shutNanos(nowNanos) <= giveUp - nowNanos
            && (mayHope(state, nowNanos)
                ? !isCrowdedOut(state, nowNanos)
                : state.admission().waitNanos(call, nowNanos) <= giveUp - nowNanos);
    ActiveAttempt permit = new ActiveAttempt(this, state, taken());
    AdmissionQueue.Ticket ticket =
        inTime ? state.admission().join(permit, startedAtNanos, wake, nowNanos) : null;
    if (ticket == null) {
      returnCharge(nowNanos);
      String reason = inTime ? ", and too many calls wait" : ", and it would come too late";
      return nextTier(why + reason, nowNanos);
    }
    beginWaiting(nowNanos);
    state.retryBudget().waitBegins();
    QueuedAttempt mine = new QueuedAttempt(state, permit, ticket, nowNanos, lookAround, giveUp);
    waiting().turn = mine;
    Step next = checkQueue(mine, nowNanos);
    if (next instanceof Step.WaitUntil wait && listens()) {
      emit(new JourneyEvent.Waiting(nowNanos, wait.nanos(), why));
    }
    return next;
  }

  /**
   * Whether the call may wait although its turn would come too late as things stand: for quieter
   * times, as long as the line has room. Somebody in front of a screen is rather told at once, and
   * so is a standard call with nobody ahead who could leave.
   */
  private boolean mayHope(TargetState state, long nowNanos) {
    return switch (call.priority()) {
      case INTERACTIVE -> false;
      case STANDARD -> state.admission().crowding(Priority.STANDARD, 1, nowNanos) > 0;
      case BATCH -> true;
    };
  }

  /** The chance grows from none to certainty while the line grows from twice to three times. */
  private boolean isCrowdedOut(TargetState state, long nowNanos) {
    long span = endByNanos() - startedAtNanos;
    double crowding = state.admission().crowding(call.priority(), span, nowNanos);
    return crowding > MOST_CROWDING && random.nextDouble() < crowding - MOST_CROWDING;
  }

  /** What has become of the place in the line. */
  private Step checkQueue(QueuedAttempt mine, long nowNanos) {
    long readyAt = mine.state().admission().readyAtNanos(mine.ticket(), nowNanos);
    boolean admitted = admits(mine.state(), nowNanos);
    if (!mine.hasCome() && admitted && mine.isTimeToLookAround(nowNanos)) {
      int fallback = fallbackTier(nowNanos);
      long left = mine.state().admission().waitNanos(mine.ticket(), nowNanos);
      if (fallback >= 0 && isShorter(fallback, left, nowNanos)) {
        return leaveQueueUnserved(mine, nowNanos);
      }
      QueuedAttempt patient =
          mine.lookingAroundAt(nowNanos + Math.max(MIN_PATIENCE_NANOS, left / 8));
      waiting().turn = patient;
      return checkQueue(patient, nowNanos);
    }
    if (mine.hasCome() && admitted) {
      mine.state().retryBudget().waitEnds();
      tier().waitedNanos += nowNanos - mine.sinceNanos();
      waiting().turn = null;
      return startAttempt(mine.permit(), fallbackTier(nowNanos), nowNanos);
    }
    if (!admitted || mine.isHopeless(nowNanos)) {
      return leaveQueueUnserved(mine, nowNanos);
    }
    waiting().untilNanos = Math.min(mine.lookAroundNanos(), Math.min(mine.giveUpNanos(), readyAt));
    return new Step.WaitUntil(waiting().untilNanos, "its turn");
  }

  private Step leaveQueueUnserved(QueuedAttempt mine, long nowNanos) {
    mine.state().retryBudget().waitEnds();
    tier().waitedNanos += nowNanos - mine.sinceNanos();
    leaveQueue(nowNanos);
    returnCharge(nowNanos);
    if (isOver(nowNanos)) {
      return refuse("the deadline passed", nowNanos);
    }
    tier().failed(taken());
    boolean timeIsUp = nowNanos - mine.lookAroundNanos() >= 0;
    Target other =
        timeIsUp || !tier().hasFresh()
            ? null
            : tier().take(choice(nowNanos), call.conversation(), random);
    // Back to where it has given up before would be a circle.
    return other == null || tier().isRepeated()
        ? nextTier("its capacity did not come in time", nowNanos)
        : go(other, 0, 0, 0, "no capacity yet", nowNanos);
  }

  private void leaveQueue(long nowNanos) {
    QueuedAttempt mine = turn();
    if (mine != null) {
      mine.state().admission().leave(mine.ticket(), nowNanos);
      waiting().turn = null;
    }
  }

  /** Begins the attempt for which all has been reserved. */
  private Step startAttempt(ActiveAttempt ready, int fallback, long nowNanos) {
    countWait(nowNanos);
    if (!tryStart(ready, retryCost(), isLastResort(), fallback, nowNanos)) {
      return turnedAway(nowNanos);
    }
    phase = Phase.ATTEMPTING;
    return ready;
  }

  /**
   * The attempt may not begin: a retry waits for a place in flight, unless the circuit has opened.
   */
  private Step turnedAway(long nowNanos) {
    returnCharge(nowNanos);
    if (retryCost() > 0 && state(taken(), nowNanos).breakerAdmits(nowNanos)) {
      long again =
          Math.max(MIN_HOLD_NANOS, asked.retry().delayNanos(Cause.THROTTLED, 0, 0, random));
      return go(
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

  private TierProgress.Choice choice(long nowNanos) {
    return new TierProgress.Choice() {
      @Override
      public boolean admits(Target candidate) {
        return Journey.this.admits(state(candidate, nowNanos), nowNanos);
      }

      @Override
      public long waitNanos(Target candidate) {
        return Journey.this.waitNanos(candidate, nowNanos);
      }

      @Override
      public double burden(Target candidate) {
        return state(candidate, nowNanos).burden(nowNanos);
      }
    };
  }

  /** How long a target would let the call wait; negative if it may not be asked at all. */
  private long waitNanos(Target candidate, long nowNanos) {
    TargetState state = state(candidate, nowNanos);
    if (!admits(state, nowNanos)) {
      return -1;
    }
    long wait = state.admission().waitNanos(call, nowNanos);
    return wait == Long.MAX_VALUE ? -1 : wait;
  }

  /** Whether the target's circuit lets the call pass. */
  private boolean admits(TargetState state, long nowNanos) {
    state.noticeLate(random, nowNanos);
    return state.breakerAdmits(nowNanos)
        || (isLastResort() && state.breaker().openedForSlowness(nowNanos));
  }

  /**
   * A call that nobody has tried to answer, and nobody else can, goes to a target that is only
   * slow: the first tier with one, or none.
   */
  private int lastResort(long nowNanos) {
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

  private void startCooldown(Target of, Outcome.Failure failure, long nowNanos) {
    long shut = cooldownNanos(failure);
    if (shut > 0) {
      state(of, nowNanos).cooldown().closeUntil(nowNanos + RetryPolicy.hintNanos(shut, random));
      state(of, nowNanos).admission().reconsider(nowNanos);
    }
  }

  /**
   * For how long a failure closes the target's gate to all calls: a wild hint is probed as well.
   */
  private long cooldownNanos(Outcome.Failure failure) {
    return failure instanceof Outcome.Throttled t && t.quota() == Quota.DAY
        ? random.nextLong(DAY_PROBE_MIN.toNanos(), Cooldown.LONGEST.toNanos())
        : Math.min(failure.hint().toNanos(), Cooldown.LONGEST.toNanos());
  }

  /** The next tier that may still be tried and can answer in time, or -1. */
  private int fallbackTier(long nowNanos) {
    boolean isLast = tierIndex() + 1 >= reachable().tiers().size();
    return !isLast && attempts() < asked.retry().maxAttemptsPerCall()
        ? plan().tierAfter(tierIndex(), nowNanos)
        : -1;
  }

  private Step refuse(String why, long nowNanos) {
    countWait(nowNanos);
    phase = Phase.ENDED;
    RetryState known = retryState();
    if (known != null
        && known.finalFailure != null
        && known.finalFailure.failure() instanceof Outcome.Unwanted unwanted) {
      return accept(known.finalFailure, unwanted, nowNanos);
    }
    Step.Refuse refusal = finalError(why, nowNanos);
    Source instead = isRejected(refusal) ? null : spare.source();
    if (instead != null) {
      if (listens()) {
        emit(new JourneyEvent.Served(nowNanos, instead, refusal));
      }
      return new Step.Degrade(instead, refusal);
    }
    if (listens()) {
      emit(new JourneyEvent.Refused(nowNanos, refusal));
    }
    return refusal;
  }

  /** No answer is better than the one that was not wanted. */
  private Step accept(FinalFailure answered, Outcome.Unwanted answer, long nowNanos) {
    Step.Answer step = new Step.Answer(answered.source(), answered.attempt().target(), attempts());
    if (listens()) {
      emit(new JourneyEvent.Answered(nowNanos, step, answer.usage()));
    }
    return step;
  }

  /** The fault is the call's own, or somebody's who has to know: nothing may hide that. */
  private boolean isRejected(Step.Refuse refusal) {
    Outcome.Failure failure = finalFailure();
    return failure == null ? refusal.error().status() == 400 : failure instanceof Outcome.Rejected;
  }

  private Step.Refuse finalError(String why, long nowNanos) {
    RetryState retryState = retryState();
    if (retryState != null && retryState.finalFailure != null) {
      FinalFailure known = retryState.finalFailure;
      return FinalErrors.of(known.failure(), known.nextWait(asked.retry(), random), why);
    }
    List<Target> able = able();
    if (able.isEmpty()) {
      return FinalErrors.unservable(objections(), why);
    }
    return isOver(nowNanos)
        ? FinalErrors.overdue(Duration.ofNanos(endByNanos() - startedAtNanos), why)
        : FinalErrors.blocked(targets, able, call, why, nowNanos);
  }

  /**
   * Of the targets that can serve the call, those with the model asked for; if there are none, the
   * others that have not refused it.
   */
  private List<Target> able() {
    if (reach != null && reach.isEmpty()) {
      return List.of();
    }
    List<Target> those = new ArrayList<>();
    List<Target> others = new ArrayList<>();
    for (Tier tier : reachable().tiers()) {
      for (Target candidate : tier.targets()) {
        (call.eligibility().servesAnother(candidate) ? others : those).add(candidate);
      }
    }
    for (RetryState.ForeignRefusal refusal : foreignRefusals()) {
      others.remove(refusal.target());
    }
    return those.isEmpty() ? others : those;
  }

  /** Why no target can serve the call. */
  private String objections() {
    StringJoiner all = new StringJoiner("; ");
    if (reach != null) {
      all.add(reach.note());
    }
    for (RetryState.ForeignRefusal refusal : foreignRefusals()) {
      all.add("%s refused it (%s)".formatted(refusal.target().name(), refusal.reason()));
    }
    return all.toString();
  }

  private List<RetryState.ForeignRefusal> foreignRefusals() {
    RetryState retryState = retryState();
    return retryState == null || retryState.foreignRefusals == null
        ? List.of()
        : retryState.foreignRefusals;
  }

  private void returnCharge(long nowNanos) {
    state(taken(), nowNanos).retryBudget().refund(retryCost(), tier().retryLostTokens, nowNanos);
  }

  @Override
  public Source source() {
    boolean reachesNobody = reach != null && reach.isEmpty();
    return !reachesNobody && place(tierIndex()) == 0 ? Source.PRIMARY : Source.FALLBACK;
  }

  /** A tier's place in the whole route. */
  private int place(int index) {
    return reach == null ? index : reach.place(index);
  }

  @Override
  Route reachable() {
    return reach == null ? asked : reach.route();
  }

  private Tier reachable(int index) {
    return reachable().tiers().get(index);
  }

  private int tierIndex() {
    RetryState retryState = retryState();
    return retryState == null ? 0 : retryState.tierIndex;
  }

  private int retryCost() {
    RetryState retryState = retryState();
    return retryState == null ? 0 : retryState.retryCost;
  }

  private int entryCost() {
    RetryState retryState = retryState();
    return retryState == null ? 0 : retryState.entryCost;
  }

  private boolean isLastResort() {
    RetryState retryState = retryState();
    return retryState != null && retryState.lastResort;
  }

  /** Whether anything has happened in the tier that matters for a choice. */
  private boolean hasTier() {
    RetryState retryState = retryState();
    return retryState != null && retryState.tier != null;
  }

  private TierProgress tier() {
    RetryState retryState = ensureRetryState();
    TierProgress known = retryState.tier;
    if (known == null) {
      known = new TierProgress(reachable(tierIndex()), target);
      if (retryState.out != null) {
        retryState.out.forEach(known::exclude);
      }
      retryState.tier = known;
    }
    return known;
  }

  private WaitState waiting() {
    WaitState known = waited();
    if (known == null) {
      known = new WaitState();
      ensureRetryState().waiting = known;
    }
    return known;
  }

  /** How the call waits or has waited; null if it never did. */
  private @Nullable WaitState waited() {
    RetryState retryState = retryState();
    return retryState == null ? null : retryState.waiting;
  }

  /** The place in a line; null if the call waits for a time alone, or not at all. */
  private @Nullable QueuedAttempt turn() {
    WaitState known = waited();
    return known == null ? null : known.turn;
  }

  private boolean isOver(long nowNanos) {
    return nowNanos - endByNanos() >= 0;
  }

  @Override
  Journey journey() {
    return this;
  }

  private Target taken() {
    if (target == null) {
      throw outOfTurn();
    }
    return target;
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
