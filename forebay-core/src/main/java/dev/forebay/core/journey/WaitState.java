package dev.forebay.core.journey;

import dev.forebay.core.Outcome;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.admission.AdmissionQueue;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.health.RetryBudget;
import dev.forebay.core.targets.TargetState;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one call waits: for a time, for its turn in the queue for a target's capacity, or for the
 * next probe of a circuit. Made when a call first waits. Not thread-safe: it is its {@link
 * Journey}'s.
 */
final class WaitState {
  private static final long MIN_PATIENCE_NANOS = Duration.ofSeconds(1).toNanos();

  private final Failover call;

  /** Its place in a queue; null if it waits for a time alone, or not at all. */
  private @Nullable QueuedAttempt turn;

  /** Its places in the queues for probes; null if it waits for none. */
  private @Nullable ProbeWait probe;

  /** When the driver comes back, if nothing happens before. */
  private long untilNanos;

  private long sinceNanos;
  private long allNanos;

  WaitState(Failover call) {
    this.call = call;
  }

  /**
   * The time to look again has come, or something has happened before.
   *
   * @return the next step; null if the call waits for a time alone, and that has come
   */
  @Nullable Step look(long nowNanos) {
    QueuedAttempt mine = turn;
    if (mine != null) {
      return checkQueue(mine, nowNanos);
    }
    ProbeWait circuits = probe;
    return circuits == null ? null : checkProbes(circuits, nowNanos);
  }

  /** When the driver comes back, if nothing happens before. */
  long untilNanos() {
    return untilNanos;
  }

  /** A wait begins; the next may follow it before it ends. */
  void begins(long nowNanos) {
    sinceNanos = nowNanos;
  }

  /** What has been waited counts from here on, whether the wait is over or goes on. */
  void counts(long nowNanos) {
    allNanos += nowNanos - sinceNanos;
    sinceNanos = nowNanos;
  }

  /** All that counts, together. */
  long allNanos() {
    return allNanos;
  }

  /** Waits for a time alone. */
  Step until(long atNanos, String why, long nowNanos) {
    call.beginWaiting(nowNanos);
    call.state(call.taken(), nowNanos).retryBudget().waitBegins();
    untilNanos = atNanos;
    call.tier().waitedNanos += atNanos - nowNanos;
    if (call.listens()) {
      call.emit(new JourneyEvent.Waiting(nowNanos, atNanos, why));
    }
    return new Step.WaitUntil(atNanos, why);
  }

  /**
   * A call that no other target can answer, and that has no degraded answer, waits for the next
   * probe of a circuit that keeps it out, if that is due in its time.
   */
  @Nullable Step forProbe(String why, long nowNanos) {
    if (call.attempts() >= call.asked.retry().maxAttemptsPerCall()
        || call.finalFailure() instanceof Outcome.Unwanted
        || call.spare.source() != null) {
      return null;
    }
    ProbeWait wait = new ProbeWait(why);
    for (int i = 0; i < call.reachable().tiers().size(); i++) {
      if (i != call.tierIndex() || call.tierAttempts() < call.asked.retry().maxAttempts()) {
        for (Target each : call.reachable(i).targets()) {
          if (!call.isOut(each)) {
            long giveUp = call.plan().latestBeginNanos(each, TimePlan.NO_TIER, nowNanos);
            TargetState state = call.state(each, nowNanos);
            wait.join(i, each, state, giveUp, call.call, call.wake, nowNanos);
          }
        }
      }
    }
    if (wait.isEmpty()) {
      return null;
    }
    call.beginWaiting(nowNanos);
    probe = wait;
    Step next = checkProbes(wait, nowNanos);
    if (next instanceof Step.WaitUntil until && call.listens()) {
      call.emit(new JourneyEvent.Waiting(nowNanos, until.nanos(), why));
    }
    return next;
  }

  /** Whether a circuit admits the call by now. */
  private Step checkProbes(ProbeWait wait, long nowNanos) {
    ProbeWait.Passage passage = wait.passage(nowNanos);
    if (passage != null) {
      leaveProbes();
      if (passage.tier() != call.tierIndex()) {
        call.turnTo(passage.tier(), "its circuit lets a call pass", nowNanos);
      }
      call.tier().turnTo(passage.target());
      int cost = call.attempts() == 0 ? call.entryCost() : RetryBudget.TRANSIENT_COST;
      return call.go(passage.target(), cost, 0, 0, wait.why(), nowNanos);
    }
    long lookAt = wait.lookAtNanos(nowNanos);
    if (lookAt == Step.Attempt.NEVER || lookAt - nowNanos <= 0) {
      leaveProbes();
      return call.refuse(wait.why(), nowNanos);
    }
    untilNanos = lookAt;
    return new Step.WaitUntil(lookAt, "a circuit's next probe");
  }

