package dev.forebay.cluster;

import java.util.PriorityQueue;

/** Timers in virtual time, all of which run within {@link #run}. Thread-safe. */
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
  public synchronized Pending after(long millis, Runnable task) {
    Due due = new Due(now + millis, number++, task);
    all.add(due);
    return () -> cancel(due);
  }

  private synchronized void cancel(Due due) {
    all.remove(due);
  }

  @Override
  public synchronized long millis() {
    return now;
  }

  @Override
  public synchronized void close() {
    all.clear();
  }

  /** Runs what is to happen until so long from now. */
  synchronized void run(long millis) {
    long end = now + millis;
    while (!all.isEmpty() && all.peek().atMillis() <= end) {
      Due next = all.remove();
      now = Math.max(now, next.atMillis());
      next.task().run();
    }
    now = end;
  }
}
