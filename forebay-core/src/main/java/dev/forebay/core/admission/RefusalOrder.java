package dev.forebay.core.admission;

import dev.forebay.core.admission.QuotaProbes.Kind;
import java.time.Duration;

/**
 * Distinguishes a limit from chance refusals by the order of sending. A limit that refuses an
 * attempt also refuses what is sent after it and asks for no less, until room comes. So an attempt
 * that is let in contradicts such a refusal, whatever the limit is, and wherever a minute begins.
 *
 * <p>Refusals come long before anything shows that the others were let in. Counted as they come,
 * three refusals among seven attempts that were sent together are three in a row.
 *
 * <p>Room comes when an attempt settles for less than it has taken, and with time: so only attempts
 * that were sent within {@link #TOGETHER} are compared, in which a minute brings in a ten
 * thousandth of its quota. The network may change the order of those, so that a contradiction is
 * strong evidence and no proof. Not thread-safe: its {@link QuotaEstimator} guards it.
 */
final class RefusalOrder {
  static final Duration TOGETHER = Duration.ofMillis(5);

  /** A place has how often room came until it was sent, and how many were sent since then. */
  private static final int SENT_BITS = 12;

  private static final int MOST_SENT = (1 << SENT_BITS) - 1;

  private int rooms;
  private int sent;
  private boolean isRefused;
  private int place;
  private long sentAtNanos;
  private long tokens;
  private int output;
  private Kind kind = Kind.SURE;
  private boolean isContradicted;

  /** An attempt is sent, at the place that is returned. */
  int sends() {
    sent = Math.min(MOST_SENT, sent + 1);
    return rooms << SENT_BITS | sent;
  }

  /** An attempt that was let in has given back a part of what it took. */
  void roomCame() {
    rooms++;
    sent = 0;
  }

  /** An attempt is refused. Of those sent together the first one counts. */
  void refused(Reservation held, Kind how) {
    if (isRefused && isTogether(held) && held.place() - place >= 0) {
      return;
    }
    isRefused = true;
    isContradicted = false;
    place = held.place();
    sentAtNanos = held.begunAtNanos();
    tokens = held.tokens();
    output = held.call().maxOutputTokens();
    kind = how;
  }

  /** Whether the refusal was chance, as this attempt was let in. */
  boolean isContradictedBy(Reservation letIn) {
    return isRefused
        && isTogether(letIn)
        && letIn.place() >> SENT_BITS == place >> SENT_BITS
        && letIn.place() - place > 0
        && letIn.tokens() >= tokens
        && letIn.call().maxOutputTokens() >= output;
  }

  /** Notes that it is contradicted; whether it was not before. */
  boolean contradict() {
    boolean first = !isContradicted;
    isContradicted = true;
    return first;
  }

  /** How sure the refused attempt was. */
  Kind kind() {
    return kind;
  }

  private boolean isTogether(Reservation other) {
    return Math.abs(other.begunAtNanos() - sentAtNanos) <= TOGETHER.toNanos();
  }
}
