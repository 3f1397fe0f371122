package dev.forebay.it.process;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The phases of runs that last for minutes outside the suite. They measure processes, which have no
 * clock but the machine's. No test of the suite may use it.
 */
public final class RealTime {
  private static final ScheduledExecutorService CLOCK =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("real-time").factory());

  private RealTime() {}

  /** Returns when a phase that begins now is over. */
  public static void pass(Duration phase) {
    CompletableFuture<Void> over = new CompletableFuture<>();
    var unused = CLOCK.schedule(() -> over.complete(null), phase.toNanos(), TimeUnit.NANOSECONDS);
    over.join();
  }
}
