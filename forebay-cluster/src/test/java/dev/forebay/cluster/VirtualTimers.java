package dev.forebay.cluster;

import java.util.PriorityQueue;

/** Timers in virtual time, all of which run within {@link #run}. */
final class VirtualTimers implements StoreTimers {
  private record Due(long atMillis, long number, Runnable task) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return atMillis == other.atMillis
          ? Long.compare(number, other.number)
          : Long.compare(atMillis, other.atMillis);
    }
  }

  private final PriorityQueue<Due> all = new PriorityQueue<>();
  private long now = 1_000;
  private long number;

  @Override
  public Pending after(long millis, Runnable task) {
    Due due = new Due(now + millis, number++, task);
    all.add(due);
    return () -> all.remove(due);
  }

  @Override
  public long millis() {
    return now;
  }

  @Override
  public void close() {
    all.clear();
  }

  /** Runs what is to happen until so long from now. */
  void run(long millis) {
    long end = now + millis;
    while (!all.isEmpty() && all.peek().atMillis() <= end) {
      Due next = all.remove();
      now = Math.max(now, next.atMillis());
      next.task().run();
    }
    now = end;
  }
}