  private void leaveProbes() {
    ProbeWait mine = probe;
    if (mine != null) {
      mine.leave();
      probe = null;
    }
  }

  /** Takes a place in the queue for the target's capacity, if the turn may come in time. */
  Step forCapacity(TargetState state, String why, long nowNanos) {
    int fallback = call.fallbackTier(nowNanos);
    long giveUp = call.plan().latestTurnNanos(call.taken(), fallback, nowNanos);
    long lookAround =
        fallback < 0 ? giveUp : Math.min(giveUp, nowNanos + Math.max(0, call.patienceLeftNanos()));
    boolean inTime =
        giveUp - nowNanos > 0
            && state.admission().shutNanos(nowNanos) <= giveUp - nowNanos
            && (call.mayHope(state, nowNanos)
                ? !call.isCrowdedOut(state, nowNanos)
                : state.admission().waitNanos(call.call, nowNanos) <= giveUp - nowNanos);
    ActiveAttempt permit = new ActiveAttempt(call.journey(), state, call.taken());
    AdmissionQueue.Ticket ticket =
        inTime ? state.admission().join(permit, call.startedAtNanos, call.wake, nowNanos) : null;
    if (ticket == null) {
      call.returnCharge(nowNanos);
      String reason = inTime ? ", and too many calls wait" : ", and it would come too late";
      return call.nextTier(why + reason, nowNanos);
    }
    call.beginWaiting(nowNanos);
    state.retryBudget().waitBegins();
    QueuedAttempt mine = new QueuedAttempt(state, permit, ticket, nowNanos, lookAround, giveUp);
    turn = mine;
    Step next = checkQueue(mine, nowNanos);
    if (next instanceof Step.WaitUntil wait && call.listens()) {
      call.emit(new JourneyEvent.Waiting(nowNanos, wait.nanos(), why));
    }
    return next;
  }

  /** What has become of the place in the queue. */
  private Step checkQueue(QueuedAttempt mine, long nowNanos) {
    long readyAt = mine.state().admission().readyAtNanos(mine.ticket(), nowNanos);
    boolean admitted = call.admits(mine.state(), nowNanos);
    if (!mine.hasCome() && admitted && mine.isTimeToLookAround(nowNanos)) {
      int fallback = call.fallbackTier(nowNanos);
      long left = mine.state().admission().waitNanos(mine.ticket(), nowNanos);
      if (fallback >= 0 && call.isShorter(fallback, left, nowNanos)) {
        return leaveQueueUnserved(mine, nowNanos);
      }
      QueuedAttempt patient =
          mine.lookingAroundAt(nowNanos + Math.max(MIN_PATIENCE_NANOS, left / 8));
      turn = patient;
      return checkQueue(patient, nowNanos);
    }
    if (mine.hasCome() && admitted) {
      mine.state().retryBudget().waitEnds();
      call.tier().waitedNanos += nowNanos - mine.sinceNanos();
      turn = null;
      return call.startAttempt(mine.permit(), call.fallbackTier(nowNanos), nowNanos);
    }
    if (!admitted || mine.isHopeless(nowNanos)) {
      return leaveQueueUnserved(mine, nowNanos);
    }
    untilNanos = Math.min(mine.lookAroundNanos(), Math.min(mine.giveUpNanos(), readyAt));
    return new Step.WaitUntil(untilNanos, "its turn");
  }

  private Step leaveQueueUnserved(QueuedAttempt mine, long nowNanos) {
    mine.state().retryBudget().waitEnds();
    call.tier().waitedNanos += nowNanos - mine.sinceNanos();
    leaveQueue(nowNanos);
    call.returnCharge(nowNanos);
    if (call.isOver(nowNanos)) {
      return call.refuse("the deadline passed", nowNanos);
    }
    call.tier().failed(call.taken());
    boolean timeIsUp = nowNanos - mine.lookAroundNanos() >= 0;
    Target other =
        timeIsUp || !call.tier().hasFresh()
            ? null
            : call.tier().take(call.choice(nowNanos), call.call.conversation(), call.random);
    // Back to where it has given up before would be a circle.
    return other == null || call.tier().isRepeated()
        ? call.nextTier("its capacity did not come in time", nowNanos)
        : call.go(other, 0, 0, 0, "no capacity yet", nowNanos);
  }

  private void leaveQueue(long nowNanos) {
    QueuedAttempt mine = turn;
    if (mine != null) {
      mine.state().admission().leave(mine.ticket(), nowNanos);
      turn = null;
    }
  }

  /** The call ends while it waits. */
  void leave(long nowNanos) {
    if (probe != null) {
      leaveProbes();
    } else {
      call.state(call.taken(), nowNanos).retryBudget().waitEnds();
      leaveQueue(nowNanos);
      call.returnCharge(nowNanos);
    }
  }
}
