package dev.forebay.cluster;

import dev.forebay.core.Ticker;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks after a while, and has the time. Thread-safe. */
interface StoreTimers extends AutoCloseable {
  /** A task that has not run. */
  interface Pending {
    /** Takes it back. Changes nothing if it has run. */
    void cancel();
  }

  /** Runs the task once, after that time; never within this call. After the end it is dropped. */
  Pending after(long millis, Runnable task);

  /** The time of a monotonic clock. */
  long millis();

  @Override
  void close();

  /** The machine's clock, and a thread that ends when nothing is to be done for a second. */
  static StoreTimers system(String thread) {
    Logger log = LoggerFactory.getLogger(StoreTimers.class);
    Ticker clock = Ticker.system();
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name(thread).factory());
    executor.setRemoveOnCancelPolicy(true);
    executor.setKeepAliveTime(1, TimeUnit.SECONDS);
    executor.allowCoreThreadTimeOut(true);
    return new StoreTimers() {
      @Override
      public Pending after(long millis, Runnable task) {
        Runnable safe =
            () -> {
              try {
                task.run();
              } catch (RuntimeException | Error e) {
                log.error("A task for the cluster's store failed", e);
              }
            };
        try {
          ScheduledFuture<?> set = executor.schedule(safe, millis, TimeUnit.MILLISECONDS);
          return () -> set.cancel(false);
        } catch (RejectedExecutionException closed) {
          return () -> {};
        }
      }

      @Override
      public long millis() {
        return TimeUnit.NANOSECONDS.toMillis(clock.nanos());
      }

      @Override
      public void close() {
        executor.shutdownNow();
      }
    };
  }
}
