package dev.forebay.jobs.sql;

import dev.forebay.core.Checks;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.Timers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be done in a store from time to time: ends what has expired, queues again what its
 * owner left, and removes what ended long ago. Several processes may do it for the same store.
 */
public final class Housekeeping {
  private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration SOON = Duration.ofMillis(10);

  private final JobStore store;
  private final Duration retention;
  private final Timers timers;
  private final InstantSource clock;
  private final Runnable queuedAgain;
  private volatile boolean isStopped;
  private volatile boolean isFailing;

  /**
   * Housekeeping that has not begun.
   *
   * @param retention for how long a job that has ended is kept
   * @param queuedAgain called when jobs are there for workers to take
   */
  public Housekeeping(
      JobStore store,
      Duration retention,
      Timers timers,
      InstantSource clock,
      Runnable queuedAgain) {
    Checks.check(retention.isPositive(), "retention", "must be positive", retention);
    this.store = store;
    this.retention = retention;
    this.timers = timers;
    this.clock = clock;
    this.queuedAgain = queuedAgain;
  }

  /** Begins, and goes on until it is stopped. */
  public void start() {
    if (isStopped) {
      return;
    }
    CompletableFuture<Void> unused =
        store
            .sweep()
            .thenCombine(
                store.forget(clock.instant().minus(retention)),
                (swept, forgotten) -> {
                  if (swept.handedOver() > 0) {
                    log.info(
                        "{} jobs were left by their worker, and are queued again",
                        swept.handedOver());
                    queuedAgain.run();
                  }
                  return swept.more() || forgotten == Sweeps.MAX;
                })
            .handle(
                (more, e) -> {
                  note(e != null);
                  timers.after(e == null && more ? SOON : EVERY, this::start);
                  return null;
                });
  }

  private void note(boolean failed) {
    if (failed && !isFailing) {
      log.warn("The job store cannot be swept; tried again every {} s", EVERY.toSeconds());
    }
    isFailing = failed;
  }

  /** Does nothing more, but for what is under way. */
  public void stop() {
    isStopped = true;
  }
}
