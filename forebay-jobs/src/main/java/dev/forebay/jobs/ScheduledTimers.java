package dev.forebay.jobs;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Timers on a thread of their own; what is due after the end is dropped. */
public final class ScheduledTimers implements Timers, AutoCloseable {
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("jobs-timers").factory());

  @Override
  public void after(Duration delay, Runnable task) {
    try {
      ScheduledFuture<?> unused = thread.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // Closed: the task is not needed any more.
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
