package dev.forebay.client;

import dev.forebay.core.Ticker;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Real time. One daemon thread has all timers; it is started by the first one and ends after a
 * minute without one. It runs none of a call's events, which may run the program's code and so
 * block: each such event gets a virtual thread.
 */
final class SystemTimers implements CallTimers {
  private static final Logger log = LoggerFactory.getLogger(SystemTimers.class);
  private static final Scheduled NOTHING = () -> {};

  private final Ticker ticker = Ticker.system();
  private final ScheduledThreadPoolExecutor executor;

  private final LongTimers farAlarms = new LongTimers(this);

  SystemTimers() {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "forebay-timers");
              thread.setDaemon(true);
              return thread;
            });
    executor.setRemoveOnCancelPolicy(true);
    executor.setKeepAliveTime(1, TimeUnit.MINUTES);
    executor.allowCoreThreadTimeOut(true);
  }

  @Override
  public long nanos() {
    return ticker.nanos();
  }

  @Override
  public Scheduled schedule(long delayNanos, Runnable action) {
    try {
      ScheduledFuture<?> future =
          executor.schedule(() -> run(action), Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException e) {
      // Closed: the calls that are still there are being ended.
      return NOTHING;
    }
  }

  @Override
  public void execute(Runnable action) {
    Thread.ofVirtual().name("forebay-events").start(() -> run(action));
  }

  @Override
  public Scheduled alarm(long delayNanos, Runnable action) {
    return farAlarms.alarm(delayNanos, action);
  }

  private static void run(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      log.error("A timer failed by a defect of Forebay", e);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
