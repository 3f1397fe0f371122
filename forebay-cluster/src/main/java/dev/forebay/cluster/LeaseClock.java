package dev.forebay.cluster;

import dev.forebay.core.Seam;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The time by which leases end, in milliseconds since an arbitrary origin. It never goes back, and
 * goes on while the process stands still.
 *
 * <pre>
 * time = monotonic clock + what the wall clock was put forward by
 * </pre>
 *
 * <p>The monotonic clock of a virtual machine that was frozen may stand still where the wall clock
 * does not. A wall clock that was set forward by hand ends leases early, which does no harm; one
 * that was set back changes nothing. Steps of less than {@value #STEP_MILLIS} ms are ignored. Not
 * thread-safe.
 */
final class LeaseClock {
  static final long STEP_MILLIS = 250;

  private final LongSupplier monotonic;
  private final LongSupplier wall;
  private long ahead;
  private long monotonicMillis;
  private long wallMillis;

  LeaseClock(LongSupplier monotonic, LongSupplier wall) {
    this.monotonic = monotonic;
    this.wall = wall;
    this.monotonicMillis = monotonic.getAsLong();
    this.wallMillis = wall.getAsLong();
  }

  @Seam("leases end by real time, also for a process that stood still")
  static LeaseClock system() {
    return new LeaseClock(
        () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()), System::currentTimeMillis);
  }

  long millis() {
    long monotonicNow = monotonic.getAsLong();
    long wallNow = wall.getAsLong();
    long step = wallNow - wallMillis - (monotonicNow - monotonicMillis);
    if (Math.abs(step) >= STEP_MILLIS) {
      ahead += Math.max(0, step);
      wallMillis = wallNow;
      monotonicMillis = monotonicNow;
    }
    return monotonicNow + ahead;
  }
}
