package dev.forebay.cluster;

import dev.forebay.core.FleetReading;
import dev.forebay.core.Target;
import dev.forebay.core.Ticker;
import dev.forebay.core.targets.TargetRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
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

  /** Longer than the time between two calls of a program in use; an idle member holds nothing. */
  static final Duration RESTS_AFTER = Duration.ofSeconds(10);

  private final SharedStore store;
  private final StoreTimers timers;
  private final Member member;
  private final LeaseClock clock;

  /** Null for one that stays. */
  private final @Nullable Duration restsAfter;

  private final AtomicBoolean resting = new AtomicBoolean();
  private volatile boolean used;
  private long busyMillis;
  private StoreTimers.@Nullable Pending nextTick;

  /** Of the store, as the log says; null before. */
  private FleetReading.@Nullable Store said;

  private Fleet(
      String name,
      SharedStore store,
      int assumed,
      TargetRegistry targets,
      Ticker ticker,
      StoreTimers timers,
      LeaseClock clock,
      @Nullable Duration restsAfter) {
    this.store = store;
    this.restsAfter = restsAfter;
    this.timers = timers;
    this.clock = clock;
    String id = name.replace(' ', '-') + "/" + UUID.randomUUID().toString().substring(0, 8);
    this.member = new Member(id, store, assumed, targets, ticker, this::execute);
    member.listen(() -> execute(this::tickSoon));
  }

  /**
   * Joins a fleet, until the end.
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
    Fleet fleet =
        new Fleet(name, store, assumed, targets, ticker, timers(), LeaseClock.system(), null);
    fleet.share(quotas);
    fleet.execute(fleet::start);
    return fleet;
  }

  /**
   * Joins a fleet with each use and leaves it after {@link #RESTS_AFTER} without one: for a program
   * that calls now and then, or is frozen between calls. It begins with the first {@link #used}.
   */
  public static Fleet joinWhileUsed(
      String name,
      SharedStore store,
      int assumed,
      TargetRegistry targets,
      Ticker ticker,
      Map<Target, String> quotas) {
    return joinWhileUsed(
        name, store, assumed, targets, ticker, quotas, timers(), LeaseClock.system());
  }

  static Fleet joinWhileUsed(
      String name,
      SharedStore store,
      int assumed,
      TargetRegistry targets,
      Ticker ticker,
      Map<Target, String> quotas,
      StoreTimers timers,
      LeaseClock clock) {
    Fleet fleet = new Fleet(name, store, assumed, targets, ticker, timers, clock, RESTS_AFTER);
    fleet.resting.set(true);
    fleet.share(quotas);
    return fleet;
  }

  private static StoreTimers timers() {
    return StoreTimers.system("forebay-cluster");
  }

  /** A call begins. Costs two reads. */
  public void used() {
    if (!used) {
      used = true;
    }
    if (resting.get() && resting.compareAndSet(true, false)) {
      execute(this::start);
    }
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

  /** The same, and for some seconds from now on which member has which part. */
  public FleetReading watched() {
    return member.watched();
  }

  /** Gives everything back, deregisters, and waits a second at most for that to be sent. */
  @Override
  public void close() {
    CountDownLatch said = new CountDownLatch(1);
    execute(
        () -> {
          stop();
          if (resting.get()) {
            // It has left, or was never there.
            said.countDown();
          } else {
            var unused = member.leave().whenComplete((heard, failure) -> said.countDown());
          }
        });
    try {
      if (!said.await(GOODBYE.toMillis(), TimeUnit.MILLISECONDS)) {
        log.debug("The fleet was left without deregistering");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    timers.close();
    store.close();
  }

  private void start() {
    if (nextTick == null) {
      busyMillis = clock.millis();
      nextTick = timers.after(0, this::tickOn);
    }
  }

  private void stop() {
    if (nextTick != null) {
      nextTick.cancel();
      nextTick = null;
    }
  }

  /** A first call has come, which the next look would notice later. */
  private void tickSoon() {
    if (nextTick != null) {
      nextTick.cancel();
      tickOn();
    }
  }

  private void tickOn() {
    try {
      tick();
    } finally {
      if (nextTick != null) {
        nextTick = timers.after(member.nextTickMillis(), this::tickOn);
      }
    }
  }

  private void tick() {
    try {
      long now = clock.millis();
      member.tick(now);
      noticeStore();
      if (used || !member.isIdle()) {
        used = false;
        busyMillis = now;
      } else if (restsAfter != null && now - busyMillis >= restsAfter.toMillis()) {
        rest();
      }
    } catch (RuntimeException e) {
      log.error("A look at the fleet failed", e);
    }
  }

  private void rest() {
    resting.set(true);
    if (used) {
      // By a call that has begun before it could see that.
      resting.set(false);
      return;
    }
    stop();
    member.rest();
  }

  private void noticeStore() {
    FleetReading now = member.reading();
    boolean isTried = now.reachable() || now.failures() > 0;
    if (!isTried || now.store() == said) {
      return;
    }
    said = now.store();
    switch (now.store()) {
      case LEASES -> log.info("The cluster's store answers; members: {}", now.members());
      case LEASES_NOTHING ->
          log.warn(
              "The cluster's store answers but leases nothing ({}). Until it does, this process"
                  + " uses 1/{} of each quota.",
              now.lastFailure(),
              now.members());
      case SILENT ->
          log.warn(
              "The cluster's store does not answer ({}). Until it does, this process uses 1/{} of"
                  + " each quota.",
              now.lastFailure(),
              now.members());
    }
  }

  private void execute(Runnable task) {
    timers.after(0, task);
  }
}
