package dev.forebay.core;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * A clock that stands still while its process does: stopped by a signal, with its virtual machine
 * paused, or in a long garbage collection. Whatever is timed by it, limits of attempts, late
 * streams, leases, slowness, sees the time in which the process could do something. A target is not
 * blamed for an answer that the process could not read.
 *
 * <p>Any thread that reads it shows that the process runs, and a thread reads it every {@value
 * #BEAT_MS} ms in any case. A gap of more than {@value #MOST_MS} ms is a pause, in which the clock
 * stands still. After it, it goes on from where it stood after a rest of {@value #REST_MS} ms, in
 * which what has come meanwhile can be read. It never goes back. Thread-safe.
 *
 * <p>A shorter gap is real time, as callers wait through it: a short collection, or a machine whose
 * processors are busy with other things.
 */
final class AwakeTicker implements Ticker {
  static final int BEAT_MS = 100;

  static final int MOST_MS = 1_000;

  static final int REST_MS = 500;

  private static final long BEAT_NANOS = Duration.ofMillis(BEAT_MS).toNanos();
  private static final long MOST_NANOS = Duration.ofMillis(MOST_MS).toNanos();
  private static final long REST_NANOS = Duration.ofMillis(REST_MS).toNanos();

  /** Readings closer to each other than this are not noted one by one. */
  private static final long STEP_NANOS = Duration.ofMillis(10).toNanos();

  /**
   * This clock's time at a time of the machine's, from which it goes on.
   *
   * @param machineNanos may lie ahead, after a pause
   */
  private record Beat(long machineNanos, long nanos) {}

  private final Ticker machine;
  private final AtomicReference<Beat> last;

  AwakeTicker(Ticker machine) {
    this.machine = machine;
    long now = machine.nanos();
    this.last = new AtomicReference<>(new Beat(now, now));
  }

  /** The machine's clock, with a thread that reads it for the life of the process. */
  static AwakeTicker beating(Ticker machine) {
    AwakeTicker ticker = new AwakeTicker(machine);
    Thread heart = new Thread(ticker::beatForEver, "forebay-clock");
    heart.setDaemon(true);
    heart.start();
    return ticker;
  }

  @Override
  public long nanos() {
    while (true) {
      long now = machine.nanos();
      Beat seen = last.get();
      long passed = now - seen.machineNanos;
      if (passed < STEP_NANOS) {
        return seen.nanos + Math.max(0, passed);
      }
      // Readings up to a step after the last beat may have been given out.
      Beat next =
          passed > MOST_NANOS
              ? new Beat(now + REST_NANOS, seen.nanos + STEP_NANOS)
              : new Beat(now, seen.nanos + passed);
      if (last.compareAndSet(seen, next)) {
        return next.nanos;
      }
    }
  }

  @Seam("a clock needs a thread of its own to distinguish a pause from a time without readings")
  private void beatForEver() {
    while (true) {
      LockSupport.parkNanos(BEAT_NANOS);
      try {
        var unused = nanos();
      } catch (OutOfMemoryError e) {
        // Until the next beat the clock goes on by itself.
      }
    }
  }
}
