package dev.forebay.jobs.worker;

import dev.forebay.jobs.Timers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Renews the lease of work in progress each third of the lease's time, so that two renewals may
 * fail. Thread-safe; blocks no thread.
 */
public final class Heartbeat {
  private final Timers timers;
  private final Duration period;
  private final BooleanSupplier wanted;
  private final Supplier<CompletableFuture<Boolean>> renewal;
  private final Runnable lost;

  /**
   * A heartbeat that has not begun.
   *
   * @param hold for how long the work is held without a renewal
   * @param wanted asked before each renewal; it ends when this says no
   * @param renewal completes with false if the hold is lost; a failure counts for nothing
   * @param lost runs each time that the hold was found lost
   */
  public Heartbeat(
      Timers timers,
      Duration hold,
      BooleanSupplier wanted,
      Supplier<CompletableFuture<Boolean>> renewal,
      Runnable lost) {
    this.timers = timers;
    this.period = hold.dividedBy(3);
    this.wanted = wanted;
    this.renewal = renewal;
    this.lost = lost;
  }

  /** Renews after a third of the hold, and so on. */
  public void begin() {
    timers.after(period, this::renew);
  }

  private void renew() {
    if (wanted.getAsBoolean()) {
      CompletableFuture<Boolean> unused =
          renewal
              .get()
              .whenComplete(
                  (held, failure) -> {
                    if (failure == null && !held) {
                      lost.run();
                    }
                    begin();
                  });
    }
  }
}
