package dev.forebay.cluster;

import dev.forebay.core.FleetReading;
import dev.forebay.core.Seam;
import dev.forebay.core.Target;
import dev.forebay.core.Ticker;
import dev.forebay.core.targets.TargetRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets this process share its targets' quotas with others, through a store. It works on a thread of
 * its own; no call waits for it, and a store that fails changes only how large its parts are.
 * Thread-safe.
 */
public final class Fleet implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Fleet.class);
  private static final Duration GOODBYE = Duration.ofSeconds(1);

  private final SharedStore store;
  private final ScheduledExecutorService executor;
  private final Member member;
  private Reach reach = Reach.UNTRIED;

  /** Of the store, as it was said last. */
  private enum Reach {
    UNTRIED,
    ANSWERS,
    SILENT
  }

  private Fleet(
      String name, SharedStore store, int assumed, TargetRegistry targets, Ticker ticker) {
    this.store = store;
    this.executor =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("forebay-cluster").factory());
    String id = name.replace(' ', '-') + "/" + UUID.randomUUID().toString().substring(0, 8);
    this.member = new Member(id, store, assumed, targets, ticker, this::execute);
  }

  /**
   * Joins a fleet.
   *
   * @param name what operators know this process by
   * @param store closed with the fleet
   * @param assumed how many members there are as long as the store has not said, at least 1
   * @param targets those whose' quotas are shared
   * @param ticker their clock
   * @param quotas the name of each target's quota, the same in all members
   */
  public static Fleet join(
      String name,
      SharedStore store,
      int assumed,
      TargetRegistry targets,
      Ticker ticker,
      Map<Target, String> quotas) {
    Fleet fleet = new Fleet(name, store, assumed, targets, ticker);
    fleet.share(quotas);
    var unused =
        fleet.executor.scheduleWithFixedDelay(
            fleet::tick, 0, Member.TICK_MILLIS, TimeUnit.MILLISECONDS);
    return fleet;
  }

  /** Shares the quotas of these targets from now on, and no others. */
  public void share(Map<Target, String> quotas) {
    Map<Target, String> copy = Map.copyOf(quotas);
    execute(() -> member.share(copy));
  }

  /** What is known of the fleet. */
  public FleetReading reading() {
    return member.reading();
  }

  /** Gives everything back, says goodbye, and waits a second at most for it to be heard. */
  @Override
  public void close() {
    CountDownLatch said = new CountDownLatch(1);
    execute(
        () -> {
          member.leave();
          said.countDown();
        });
    try {
      if (!said.await(GOODBYE.toMillis(), TimeUnit.MILLISECONDS)) {
        log.debug("The fleet was left without a goodbye");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    executor.shutdown();
    store.close();
  }

  private void tick() {
    try {
      member.tick(millis());
      noticeReach();
    } catch (RuntimeException e) {
      log.error("A look at the fleet failed", e);
    }
  }

  private void noticeReach() {
    FleetReading now = member.reading();
    if (now.reachable() && reach != Reach.ANSWERS) {
      reach = Reach.ANSWERS;
      log.info("The cluster's store answers; members: {}", now.members());
    } else if (!now.reachable() && now.failures() > 0 && reach != Reach.SILENT) {
      reach = Reach.SILENT;
      log.warn(
          "The cluster's store does not answer ({}). Until it does, this gateway uses 1/{} of each"
              + " quota.",
          now.lastFailure(),
          now.members());
    }
  }

  private void execute(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException closed) {
      log.trace("An answer came after the end");
    }
  }

  @Seam("a lease ends by real time, also for a process that stood still")
  private static long millis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
