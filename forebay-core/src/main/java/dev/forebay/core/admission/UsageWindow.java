package dev.forebay.core.admission;

/**
 * What was taken from a quota over the last minute, by the second in which it was taken. What an
 * attempt gives back leaves the second from which it was taken, as the service settles.
 *
 * <p>A second counts until all of it is a minute ago: what is let in too early is refused, so a sum
 * of whole seconds errs by having one more. All operations take constant time, but for those that
 * say so. Not thread-safe.
 */
final class UsageWindow {
  static final int SECONDS = 60;
  private static final int SLOTS = SECONDS + 1;
  private static final long SECOND = 1_000_000_000L;

  private final long[] slots = new long[SLOTS];
  private final long originNanos;
  private long newest;

  /** When the newest second began, and its slot: most uses come within it, and need no division. */
  private long newestAtNanos;

  private int newestIndex;
  private long sum;

  UsageWindow(long nowNanos) {
    // A whole second of the clock, which may run over later.
    originNanos = nowNanos - Math.floorMod(nowNanos, SECOND);
    newestAtNanos = originNanos;
  }

  private long secondOf(long nanos) {
    return Math.floorDiv(nanos - originNanos, SECOND);
  }

  /** The second that it is now. */
  long second(long nowNanos) {
    turn(nowNanos);
    return newest;
  }

  /** What was taken over the last minute. */
  long sum(long nowNanos) {
    turn(nowNanos);
    return sum;
  }

  void take(long amount, long nowNanos) {
    turn(nowNanos);
    slots[newestIndex] += amount;
    sum += amount;
  }

  /**
   * Corrects what was taken at that time. What is more than was taken then, more than a minute ago,
   * counts from now on.
   */
  void settle(long change, long takenAtNanos, long nowNanos) {
    turn(nowNanos);
    if (takenAtNanos - newestAtNanos >= 0) {
      slots[newestIndex] += change;
      sum += change;
      return;
    }
    long second = secondOf(takenAtNanos);
    if (second > newest - SLOTS) {
      slots[index(second)] += change;
      sum += change;
    } else if (change > 0) {
      slots[newestIndex] += change;
      sum += change;
    }
  }

  /** What was taken in that second, one of the last sixty-one. */
  long at(long second) {
    return slots[index(second)];
  }

  /**
   * Where {@link #slotBefore} begins, to go back from the newest second without a division each.
   */
  int slotAfterNewest() {
    return newestIndex == SLOTS - 1 ? 0 : newestIndex + 1;
  }

  static int slotBefore(int slot) {
    return slot == 0 ? SLOTS - 1 : slot - 1;
  }

  long in(int slot) {
    return slots[slot];
  }

  /** How long until so much has left the last minute; a minute if it never was in it. Linear. */
  long nanosUntilLeft(long amount, long nowNanos) {
    turn(nowNanos);
    long left = 0;
    for (long second = newest - SLOTS + 1; second <= newest; second++) {
      left += slots[index(second)];
      if (left >= amount) {
        return (second + SLOTS) * SECOND - (nowNanos - originNanos);
      }
    }
    return SECONDS * SECOND;
  }

  private void turn(long nowNanos) {
    if (nowNanos - newestAtNanos < SECOND) {
      return;
    }
    long now = secondOf(nowNanos);
    long steps = Math.min(SLOTS, now - newest);
    for (long second = now - steps + 1; second <= now; second++) {
      int index = index(second);
      sum -= slots[index];
      slots[index] = 0;
    }
    newest = now;
    newestAtNanos = originNanos + now * SECOND;
    newestIndex = index(now);
  }

  private static int index(long second) {
    return (int) Math.floorMod(second, (long) SLOTS);
  }
}
