package dev.forebay.jobs.worker;

import dev.forebay.jobs.ResettableTimer;
import dev.forebay.jobs.Timers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The loop of a worker that pulls work from a queue while it has free places: when it looks, what
 * it holds, how it pauses and how it drains. The worker says how to look. Thread-safe; blocks no
 * thread.
 *
 * @param <K> what identifies a piece of work
 * @param <T> a piece of work in hand
 */
public final class PullLoop<K, T> {
  /** Looks for work. */
  @FunctionalInterface
  public interface Source {
    /**
     * Takes what there is, never more than once at a time.
     *
     * @param free how many places are free, at least 1
     * @return for how long not to look again; zero: there may be more
     */
    CompletableFuture<Duration> pull(int free);
  }

  private final int places;
  private final InstantSource clock;
  private final Source source;
  private final Runnable pulled;
  private final Duration pauseAfterFailure;
  private final ResettableTimer alarm;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<K, T> held = new HashMap<>();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private Instant notBefore = Instant.EPOCH;
  private boolean isPulling;
  private boolean isWoken;
  private boolean isStopping;

  /**
   * A loop that does nothing before it is woken.
   *
   * @param places how much work it holds at most
   * @param pauseAfterFailure how long it waits after a pull that failed
   * @param pulled runs after each pull, before the next
   */
  public PullLoop(
      int places,
      Timers timers,
      InstantSource clock,
      Source source,
      Duration pauseAfterFailure,
      Runnable pulled) {
    this.places = places;
    this.clock = clock;
    this.source = source;
    this.pauseAfterFailure = pauseAfterFailure;
    this.pulled = pulled;
    this.alarm = new ResettableTimer(timers, this::wake);
  }

  /** Looks for work now: there is some, there is capacity, or it should begin. */
  public void wake() {
    Duration pause;
    int free;
    lock.lock();
    try {
      if (isStopping) {
        return;
      }
      if (isPulling) {
        isWoken = true;
        return;
      }
      free = places - held.size();
      if (free <= 0) {
        return;
      }
      pause = Duration.between(clock.instant(), notBefore);
      isPulling = !pause.isPositive();
    } finally {
      lock.unlock();
    }
    if (pause.isPositive()) {
      alarm.set(pause);
    } else {
      CompletableFuture<Void> unused =
          source
              .pull(free)
              .handle(
                  (delay, failure) -> {
                    ended(failure == null ? delay : pauseAfterFailure);
                    return null;
                  });
    }
  }

  private void ended(Duration delay) {
    boolean again;
    lock.lock();
    try {
      isPulling = false;
      again = isWoken || !delay.isPositive();
      isWoken = false;
    } finally {
      lock.unlock();
    }
    pulled.run();
    if (again) {
      wake();
    } else {
      alarm.set(delay);
    }
    endIfDrained();
  }

  /** How many places are free now. */
  public int free() {
    return Math.max(0, places - size());
  }

  /** Gives the work a place, even if none is free: it was taken from its queue already. */
  public void hold(K key, T work) {
    lock.lock();
    try {
      held.put(key, work);
    } finally {
      lock.unlock();
    }
  }

  /** The work of that key, null if it is not in hand. */
  public @Nullable T find(K key) {
    lock.lock();
    try {
      return held.get(key);
    } finally {
      lock.unlock();
    }
  }

  /** All that is in hand, now. */
  public List<T> all() {
    lock.lock();
    try {
      return List.copyOf(held.values());
    } finally {
      lock.unlock();
    }
  }

  /** How much is in hand. */
  public int size() {
    lock.lock();
    try {
      return held.size();
    } finally {
      lock.unlock();
    }
  }

  /** The work is over, and its place free. */
  public void over(K key, T work) {
    lock.lock();
    try {
      held.remove(key, work);
    } finally {
      lock.unlock();
    }
    wake();
    endIfDrained();
  }

  /** There is no capacity for that long. */
  public void pause(Duration delay) {
    lock.lock();
    try {
      Instant until = clock.instant().plus(delay);
      notBefore = until.isAfter(notBefore) ? until : notBefore;
    } finally {
      lock.unlock();
    }
  }

  /** Pulls no more; completes when a pull in progress has ended and nothing is in hand. */
  public CompletableFuture<Void> stop() {
    lock.lock();
    try {
      isStopping = true;
    } finally {
      lock.unlock();
    }
    endIfDrained();
    return drained;
  }

  /** Whether no work is to begin any more. */
  public boolean isStopping() {
    lock.lock();
    try {
      return isStopping;
    } finally {
      lock.unlock();
    }
  }

  /** Whether a pull is in progress, which may bring more. */
  public boolean isPulling() {
    lock.lock();
    try {
      return isPulling;
    } finally {
      lock.unlock();
    }
  }

  private void endIfDrained() {
    boolean none;
    lock.lock();
    try {
      none = isStopping && !isPulling && held.isEmpty();
    } finally {
      lock.unlock();
    }
    if (none) {
      drained.complete(null);
    }
  }
}
