package dev.forebay.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A clock that a test drives: actions run on the thread that advances it. */
final class ManualTimers implements CallTimers {
  private record Timer(long dueNanos, Runnable action) {}

  private final List<Timer> timers = new ArrayList<>();
  private long now;

  @Override
  public synchronized long nanos() {
    return now;
  }

  @Override
  public Scheduled schedule(long delayNanos, Runnable action) {
    Timer timer = new Timer(nanos() + Math.max(0, delayNanos), action);
    synchronized (this) {
      timers.add(timer);
    }
    return () -> {
      synchronized (this) {
        timers.remove(timer);
      }
    };
  }

  /** Passes the time, and stops at each timer on the way. */
  void advance(Duration by) {
    long until = nanos() + by.toNanos();
    for (Optional<Timer> next = next(until); next.isPresent(); next = next(until)) {
      next.get().action.run();
    }
    synchronized (this) {
      now = until;
    }
  }

  private synchronized Optional<Timer> next(long until) {
    Optional<Timer> next =
        timers.stream()
            .filter(timer -> timer.dueNanos <= until)
            .min(Comparator.comparingLong(Timer::dueNanos));
    next.ifPresent(
        timer -> {
          now = Math.max(now, timer.dueNanos);
          timers.remove(timer);
        });
    return next;
  }

  synchronized int set() {
    return timers.size();
  }

  @Override
  public void close() {}
}
