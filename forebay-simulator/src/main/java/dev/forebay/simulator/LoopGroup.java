package dev.forebay.simulator;

import java.util.random.RandomGenerator;

/**
 * The targets that a program takes for equal, with the loop that it runs over them and how it
 * chooses one. Not thread-safe.
 */
final class LoopGroup {
  /** How the next of several equal targets is chosen. */
  enum Choice {
    /** One after the other. */
    ROUND_ROBIN,
    /**
     * At random, but for those that have refused a call or failed often in the last seconds, as
     * LiteLLM's router does.
     */
    COOL_DOWN
  }

  static final int NONE = -1;
  static final long COOL_NANOS = 5_000_000_000L;
  private static final int ALLOWED_FAILURES = 3;
  private static final long MINUTE_NANOS = 60_000_000_000L;

  final RetryLoop loop;
  private final int first;
  private final int size;
  private final Choice choice;
  private final long[] coolUntil;
  private final int[] failures;
  private final long[] failingSince;
  private int turn;

  /**
   * Equal targets.
   *
   * @param first the place of the first of them among all
   * @param size how many follow it, itself included
   */
  LoopGroup(int first, int size, Choice choice, RetryLoop loop) {
    this.first = first;
    this.size = size;
    this.choice = choice;
    this.loop = loop;
    this.coolUntil = new long[size];
    this.failures = new int[size];
    this.failingSince = new long[size];
  }

  /** The place of the target to ask, or {@link #NONE}. */
  int pick(long now, RandomGenerator random) {
    if (size == 1 && choice == Choice.ROUND_ROBIN) {
      return first;
    }
    if (choice == Choice.ROUND_ROBIN) {
      return first + turn++ % size;
    }
    int picked = NONE;
    int ready = 0;
    for (int i = 0; i < size; i++) {
      if (now >= coolUntil[i] && random.nextInt(++ready) == 0) {
        picked = first + i;
      }
    }
    return picked;
  }

  void replied(int place, int status, long now) {
    loop.replied(status, now);
    if (choice != Choice.COOL_DOWN || status == 200) {
      return;
    }
    int i = place - first;
    if (now - failingSince[i] > MINUTE_NANOS) {
      failingSince[i] = now;
      failures[i] = 0;
    }
    // A group's only target is never cooled down for a throttle.
    if ((status == 429 && size > 1) || ++failures[i] > ALLOWED_FAILURES) {
      coolUntil[i] = now + COOL_NANOS;
      failures[i] = 0;
    }
  }

  boolean has(int place) {
    return place >= first && place < first + size;
  }
}
