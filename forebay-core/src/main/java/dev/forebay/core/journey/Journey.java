package dev.forebay.core.journey;

import dev.forebay.core.Call;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Outcome;
import dev.forebay.core.Route;
import dev.forebay.core.Step;
import dev.forebay.core.Step.Source;
import dev.forebay.core.Target;
import dev.forebay.core.event.CallTrace;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.health.RetryBudget;
import dev.forebay.core.targets.TargetRegistry;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One call's way from its start to its single end. Events go in, the next {@link Step} comes out;
 * time and randomness are arguments, and nothing here waits or does I/O, so that an event loop, a
 * blocked thread and a simulation make the same decisions.
 *
 * <p>Between tiers the order is fixed: the tier's targets, with retries while attempts, budget and
 * deadline allow, then the next tier, then an attempt's own error. Only a lack of capacity turns a
 * call to any tier that has some. What a target with another model than the one asked for refuses
 * is never that error. A retry starts only if {@code now + delay + expected <= deadline}, less the
 * time that a fallback would need; this is decided before the wait, never after it. Only the call's
 * very first attempt ignores the estimate, so that a target that was slow once is measured again.
 *
 * <p>Protocol for drivers: {@link #start}, then for each {@link Step.Attempt} optionally {@link
 * #hedge}, {@link #firstFrameReceived}, {@link #contentStarted} and {@link #produced}, and always
 * {@link #attemptEnded}; for each {@link Step.WaitUntil} {@link #timer}, or {@link #woken} when the
 * wake-up comes first; {@link #callerLeft} at any time. After {@link Step.Continue} another attempt
 * is still under way; any other step is the end. {@link #served} in place of {@link #start} if no
 * target needs to be asked. Calls out of turn throw {@link IllegalStateException}. Not thread-safe.
 */
public final class Journey extends Failover {
  private final CallTrace trace;

  Journey(
      TargetRegistry targets,
      Route asked,
      Call call,
      long nowNanos,
      RandomGenerator random,
      JourneyListener listener,
      CallTrace trace) {
    super(targets, asked, call, nowNanos, random, listener);
    this.trace = trace;
  }

  /**
   * The first step.
   *
   * @param wakeUp asks the driver to call {@link #woken}, soon and in its own time: it may be run
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
    degradedSource = inPlaceOfError;
    if (cost > 0) {
      ensureRetryState().entryCost = cost;
    }
    if (isOver(nowNanos)) {
      return refuse("the deadline had passed at the start", nowNanos);
    }
    if (hasNoEligibleTarget()) {
      return refuse("no target can serve this call", nowNanos);
    }
    return enterTier(nowNanos);
  }

  /**
   * The attempt's first frame has come, with content or without: its target has begun to answer, so
   * that from here on the target's own limits rule instead of the call's deadline. Once an attempt
   * has shown life in this way it may fail after the deadline; then no time is left for another.
   * Optional if the first frame is content.
   */
  public void firstFrameReceived(Step.Attempt of, long nowNanos) {
    expect(Phase.ATTEMPTING);
    recordFirstFrame(of, nowNanos);
  }

  /**
   * The attempt's first content has come and goes to the caller: from here on no other target can
   * take over, and the driver cancels any other attempt under way.
   */
  public void contentStarted(Step.Attempt of, long nowNanos) {
    expect(Phase.ATTEMPTING);
    recordContent(of, nowNanos);
    phase = Phase.RELAYING;
  }

  /**
   * So many output tokens have come by now, as far as is known: what goes beyond the reservation is
   * charged as it comes. Optional.
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
    WaitState wait = waiting();
    if (nowNanos - wait.untilNanos() < 0) {
      return new Step.WaitUntil(wait.untilNanos(), "not yet");
    }
    return wait.checkQueue(nowNanos);
  }

  /**
   * Takes up what a wake-up was for.
   *
   * @return the next step, or null if there is nothing new
   */
  public @Nullable Step woken(long nowNanos) {
    return phase == Phase.WAITING ? waiting().checkQueue(nowNanos) : null;
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
      case WAITING -> waiting().leave(nowNanos);
      case NEW -> {}
    }
    phase = Phase.ENDED;
    return true;
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

  private Step succeeded(Step.Attempt by, Outcome.Succeeded success, long nowNanos) {
    endAll(by, success, nowNanos);
    phase = Phase.ENDED;
    Step.Answer answer = answer(by.target(), nowNanos);
    if (listens()) {
      emit(new JourneyEvent.Answered(nowNanos, answer, success.usage()));
    }
    return answer;
  }

  /** Most answers are one shared object. */
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
    if (other == null && isSentInAnotherForm(failure)) {
      ensureRetryState().uncounted++;
      return attemptOrWait(
          of.target(), 0, 0, 0, "the request was repaired for this model", nowNanos);
    }
    boolean foreign = isOfAnotherModel(of.target(), failure);
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
    boolean mayBeChance = state(of.target(), nowNanos).admission().suspectsChance();
    RetryDecision decision =
        RetryDecision.on(
            failure, foreign, tier(), call, asked.retry(), hasFallback, mayBeChance, random);
    return switch (decision) {
      case RetryDecision.Retry retry -> retry(retry, nowNanos);
      case RetryDecision.NextTier next -> nextTier(next.why(), nowNanos);
      case RetryDecision.Stop stop -> refuse(stop.why(), nowNanos);
    };
  }

  /**
   * Whether the call is sent to the same target again in a changed form. This is no retry, and says
   * nothing of the target's health.
   */
  private boolean isSentInAnotherForm(Outcome.Failure failure) {
    return failure instanceof Outcome.Rejected rejected
        && rejected.about() == Outcome.About.FORM
        && attempts() < asked.retry().maxAttemptsPerCall();
  }

  @Override
  Step refuse(String why, long nowNanos) {
    countWait(nowNanos);
    phase = Phase.ENDED;
    RetryState known = retryState();
    if (known != null
        && known.finalFailure != null
        && known.finalFailure.failure() instanceof Outcome.Unwanted unwanted) {
      return accept(known.finalFailure, unwanted, nowNanos);
    }
    Step.Refuse refusal = FinalErrors.of(this, why, nowNanos);
    Source instead = isRejected(refusal) ? null : degradedSource.source();
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

  /** A rejection must reach the caller; a degraded answer must not hide it. */
  private boolean isRejected(Step.Refuse refusal) {
    Outcome.Failure failure = finalFailure();
    return failure == null ? refusal.error().status() == 400 : failure instanceof Outcome.Rejected;
  }

  @Override
  Journey journey() {
    return this;
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
