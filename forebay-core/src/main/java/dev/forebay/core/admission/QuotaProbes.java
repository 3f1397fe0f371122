package dev.forebay.core.admission;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * How much is risked where it is not sure that the service lets an attempt in. A refusal costs some
 * milliseconds and no tokens; a part of the quota that is left idle costs answers.
 *
 * <pre>
 * sure       P &gt;= 0.97: goes, but for a suspicion
 * doubtful   P &gt;= 0.5: goes unless there is a hold, while fewer than W are unconfirmed
 * probe      the rest: as doubtful, and for a credit of 1, or once in 5 s without one
 * last       where a call is refused otherwise: as doubtful, whatever is held; without a budget if the last
 *            refusal was 4 s ago, and three times as long ago as there usually is between answers
 * confirmed  content, an answer, no refusal for three times as long as refusals take (50 to 500 ms), or
 *            one that was sent later is refused: W doubles, up to 8; ends holds that are older than the
 *            attempt; a probe gets its credit back, and leave for the next one
 * credit     0.02 for each answer, 0.05 where the quota is not known, up to 5
 * refused    W = 1; a hold of 250 ms, or twice the last one, up to 4 s, if that ended less than four of it ago;
 *            then only so many sure ones as are unconfirmed too: 1, doubled by each that is confirmed, up to 256
 * budget     0.1 for each answer, 0.3 where the quota is not known, up to 5, less 1 for each refusal; below 1 only
 *            sure ones go for 10 s after a refusal
 * suspicion  a sure one is refused, which may be chance: until that is decided only so many are unconfirmed as
 *            last time, 1 at first, twice as many after each that was chance. One is confirmed: it was chance.
 *            Another is refused: limits are lower than believed. Those that were already under way decide nothing.
 * chance     one that was sent after a refused one and asks for no less is let in ({@link RefusalOrder}): that refusal
 *            takes nothing from the budget, ends its hold, and counts as a suspicion that was chance
 * </pre>
 *
 * <p>Where most suspicions were chance, it takes more refusals in a row to decide one: {@code 12 *
 * (share - 1/2)} more, with the share of chance among the last ones; and there is no slow start and
 * no charge to the budget. The budget bounds attempts per answer, as the credit does for probes
 * alone; the bound on sure ones is TCP's slow start, so that a crowd that waits is not sent and
 * refused at once. Not thread-safe: its {@link Limiter} guards it.
 */
final class QuotaProbes {
  static final double SURE = 0.97;
  static final double LIKELY = 0.5;
  static final int MOST = 8;
  static final Duration MIN_CONFIRM = Duration.ofMillis(50);
  static final Duration MAX_CONFIRM = Duration.ofMillis(500);
  static final Duration MIN_HOLD = Duration.ofMillis(250);
  static final Duration MAX_HOLD = Duration.ofSeconds(4);
  static final Duration WITHOUT_CREDIT = Duration.ofSeconds(5);
  static final Duration MAX_GAP = Duration.ofSeconds(40);

  private static final int SOON = 4;
  private static final int CONFIRM_FACTOR = 3;
  private static final double CREDIT_STEP = 0.02;
  private static final double CREDIT_STEP_UNKNOWN = 0.05;
  private static final double MOST_CREDIT = 5;
  private static final double LEAST_CREDIT = -20;
  private static final double FIRST_CREDIT = 5;
  private static final double FIRST_CREDIT_UNKNOWN = 20;
  private static final double FIRST_CHANCE = 0.3;
  private static final double CHANCE_STEP = 1.0 / 8;
  private static final double MOSTLY = 0.5;
  private static final double REFUSALS_BY_CHANCE = 12;
  private static final int ANSWERS = 3;
  private static final int NO_WINDOW = 256;
  private static final double BUDGET_STEP = 0.1;
  private static final double BUDGET_STEP_UNKNOWN = 0.3;
  private static final double MOST_BUDGET = 5;
  private static final double LEAST_BUDGET = -2;
  private static final Duration WITHOUT_BUDGET = Duration.ofSeconds(10);

  /** How sure an attempt was when it was sent. */
  enum Kind {
    SURE(0),
    DOUBTFUL(0x40),
    PROBE(0x80);

    /** It is kept in a byte together with what the hypotheses foresaw, which has the lower bits. */
    static final int OTHER_BITS = 0x3f;

    final int bits;

    Kind(int bits) {
      this.bits = bits;
    }

    static Kind of(int foreseen) {
      return (foreseen & PROBE.bits) != 0
          ? PROBE
          : (foreseen & DOUBTFUL.bits) != 0 ? DOUBTFUL : SURE;
    }
  }

  /** Those sent that were not sure, or while there was a suspicion, the oldest first. */
  private final Queue<Reservation> unconfirmed = new ArrayDeque<>(0);

  private final double creditStep;
  private final double budgetStep;
  private final boolean isKnown;
  private double credit;
  private int allowed = 1;

