package dev.forebay.simulator;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is to happen, by time, and of the same time in the order of scheduling: a binary heap on
 * arrays, because a million calls are several million events.
 */
final class EventQueue {
  /** Something that events happen to. */
  interface Actor {
    /** The time has come for what the tag means. */
    void happens(long tag, long now);
  }

  private long[] times = new long[1024];
  private long[] order = new long[1024];
  private long[] tags = new long[1024];
  private @Nullable Actor[] actors = new @Nullable Actor[1024];
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
    long sequence = scheduled++;
    int at = size++;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (times[parent] <= nanos) {
        break;
      }
      move(parent, at);
      at = parent;
    }
    put(at, nanos, sequence, tag, actor);
  }

  /** Lets the next event happen. */
  void runNext() {
    long now = times[0];
    long tag = tags[0];
    Actor actor = actors[0];
    removeFirst();
    if (actor != null) {
      actor.happens(tag, now);
    }
  }

  private void removeFirst() {
    int last = --size;
    long time = times[last];
    long sequence = order[last];
    int at = 0;
    while (true) {
      int child = 2 * at + 1;
      if (child >= last) {
        break;
      }
      if (child + 1 < last && before(times[child + 1], order[child + 1], child)) {
        child++;
      }
      if (!before(times[child], order[child], time, sequence)) {
        break;
      }
      move(child, at);
      at = child;
    }
    put(at, time, sequence, tags[last], actors[last]);
    actors[last] = null;
  }

  private boolean before(long time, long sequence, int other) {
    return before(time, sequence, times[other], order[other]);
  }

  private static boolean before(long time, long sequence, long otherTime, long otherSequence) {
    return time < otherTime || (time == otherTime && sequence < otherSequence);
  }

  private void move(int from, int to) {
    put(to, times[from], order[from], tags[from], actors[from]);
  }

  private void put(int at, long time, long sequence, long tag, @Nullable Actor actor) {
    times[at] = time;
    order[at] = sequence;
    tags[at] = tag;
    actors[at] = actor;
  }

  private void grow() {
    int length = times.length * 2;
    times = Arrays.copyOf(times, length);
    order = Arrays.copyOf(order, length);
    tags = Arrays.copyOf(tags, length);
    actors = Arrays.copyOf(actors, length);
  }
}
