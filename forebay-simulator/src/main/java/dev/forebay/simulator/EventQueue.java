package dev.forebay.simulator;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What is to happen, by time, and of the same time in the order of scheduling. A million calls are
 * several million events, so it is a heap on arrays: four children each, which keeps it flat, of
 * times and of one number that is both the order and the place where the rest of the event is.
 */
final class EventQueue {
  /** Something that events happen to. */
  interface Actor {
    /** The time has come for what the tag means. */
    void happens(long tag, long now);
  }

  /** Sixteen million events may wait at a time, and half a million million may follow. */
  private static final int PLACE_BITS = 24;

  private static final int MOST = 1 << PLACE_BITS;
  private static final int FIRST_LENGTH = 1024;

  private long[] times = new long[FIRST_LENGTH];
  private long[] orders = new long[FIRST_LENGTH];
  private long[] tags = new long[FIRST_LENGTH];
  private @Nullable Actor[] actors = new @Nullable Actor[FIRST_LENGTH];

  /** The places that are free: all from {@code size} on. */
  private int[] places = IntStream.range(0, FIRST_LENGTH).toArray();

  private int size;
  private long scheduled;

  boolean isEmpty() {
    return size == 0;
  }

  long nextNanos() {
    return times[0];
  }

  void schedule(long nanos, Actor actor, long tag) {
    if (size == times.length) {
      grow();
    }
    int place = places[size];
    tags[place] = tag;
    actors[place] = actor;
    long order = scheduled++ << PLACE_BITS | place;
    int at = size++;
    while (at > 0) {
      int parent = (at - 1) >>> 2;
      if (times[parent] <= nanos) {
        break;
      }
      times[at] = times[parent];
      orders[at] = orders[parent];
      at = parent;
    }
    times[at] = nanos;
    orders[at] = order;
  }

  /** Lets the next event happen. */
  void runNext() {
    long now = times[0];
    int place = (int) orders[0] & MOST - 1;
    Actor actor = actors[place];
    actors[place] = null;
    removeFirst();
    places[size] = place;
    if (actor != null) {
      actor.happens(tags[place], now);
    }
  }

  private void removeFirst() {
    int last = --size;
    long time = times[last];
    long order = orders[last];
    int at = 0;
    int child = 1;
    while (child < last) {
      int least = child;
      int end = Math.min(child + 4, last);
      for (int other = child + 1; other < end; other++) {
        if (isBefore(times[other], orders[other], times[least], orders[least])) {
          least = other;
        }
      }
      if (!isBefore(times[least], orders[least], time, order)) {
        break;
      }
      times[at] = times[least];
      orders[at] = orders[least];
      at = least;
      child = 4 * at + 1;
    }
    times[at] = time;
    orders[at] = order;
  }

  private static boolean isBefore(long time, long order, long otherTime, long otherOrder) {
    return time < otherTime || (time == otherTime && order < otherOrder);
  }

  private void grow() {
    if (size == MOST) {
      throw new IllegalStateException("more than " + MOST + " events wait");
    }
    int length = size * 2;
    times = Arrays.copyOf(times, length);
    orders = Arrays.copyOf(orders, length);
    tags = Arrays.copyOf(tags, length);
    actors = Arrays.copyOf(actors, length);
    places = Arrays.copyOf(places, length);
    Arrays.setAll(places, i -> i < size ? places[i] : i);
  }
}