  /** How many sure ones may be unconfirmed after a refusal; {@link #NO_WINDOW} for any number. */
  private int sureWindow = NO_WINDOW;

  /** How many refusals are still acceptable. */
  private double budget = MOST_BUDGET;

  private long probedAtNanos;

  /** How long after a probe the next one may go without credit. */
  private long gapNanos = WITHOUT_CREDIT.toNanos();

  private long holdNanos;
  private long heldUntilNanos;
  private long refusedAtNanos;
  private long refusalNanos;

  /** The mean time between answers. */
  private long answerGapNanos;

  private long answeredAtNanos;

  /** Refusals since a sure one was refused, that one included; 0 without a suspicion. */
  private int refusals;

  private long suspectSentAtNanos;

  private long suspectedAtNanos;
  private long loweredAtNanos;

  /** The share of suspicions that were chance, of the last ones. */
  private double chance = FIRST_CHANCE;

  /** How many refusals in a row decide the present suspicion. */
  private int needed;

  /** Probes that were refused since then. */
  private int owed;

  private int allowedWhileSuspected = 1;

  QuotaProbes(boolean isKnown, long nowNanos) {
    creditStep = isKnown ? CREDIT_STEP : CREDIT_STEP_UNKNOWN;
    budgetStep = isKnown ? BUDGET_STEP : BUDGET_STEP_UNKNOWN;
    this.isKnown = isKnown;
    credit = isKnown ? FIRST_CREDIT : FIRST_CREDIT_UNKNOWN;
    probedAtNanos = nowNanos;
    heldUntilNanos = nowNanos;
    refusedAtNanos = nowNanos;
    answeredAtNanos = nowNanos;
    loweredAtNanos = nowNanos;
    suspectedAtNanos = nowNanos;
    refusalNanos = MAX_CONFIRM.toNanos() / CONFIRM_FACTOR;
  }

  static Kind kind(double probability) {
    return probability >= SURE ? Kind.SURE : probability >= LIKELY ? Kind.DOUBTFUL : Kind.PROBE;
  }

  /**
   * Whether an attempt of that kind may go now.
   *
   * @param isLastChance whether its call is refused if it may not
   */
  boolean mayGo(Kind kind, boolean isLastChance, long nowNanos) {
    if (refusals > 0) {
      return unconfirmed.size() < allowedWhileSuspected;
    }
    if (kind == Kind.SURE) {
      return sureWindow == NO_WINDOW || unconfirmed.size() < sureWindow;
    }
    if (unconfirmed.size() >= allowed) {
      return false;
    }
    if (isLastChance) {
      return budget >= 1
          || nowNanos - refusedAtNanos >= Math.max(MAX_HOLD.toNanos(), ANSWERS * answerGapNanos);
    }
    if (heldUntilNanos - nowNanos > 0
        || (budget < 1 && nowNanos - refusedAtNanos < WITHOUT_BUDGET.toNanos())) {
      return false;
    }
    return kind == Kind.DOUBTFUL
        || (credit >= 1 && gapNanos <= WITHOUT_CREDIT.toNanos())
        || nowNanos - probedAtNanos >= gapNanos;
  }

  /** When one that may not go now may go, as far as this is known; a time that may be past. */
  long nextNanos(long nowNanos) {
    Reservation first = unconfirmed.peek();
    long confirmed = first == null ? nowNanos : first.begunAtNanos() + confirmNanos();
    return heldUntilNanos - confirmed > 0 ? heldUntilNanos : confirmed;
  }

  /** An attempt is sent. */
  void sent(Reservation held, Kind kind, boolean teaches, long nowNanos) {
    if (kind != Kind.SURE || teaches || refusals > 0 || sureWindow < NO_WINDOW) {
      unconfirmed.add(held);
    }
    if (kind == Kind.PROBE) {
      credit -= 1;
      probedAtNanos = nowNanos;
    }
  }

  /** The oldest unconfirmed one that has been without a refusal for long enough, or null. */
  @Nullable Reservation due(long nowNanos) {
    Reservation first = unconfirmed.peek();
    return first != null && nowNanos - first.begunAtNanos() >= confirmNanos() ? first : null;
  }

  /** The oldest unconfirmed one that was sent before this one, which was refused; or null. */
  @Nullable Reservation before(Reservation refused) {
    Reservation first = unconfirmed.peek();
    return first != null && first.begunAtNanos() - refused.begunAtNanos() < 0 ? first : null;
  }

  boolean isUnconfirmed(Reservation held) {
    return !unconfirmed.isEmpty() && unconfirmed.contains(held);
  }

  /** Whether a sure one was refused, and it is not decided whether that was chance. */
  boolean suspects() {
    return refusals > 0;
  }

  boolean isIdle() {
    return unconfirmed.isEmpty() && refusals == 0;
  }

