package dev.forebay.core.journey;

import dev.forebay.core.Outcome;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.health.RetryBudget;
import dev.forebay.core.targets.TargetState;
import org.jspecify.annotations.Nullable;

/**
 * How one call waits: for a time, for its turn in the queue for a target's capacity, or for the
 * next probe of a circuit. Made when a call first waits. Not thread-safe: it is its {@link
 * Journey}'s.
 */
final class WaitState {
  private final Failover call;

  /** Its places in queues for capacity; null if it waits for a time alone, or not at all. */
  private @Nullable QueueWait queues;

  /** When it may ask the target again that it has backed off from; past if it has not. */
  private long pauseUntilNanos;

  private boolean pauses;

  /** Its places in the queues for probes; null if it waits for none. */
  private @Nullable ProbeWait probe;

  /** When the driver comes back, if nothing happens before. */
  private long untilNanos;

  private long sinceNanos;
  private long allNanos;

  WaitState(Failover call) {
    this.call = call;
  }

  /** The time to look again has come, or something has happened before. */
  Step checkQueue(long nowNanos) {
    QueueWait mine = queues;
    if (mine != null) {
      return checkQueues(mine, nowNanos);
    }
    ProbeWait circuits = probe;
    if (circuits == null) {
      throw new IllegalStateException("the call does not wait");
    }
    return checkProbes(circuits, nowNanos);
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

  /** Waits for a time, and after a throttle meanwhile for the capacity of other tiers. */
  Step until(long atNanos, String why, long nowNanos) {
    call.beginWaiting(nowNanos);
    call.state(call.taken(), nowNanos).retryBudget().waitBegins();
    pauses = true;
    pauseUntilNanos = atNanos;
    QueueWait wait = new QueueWait(call, why);
    if (call.ensureRetryState().waitsForCapacity) {
      joinAll(wait, false, nowNanos);
    }
    queues = wait;
    return announce(checkQueues(wait, nowNanos), why, nowNanos);
  }

  private void joinAll(QueueWait wait, boolean own, long nowNanos) {
    for (int i = call.firstTier(); i < call.reachable().tiers().size(); i++) {
      if ((own || i != call.tierIndex()) && call.mayTurnTo(i, nowNanos)) {
        for (Target each : call.reachable(i).targets()) {
          if (!call.isExcluded(each) && (own || !call.hasThrottledTwice(each))) {
            wait.join(i, each, call.wake, nowNanos);
          }
        }
      }
    }
  }

  private Step announce(Step next, String why, long nowNanos) {
    if (next instanceof Step.WaitUntil wait && call.listens()) {
      call.emit(new JourneyEvent.Waiting(nowNanos, wait.nanos(), why));
    }
    return next;
  }

  /**
   * A call that no other target can answer, and that has no degraded answer, waits for the next
   * probe of a circuit that keeps it out, if that is due in its time.
   */
  @Nullable Step forProbe(String why, long nowNanos) {
    if (call.attempts() >= call.asked.retry().maxAttemptsPerCall()
        || call.finalFailure() instanceof Outcome.Unwanted
        || call.degradedSource.source() != null) {
      return null;
    }
    ProbeWait wait = new ProbeWait(why);
    for (int i = 0; i < call.reachable().tiers().size(); i++) {
      if (i != call.tierIndex() || call.tierAttempts() < call.asked.retry().maxAttempts()) {
        for (Target each : call.reachable(i).targets()) {
          if (!call.isExcluded(each)) {
            long giveUp = call.plan().latestBeginNanos(each, TimePlan.NO_TIER, nowNanos);
            TargetState state = call.state(each, nowNanos);
            wait.join(i, each, state, call.attemptsLeft(i), giveUp, call.call, call.wake, nowNanos);
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
      return call.attemptOrWait(passage.target(), cost, 0, 0, wait.why(), nowNanos);
    }
    long lookAt = wait.lookAtNanos(nowNanos);
    if (lookAt == Step.Attempt.NEVER || lookAt - nowNanos <= 0) {
      leaveProbes();
      return call.refuse(wait.why(), nowNanos);
    }
    untilNanos = lookAt;
    return new Step.WaitUntil(lookAt, "waiting for the circuit breaker's next probe");
  }

  private void leaveProbes() {
    ProbeWait mine = probe;
    if (mine != null) {
      mine.leave();
      probe = null;
    }
  }

  /** Takes places in the queues of all targets whose turn may come in time. */
  Step forCapacity(String why, long nowNanos) {
    QueueWait wait = new QueueWait(call, why);
    joinAll(wait, true, nowNanos);
    if (wait.isEmpty()) {
      call.returnCharge(nowNanos);
      return call.nextTier(why + ", and it would come too late", nowNanos);
    }
    call.beginWaiting(nowNanos);
    queues = wait;
    return announce(checkQueues(wait, nowNanos), why, nowNanos);
  }

  /** What has become of the places in the queues. */
  private Step checkQueues(QueueWait wait, long nowNanos) {
    QueueWait.Place granted = wait.granted(nowNanos);
    if (granted != null) {
      queues = null;
      endPause(nowNanos);
      if (granted.tier() != call.tierIndex()) {
        call.returnCharge(nowNanos);
      }
      return call.startIn(granted.tier(), granted.attempt(), wait.why(), nowNanos);
    }
    if (pauses && nowNanos - pauseUntilNanos >= 0) {
      wait.leave(nowNanos);
      queues = null;
      endPause(nowNanos);
      if (call.isOver(nowNanos)) {
        call.returnCharge(nowNanos);
        return call.refuse("the deadline passed", nowNanos);
      }
      return call.begin(wait.why(), nowNanos);
    }
    if (wait.isEmpty() && !pauses) {
      queues = null;
      call.returnCharge(nowNanos);
      return call.isOver(nowNanos)
          ? call.refuse("the deadline passed", nowNanos)
          : call.nextTier("its capacity did not come in time", nowNanos);
    }
    untilNanos = wait.lookAtNanos(nowNanos);
    if (pauses) {
      untilNanos = Math.min(untilNanos, pauseUntilNanos);
    }
    return new Step.WaitUntil(
        untilNanos, pauses ? wait.why() : "waiting in the queue for capacity");
  }

  private void endPause(long nowNanos) {
    if (pauses) {
      pauses = false;
      call.state(call.taken(), nowNanos).retryBudget().waitEnds();
    }
  }

  /** The call ends while it waits. */
  void leave(long nowNanos) {
    if (probe != null) {
      leaveProbes();
    } else {
      endPause(nowNanos);
      QueueWait mine = queues;
      if (mine != null) {
        mine.leave(nowNanos);
        queues = null;
      }
      call.returnCharge(nowNanos);
    }
  }
}
