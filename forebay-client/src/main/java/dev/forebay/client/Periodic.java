package dev.forebay.client;

import dev.forebay.engine.Loop;
import dev.forebay.engine.Scheduler;
import java.util.concurrent.TimeUnit;

/** Runs actions again and again by the timers of calls. */
record Periodic(CallTimers timers) implements Scheduler {
  @Override
  public Loop.Timer every(long millis, Runnable action) {
    Repeated repeated = new Repeated(TimeUnit.MILLISECONDS.toNanos(millis), action);
    repeated.next();
    return repeated;
  }

  private final class Repeated implements Loop.Timer {
    private final long nanos;
    private final Runnable action;
    private volatile boolean cancelled;

    Repeated(long nanos, Runnable action) {
      this.nanos = nanos;
      this.action = action;
    }

    private void next() {
      timers.schedule(
          nanos,
          () -> {
            if (!cancelled) {
              next();
              action.run();
            }
          });
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }
}
