package dev.forebay.core.journey;

import dev.forebay.core.admission.AdmissionQueue;
import dev.forebay.core.targets.TargetState;

/**
 * A call's place in the queue for one target's capacity.
 *
 * @param permit the attempt that will begin when its turn has come
 * @param lookAroundNanos when to see whether another tier would let it wait less
 * @param giveUpNanos until when it waits there at most
 */
record QueuedAttempt(
    TargetState state,
    ActiveAttempt permit,
    AdmissionQueue.Ticket ticket,
    long sinceNanos,
    long lookAroundNanos,
    long giveUpNanos) {
  boolean hasCome() {
    return permit.isOpen();
  }

  QueuedAttempt lookingAroundAt(long nanos) {
    return new QueuedAttempt(state, permit, ticket, sinceNanos, nanos, giveUpNanos);
  }

  boolean isTimeToLookAround(long nowNanos) {
    return nowNanos - lookAroundNanos >= 0 && nowNanos - giveUpNanos < 0;
  }

  /** Whether it is no use to wait any longer. */
  boolean isHopeless(long nowNanos) {
    return nowNanos - giveUpNanos >= 0
        || state.admission().shutNanos(nowNanos) > giveUpNanos - nowNanos;
  }
}
