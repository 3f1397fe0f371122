package dev.forebay.core.journey;

import dev.forebay.core.Call;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.targets.ProbeQueue;
import dev.forebay.core.targets.TargetState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call's wait for the next probe of a circuit that keeps it out, in place of an error: in the
 * queues of all targets that could still answer it in time. Not thread-safe: it is its {@link
 * Journey}'s.
 */
final class ProbeWait {
  /**
   * A place in one target's queue.
   *
   * @param tier the target's tier
   * @param probeFromNanos from when on it is a probe itself, if no probe has found the target alive
   * @param giveUpNanos until when it makes sense to wait there
   */
  private record Place(
      int tier,
      Target target,
      TargetState state,
      ProbeQueue.Ticket ticket,
      long probeFromNanos,
      long giveUpNanos) {
    /** When to look again; never if that would be too late. */
    long lookAtNanos(long nowNanos) {
      long passFrom = state.probeQueue().passFromNanos(ticket);
      long due = state.breaker().availableAtNanos(nowNanos);
      long look = later(later(passFrom, due), nowNanos);
      return state.breaker().isDead() ? later(look, probeFromNanos) : look;
    }

    boolean isHopeless(long nowNanos) {
      return giveUpNanos - state.breaker().nextProbeNanos(nowNanos) < 0;
    }
  }

  /** A target that lets the call pass. */
  record Passage(int tier, Target target) {}

  private final List<Place> places = new ArrayList<>(1);
  private final String why;

  /**
   * A wait in no queue yet.
   *
   * @param why why the call was to be refused
   */
  ProbeWait(String why) {
    this.why = why;
  }

  /** Why the call was to be refused. */
  String why() {
    return why;
  }

  /**
   * Also waits for that target's circuit if it refuses calls now and its next probe is due in time.
   *
   * <p>A call has few attempts. As a probe of a dead target each is lost, so it spreads them over
   * its time: with {@code n} left it probes after {@code 1 / 2n} of it.
   *
   * @param attemptsLeft of the call
   * @param giveUpNanos until when it makes sense to begin there
   */
  void join(
      int tier,
      Target target,
      TargetState state,
      int attemptsLeft,
      long giveUpNanos,
      Call call,
      Runnable wake,
      long nowNanos) {
    if (state.breakerAdmits(nowNanos)
        || giveUpNanos - state.breaker().nextProbeNanos(nowNanos) < 0) {
      return;
    }
    ProbeQueue.Ticket ticket = state.probeQueue().join(call.bytes(), wake, nowNanos);
    if (ticket != null) {
      state.retryBudget().waitBegins();
      long probeFrom = nowNanos + (giveUpNanos - nowNanos) / (2L * attemptsLeft);
      places.add(new Place(tier, target, state, ticket, probeFrom, giveUpNanos));
    }
  }

  /** Whether there is no circuit worth waiting for. */
  boolean isEmpty() {
    return places.isEmpty();
  }

  /** Waits no more. */
  void leave() {
    for (Place place : places) {
      place.state.probeQueue().leave(place.ticket);
      place.state.retryBudget().waitEnds();
    }
    places.clear();
  }

  /** A target that lets the call pass now, those of the first tier first; null for none. */
  @Nullable Passage passage(long nowNanos) {
    for (Place place : places) {
      if (place.giveUpNanos - nowNanos >= 0 && place.lookAtNanos(nowNanos) - nowNanos <= 0) {
        return new Passage(place.tier, place.target);
      }
    }
    return null;
  }

  /** When to look again; {@link Step.Attempt#NEVER} if no probe comes in time any more. */
  long lookAtNanos(long nowNanos) {
    long next = Step.Attempt.NEVER;
    for (Place place : places) {
      if (!place.isHopeless(nowNanos)) {
        long look = place.lookAtNanos(nowNanos);
        long at = look - place.giveUpNanos < 0 ? look : place.giveUpNanos;
        next = next == Step.Attempt.NEVER || at - next < 0 ? at : next;
      }
    }
    return next;
  }

  private static long later(long a, long b) {
    return a - b > 0 ? a : b;
  }
}
