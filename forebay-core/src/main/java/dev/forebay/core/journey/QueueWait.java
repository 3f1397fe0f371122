package dev.forebay.core.journey;

import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.admission.AdmissionQueue;
import dev.forebay.core.targets.TargetState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call's wait for capacity: in the queues of all targets that could still answer it in time, of
 * which the first that has room takes it. Not thread-safe: it is its {@link Journey}'s.
 */
final class QueueWait {
  /**
   * A place in one target's queue.
   *
   * @param tier the target's tier
   * @param attempt the attempt that begins when its turn has come
   * @param giveUpNanos until when it makes sense to wait there
   */
  record Place(
      int tier,
      TargetState state,
      ActiveAttempt attempt,
      AdmissionQueue.Ticket ticket,
      long giveUpNanos) {
    Target target() {
      return attempt.target();
    }

    private void leave(long nowNanos) {
      state.retryBudget().waitEnds();
      state.admission().leave(ticket, nowNanos);
    }

    private boolean isHopeless(long nowNanos) {
      return nowNanos - giveUpNanos >= 0
          || state.admission().shutNanos(nowNanos) > giveUpNanos - nowNanos;
    }
  }

  private final TierSelection call;
  private final List<Place> places = new ArrayList<>(2);
  private final String why;

  /**
   * A wait in no queue yet.
   *
   * @param why why the call has to wait
   */
  QueueWait(TierSelection call, String why) {
    this.call = call;
    this.why = why;
  }

  String why() {
    return why;
  }

  boolean isEmpty() {
    return places.isEmpty();
  }

  boolean has(Target target) {
    return places.stream().anyMatch(place -> place.target().equals(target));
  }

  /**
   * Also waits for that target's capacity, if its turn may come in time and its queue has room.
   *
   * @return whether it does, or is there already
   */
  boolean join(int tier, Target target, Runnable wake, long nowNanos) {
    if (has(target)) {
      return true;
    }
    TargetState state = call.state(target, nowNanos);
    long giveUp = call.plan().latestTurnNanos(target, nowNanos);
    if (!call.admits(state, nowNanos)
        || giveUp - nowNanos <= 0
        || state.admission().shutNanos(nowNanos) > giveUp - nowNanos
        || state.admission().asks(call.call, nowNanos) > state.admission().most()) {
      return false;
    }
    ActiveAttempt attempt = new ActiveAttempt(call.journey(), state, target);
    AdmissionQueue.Ticket ticket =
        state.admission().join(attempt, call.startedAtNanos, giveUp, wake, nowNanos);
    if (ticket == null) {
      return false;
    }
    state.retryBudget().waitBegins();
    places.add(new Place(tier, state, attempt, ticket, giveUp));
    return true;
  }

  /**
   * The place whose turn has come; then the call has left all others. Null if it waits on, perhaps
   * in fewer queues than before.
   */
  @Nullable Place granted(long nowNanos) {
    Place taken = null;
    for (Place place : List.copyOf(places)) {
      place.state.admission().readyAtNanos(place.ticket, nowNanos);
      boolean admitted = call.admits(place.state, nowNanos);
      if (taken == null && place.attempt.isOpen() && admitted) {
        taken = place;
        place.state.retryBudget().waitEnds();
        places.remove(place);
      } else if (!admitted || place.attempt.isOpen() || place.isHopeless(nowNanos)) {
        places.remove(place);
        place.leave(nowNanos);
      }
    }
    if (taken != null) {
      leave(nowNanos);
    }
    return taken;
  }

  /** When to look again; {@link Step.Attempt#NEVER} if there is nothing to wait for. */
  long lookAtNanos(long nowNanos) {
    long next = Step.Attempt.NEVER;
    for (Place place : places) {
      long ready = place.state.admission().readyAtNanos(place.ticket, nowNanos);
      next = Math.min(next, Math.min(ready, place.giveUpNanos));
    }
    return next;
  }

  /** Waits no more. */
  void leave(long nowNanos) {
    for (Place place : places) {
      place.leave(nowNanos);
    }
    places.clear();
  }
}
