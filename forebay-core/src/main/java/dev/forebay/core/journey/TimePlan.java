package dev.forebay.core.journey;

import dev.forebay.core.Call;
import dev.forebay.core.Route;
import dev.forebay.core.Target;
import dev.forebay.core.Timeouts;
import dev.forebay.core.targets.TargetRegistry;
import dev.forebay.core.targets.TargetState;
import java.time.Duration;

/**
 * What a call can still reach before its deadline, judged by what its targets usually take. An
 * unknown target is taken to answer at once.
 *
 * <p>The deadline bounds the time until a target begins to answer. A stream shows that by its first
 * frame. A whole answer shows nothing until it is there. One that was planned for more than {@value
 * #SHORT_ANSWER} tokens may therefore take longer than the deadline, unless the caller named the
 * deadline: {@value #PLANNED_FACTOR} times what that length takes when it comes slowly, see {@code
 * LatencyProfile.plannedNanos}, and {@value #PLANNED_FACTOR_ALONE} times where there is no
 * fallback. So half an answer is not thrown away at the deadline, and a hung target is left for a
 * fallback within twice the time that the answer is expected to take.
 */
public record TimePlan(
    TargetRegistry targets, Route route, Call call, long startedAtNanos, long endByNanos) {
  static final int NO_TIER = -1;

  /**
   * The longest plan, in tokens, of a whole answer that is given up in time for a fallback to
   * answer by the deadline: at 30 tokens a second it needs half a minute.
   */
  static final int SHORT_ANSWER = 1_000;

  static final int PLANNED_FACTOR = 2;

  /** Nothing is gained by giving up early. */
  static final int PLANNED_FACTOR_ALONE = 3;

  /** An attempt that takes so many times what is usual counts as hung. */
  static final int HUNG_FACTOR = 3;

  private static final long MIN_SLOW_NANOS = Duration.ofSeconds(2).toNanos();

  /** The first tier after this one that can still answer in time, or -1. */
  int tierAfter(int tierIndex, long nowNanos) {
    for (int i = tierIndex + 1; i < route.tiers().size(); i++) {
      if (nowNanos + expectedNanos(i, nowNanos) - endByNanos < 0) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Until when it makes sense to wait for an attempt on this target.
   *
   * @param fallback the tier to which time must be left to turn, or -1
   */
  long latestBeginNanos(Target target, int fallback, long nowNanos) {
    return endByNanos - reserveNanos(fallback, nowNanos) - expectedNanos(target, nowNanos);
  }

  /**
   * Until when it makes sense to wait in the queue for an attempt on this target: the whole answer
   * should come in time, since capacity spent on one that the deadline cuts off is lost for those
   * behind, and in a long queue all begin at that moment. Kept is one and a quarter times the time
   * within which nine of ten answers of such a planned length end, but no more than half of the
   * call's time; that time itself, but no more than four fifths, if it is more.
   */
  long latestTurnNanos(Target target, long nowNanos) {
    long slow = targets.state(target, nowNanos).slowAnswerNanos(call, nowNanos);
    long all = endByNanos - startedAtNanos;
    long kept = Math.max(Math.min(slow / 4 * 5, all / 2), Math.min(slow, all / 5 * 4));
    return Math.min(latestBeginNanos(target, NO_TIER, nowNanos), endByNanos - kept);
  }

  /**
   * When an attempt that begins now must have shown life: a stream by its time to the first frame,
   * a whole answer by its planned time, both leaving the fallback the time that is kept for it. An
   * attempt that should have ended by then gets {@value #HUNG_FACTOR} times what is usual, as far
   * as the fallback's own usual time, twice, is left: what a healthy attempt has used would be
   * lost, and the fallback would be asked for the same once more. A hung target never takes the
   * fallback's last chance, and one that is too slow for the deadline gets no more time.
   */
  long firstFrameByNanos(Target target, int fallback, long nowNanos) {
    Timeouts limits = target.timeouts();
    long left = endByNanos - nowNanos;
    long own = left - reserveNanos(fallback, nowNanos);
    if (fallback >= 0) {
      long usual = targets.state(target, nowNanos).expectedNanos(call, nowNanos);
      long most = left - leastReserveNanos(fallback, nowNanos);
      // Where the usual answer comes too late the fallback alone can help.
      own = usual <= most ? Math.max(own, Math.min(most, HUNG_FACTOR * usual)) : own;
    }
    if (own <= 0) {
      // Only a tier's first attempt begins this late: it shares what is left with the fallback.
      own = left / 2;
    }
    if (call.streaming()) {
      return nowNanos + Math.min(own, firstFrameNanos(limits));
    }
    if (call.maxOutputTokens() > SHORT_ANSWER) {
      own = Math.max(own, plannedNanos(target, fallback, nowNanos));
    }
    return nowNanos + Math.min(own, limits.total().toNanos());
  }

  /**
   * Until when a fallback may begin after a whole answer was given up, or failed, in its planned
   * time beyond what the deadline left it: the time that was kept for the fallback is still its
   * own. Never before the deadline, and never after the caller's own one.
   */
  long endAfterPlannedNanos(int fallback, long nowNanos) {
    if (!isPlanned()) {
      return endByNanos;
    }
    long kept = nowNanos + reserveNanos(fallback, nowNanos);
    long end = kept - endByNanos > 0 ? kept : endByNanos;
    long last = callersEndNanos();
    return end - last > 0 ? last : end;
  }

  /**
   * Until when a caller that shares another's answer waits for it to begin: its deadline, or its
   * own planned time.
   */
  long sharedByNanos(long nowNanos) {
    if (!isPlanned()) {
      return endByNanos;
    }
    Target first = route.tiers().getFirst().targets().getFirst();
    long most = first.timeouts().total().toNanos();
    long planned = startedAtNanos + Math.min(most, plannedNanos(first, NO_TIER, nowNanos));
    return planned - endByNanos > 0 ? planned : endByNanos;
  }

  /** Whether the call's answer comes whole, in a time that its planned length decides. */
  private boolean isPlanned() {
    return !call.streaming()
        && call.maxOutputTokens() > SHORT_ANSWER
        && call.patience().compareTo(route.deadline()) > 0;
  }

  /** The time for a whole answer of the planned length, within the caller's own deadline. */
  private long plannedNanos(Target target, int fallback, long nowNanos) {
    long planned =
        (fallback < 0 ? PLANNED_FACTOR_ALONE : PLANNED_FACTOR)
            * targets.state(target, nowNanos).plannedNanos(call, nowNanos);
    long last = callersEndNanos() - nowNanos;
    return Math.min(planned, last - reserveNanos(fallback, nowNanos));
  }

  /** The end of the caller's own patience; a long time from now if it has named none. */
  private long callersEndNanos() {
    return startedAtNanos + Math.min(call.patience().toNanos(), Long.MAX_VALUE / 2);
  }

  private static long firstFrameNanos(Timeouts limits) {
    return Math.min(limits.firstFrame().toNanos(), limits.firstToken().toNanos());
  }

  /**
   * From what duration on silence is the target's fault. A whole answer that was planned long may
   * take its planned time. For others it is, within the route's own deadline, three times what the
   * target usually takes and at least 2 s; a caller that gives less time than the route proves
   * something only when it waited for the whole time to the first frame.
   */
  long slowNanos(Target target, long nowNanos) {
    TargetState state = targets.state(target, nowNanos);
    if (!call.streaming() && call.maxOutputTokens() > SHORT_ANSWER) {
      return PLANNED_FACTOR * state.plannedNanos(call, nowNanos);
    }
    long firstFrame = firstFrameNanos(target.timeouts());
    if (call.patience().compareTo(route.deadline()) < 0) {
      return firstFrame;
    }
    long expected = state.expectedNanos(call, nowNanos);
    return Math.min(firstFrame, Math.max(MIN_SLOW_NANOS, HUNG_FACTOR * expected));
  }

  /**
   * The time kept for a fallback, which has to give a whole answer in it: the route's patience, or
   * twice what it usually takes if that is more, but at most half of the call's time.
   */
  private long reserveNanos(int fallback, long nowNanos) {
    if (fallback < 0) {
      return 0;
    }
    long wanted = Math.max(route.patience().toNanos(), 2 * expectedNanos(fallback, nowNanos));
    return Math.min((endByNanos - startedAtNanos) / 2, wanted);
  }

  /** The least with which the fallback is likely to answer; all that is kept if it is not known. */
  private long leastReserveNanos(int fallback, long nowNanos) {
    long kept = reserveNanos(fallback, nowNanos);
    long usual = expectedNanos(fallback, nowNanos);
    return usual > 0 ? Math.min(kept, 2 * usual) : kept;
  }

  private long expectedNanos(int tierIndex, long nowNanos) {
    long least = Long.MAX_VALUE;
    for (Target target : route.tiers().get(tierIndex).targets()) {
      least = Math.min(least, expectedNanos(target, nowNanos));
    }
    return least;
  }

  /** What must be left of the call's time for it; what is planned for needs none. */
  private long expectedNanos(Target target, long nowNanos) {
    return isPlanned() ? 0 : targets.state(target, nowNanos).expectedNanos(call, nowNanos);
  }
}
