package dev.forebay.core.admission;

import dev.forebay.core.admission.QuotaProbes.Kind;

/**
 * Learns a quota of tokens from what the service accepts and refuses: {@link QuotaProbes} says what
 * is risked by what {@link QuotaHypotheses} foresees, and the belief follows what came of it. Where
 * a lease gives this process its part of the quota, every attempt is sure and nothing is learned.
 * Not thread-safe: its {@link Limiter} guards it.
 */
final class QuotaEstimator {
  private final QuotaHypotheses hypotheses;
  private final QuotaProbes probes;
  private final RefusalOrder order = new RefusalOrder();

  /** Whether output has a quota of its own, so that none of it counts here. */
  private final boolean split;

  /** How sure the attempt is for which {@link #mayGo} was asked last. */
  private Kind kind = Kind.SURE;

  QuotaEstimator(QuotaHypotheses hypotheses, boolean split, long nowNanos) {
    this.hypotheses = hypotheses;
    this.split = split;
    this.probes = new QuotaProbes(hypotheses.isKnown(), nowNanos);
  }

  /**
   * Whether the attempt may be sent now.
   *
   * @param isLastChance whether its call is refused if it may not
   */
  boolean mayGo(Reservation asked, boolean isLeased, boolean isLastChance, long nowNanos) {
    kind =
        isLeased
            ? Kind.SURE
            : QuotaProbes.kind(hypotheses.foresee(asked.tokens(), planned(asked), nowNanos));
    return probes.mayGo(kind, isLastChance, nowNanos);
  }

  /** When one that may not go now may go, as far as this is known; a time that may be past. */
  long nextNanos(long nowNanos) {
    return probes.nextNanos(nowNanos);
  }

  /** An attempt for which {@link #mayGo} was asked last takes its tokens. */
  void take(Reservation asked, long nowNanos) {
    hypotheses.take(asked.tokens(), planned(asked), nowNanos);
  }

  /** It is sent. */
  void sent(Reservation asked, boolean isLeased, long nowNanos) {
    asked.give(hypotheses.accepting() | kind.bits, order.sends(), nowNanos);
    probes.sent(asked, kind, !isLeased && !hypotheses.agreed(hypotheses.accepting()), nowNanos);
  }

  /**
   * It is over.
   *
   * @param used 0 if it was refused: then the service had set nothing aside for it
   */
  void settle(Reservation held, long used, long nowNanos) {
    if (used > 0 && used < held.tokens()) {
      order.roomCame();
    }
    hypotheses.settle(held.tokens(), planned(held), used, held.begunAtNanos(), nowNanos);
  }

  /** The service has let in those that were without a refusal for long enough. */
  void confirmDue(boolean isLeased, long nowNanos) {
    if (probes.isIdle()) {
      return;
    }
    for (Reservation due = probes.due(nowNanos); due != null; due = probes.due(nowNanos)) {
      accepted(due, isLeased, true, nowNanos);
    }
  }

  /**
   * The service has let in those that were sent before one that it refused. Their own refusals may
   * still come, so that this contradicts none.
   */
  void confirmBefore(Reservation refused, boolean isLeased, long nowNanos) {
    for (Reservation earlier = probes.before(refused);
        earlier != null;
        earlier = probes.before(refused)) {
      accepted(earlier, isLeased, false, nowNanos);
    }
  }

  /** The service has let the attempt in. */
  void accepted(Reservation held, boolean isLeased, long nowNanos) {
    accepted(held, isLeased, true, nowNanos);
  }

  private void accepted(Reservation held, boolean isLeased, boolean isSeen, long nowNanos) {
    if (!probes.isUnconfirmed(held)) {
      return;
    }
    int foreseen = held.foreseen() & Kind.OTHER_BITS;
    // A configured quota is a limit for certain, so that chance is not all that there is.
    boolean contradicts =
        isSeen && !isLeased && !hypotheses.isKnown() && order.isContradictedBy(held);
    if (contradicts && order.contradict()) {
      probes.contradicted(order.kind(), nowNanos);
    }
    if (!isLeased && (contradicts || kind(held) != Kind.SURE || !hypotheses.agreed(foreseen))) {
      hypotheses.accepted(foreseen, contradicts, nowNanos);
    }
    probes.confirmed(held, kind(held));
  }

  /** An attempt was answered. */
  void answered(long nowNanos) {
    probes.answered(nowNanos);
    hypotheses.counts(false);
  }

  /** It ended without showing whether the service had let it in. */
  void dropped(Reservation held) {
    probes.dropped(held);
  }

  /**
   * The service refused the attempt, which is settled.
   *
   * @return whether the limits are lower than believed
   */
  boolean refused(Reservation held, boolean isLeased, long nowNanos) {
    order.refused(held, kind(held));
    boolean cut = probes.refused(held, kind(held), nowNanos);
    if (!isLeased && (cut || kind(held) == Kind.SURE)) {
      int foreseen = held.foreseen() & Kind.OTHER_BITS;
      hypotheses.refused(foreseen, held.tokens(), planned(held), !cut, nowNanos);
    }
    return cut;
  }

  /** Whether the last refusal may have been chance: it was not foreseen, and is not decided. */
  boolean suspects() {
    return probes.suspects();
  }

  private long planned(Reservation held) {
    return split ? 0 : held.call().maxOutputTokens();
  }

  private static Kind kind(Reservation held) {
    return Kind.of(held.foreseen());
  }
}
