package dev.forebay.core;

/**
 * A call's place in the line for one target's capacity.
 *
 * @param giveUpNanos until when it waits there
 */
record Turn(TargetState state, WaitLine.Ticket ticket, long sinceNanos, long giveUpNanos) {
  boolean hasCome() {
    return ticket.reservation().isOpen();
  }

  /** Whether it is no use to wait any longer. */
  boolean isHopeless(long nowNanos) {
    return nowNanos - giveUpNanos >= 0
        || state.admission().shutNanos(nowNanos) > giveUpNanos - nowNanos;
  }
}