  /** The service has let it in. */
  void confirmed(Reservation held, Kind kind) {
    if (!unconfirmed.remove(held)) {
      return;
    }
    if (refusals > 0 && held.begunAtNanos() - suspectSentAtNanos >= 0) {
      refusals = 0;
      credit += owed;
      owed = 0;
      chance += (1 - chance) * CHANCE_STEP;
      allowedWhileSuspected = Math.min(NO_WINDOW, 2 * allowedWhileSuspected);
    }
    allowed = Math.min(MOST, 2 * allowed);
    if (held.begunAtNanos() - refusedAtNanos > 0) {
      sureWindow = Math.min(NO_WINDOW, 2 * sureWindow);
      heldUntilNanos = held.begunAtNanos();
      holdNanos = 0;
    }
    credit = Math.min(MOST_CREDIT, credit + creditStep);
    if (kind == Kind.PROBE) {
      credit = Math.max(1, credit + 1);
      gapNanos = WITHOUT_CREDIT.toNanos();
    }
  }

  /**
   * A refusal was chance, as {@link RefusalOrder} shows: gives back what it cost.
   *
   * @param kind how sure the refused attempt was; only a sure one may have been a suspicion
   */
  void contradicted(Kind kind, long nowNanos) {
    if (kind == Kind.SURE) {
      chance += (1 - chance) * CHANCE_STEP;
    }
    budget = Math.min(MOST_BUDGET, budget + 1);
    heldUntilNanos = nowNanos;
    holdNanos = 0;
  }

  /** It ended without showing whether the service had let it in. */
  void dropped(Reservation held) {
    unconfirmed.remove(held);
  }

  /** An answer came. */
  void answered(long nowNanos) {
    answerGapNanos +=
        (Math.min(MAX_GAP.toNanos(), nowNanos - answeredAtNanos) - answerGapNanos) / 8;
    answeredAtNanos = nowNanos;
    budget = Math.min(MOST_BUDGET, budget + budgetStep);
    if (credit < MOST_CREDIT) {
      credit += creditStep;
    }
  }

  /**
   * The service refused it.
   *
   * @return whether the limits are lower than believed
   */
  boolean refused(Reservation held, Kind kind, long nowNanos) {
    boolean wasTracked = unconfirmed.remove(held);
    if (chance < MOSTLY) {
      budget = Math.max(LEAST_BUDGET, budget - 1);
    }
    refusalNanos += (nowNanos - held.begunAtNanos() - refusalNanos) / 4;
    if (nowNanos - refusedAtNanos > WITHOUT_CREDIT.toNanos()) {
      refusals = 0;
      owed = 0;
    }
    if (kind == Kind.SURE && wasUnderWay(held, wasTracked)) {
      return false;
    }
    refusedAtNanos = nowNanos;
    if (refusals == 0) {
      suspectSentAtNanos = held.begunAtNanos();
      suspectedAtNanos = nowNanos;
      needed = needed(kind);
    }
    refusals++;
    if (refusals < needed) {
      if (kind == Kind.PROBE) {
        owed++;
      }
      return false;
    }
    refusals = 0;
    owed = 0;
    loweredAtNanos = nowNanos;
    if (needed > 1) {
      chance -= chance * CHANCE_STEP;
    }
    allowedWhileSuspected = 1;
    allowed = 1;
    if (chance < MOSTLY) {
      sureWindow = 1;
    }
    if (kind == Kind.SURE) {
      credit = Math.max(LEAST_CREDIT, credit - 1);
    }
    if (kind == Kind.PROBE && isKnown) {
      gapNanos = Math.min(MAX_GAP.toNanos(), 2 * gapNanos);
    }
    hold(nowNanos);
    return true;
  }

  /**
   * Whether it was sent before the limits were lowered last, or, without being watched, before the
   * present suspicion arose: others of its time may have been let in.
   */
  private boolean wasUnderWay(Reservation held, boolean wasTracked) {
    return held.begunAtNanos() - loweredAtNanos < 0
        || (!wasTracked && refusals > 0 && held.begunAtNanos() - suspectedAtNanos < 0);
  }

  /** How many refusals in a row are no chance. */
  private int needed(Kind kind) {
    int more = (int) Math.max(0, (chance - MOSTLY) * REFUSALS_BY_CHANCE);
    return (kind == Kind.SURE ? 2 : 1) + more;
  }

  private void hold(long nowNanos) {
    boolean again = holdNanos > 0 && nowNanos - heldUntilNanos < SOON * holdNanos;
    holdNanos = again ? Math.min(MAX_HOLD.toNanos(), 2 * holdNanos) : MIN_HOLD.toNanos();
    heldUntilNanos = nowNanos + holdNanos;
  }

  private long confirmNanos() {
    return Math.clamp(CONFIRM_FACTOR * refusalNanos, MIN_CONFIRM.toNanos(), MAX_CONFIRM.toNanos());
  }
}
