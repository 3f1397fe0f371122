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
 * <p>A heart beats every {@value #BEAT_MS} ms. The clock goes on for {@value #MOST_MS} ms after a
 * beat and stands still from then on. When it is read, or the heart beats, after a longer gap, it
 * goes on from where it stood after a rest of {@value #REST_MS} ms, in which what has come
 * meanwhile can be read. It never goes back. Thread-safe.
 */
final class AwakeTicker implements Ticker {
  static final int BEAT_MS = 100;

  /** A heart that beats later than this had no processor for several beats. */
  static final int MOST_MS = 500;

  static final int REST_MS = 500;

  private static final long BEAT_NANOS = Duration.ofMillis(BEAT_MS).toNanos();
  private static final long MOST_NANOS = Duration.ofMillis(MOST_MS).toNanos();
  private static final long REST_NANOS = Duration.ofMillis(REST_MS).toNanos();

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

  /** The machine's clock, with a heart that beats as long as the process lives. */
  static AwakeTicker beating(Ticker machine) {
    AwakeTicker ticker = new AwakeTicker(machine);
    Thread heart = new Thread(ticker::beatForEver, "forebay-clock");
    heart.setDaemon(true);
    heart.start();
    return ticker;
  }

  @Override
  public long nanos() {
    long now = machine.nanos();
    Beat seen = last.get();
    long passed = now - seen.machineNanos;
    return passed <= MOST_NANOS ? seen.nanos + Math.max(0, passed) : afterPause(seen, now);
  }

  /** The heart beats. */
  void beat() {
    long now = machine.nanos();
    Beat seen = last.get();
    long passed = now - seen.machineNanos;
    if (passed > MOST_NANOS) {
      var unused = afterPause(seen, now);
    } else if (passed > 0) {
      // If another thread has noted a pause meanwhile, that holds.
      var unused = last.compareAndSet(seen, new Beat(now, seen.nanos + passed));
    }
  }

  @Seam("a clock needs a thread of its own to distinguish a pause from a time without readings")
  private void beatForEver() {
    while (true) {
      LockSupport.parkNanos(BEAT_NANOS);
      try {
        beat();
      } catch (OutOfMemoryError e) {
        // Until the next beat the clock goes on by itself.
      }
    }
  }

  private long afterPause(Beat before, long now) {
    long stood = before.nanos + MOST_NANOS;
    Beat next = new Beat(now + REST_NANOS, stood);
    if (last.compareAndSet(before, next)) {
      return stood;
    }
    Beat other = last.get();
    return other.nanos + Math.clamp(now - other.machineNanos, 0, MOST_NANOS);
  }
}
