package dev.forebay.core.targets;

import dev.forebay.core.admission.AdmissionQueue;
import dev.forebay.core.health.Breaker;
import dev.forebay.core.health.BreakerState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The calls that wait for one target's circuit to let them pass. They are woken whenever the
 * circuit may have changed, in the order in which they came, and try to pass by themselves.
 *
 * <p>When the circuit closes, all of them may pass. So that a target that has just recovered is not
 * met by a crowd, the first 8, as many as the last probes, go at once, and every {@code 250 ms}
 * twice as many as before: call number {@code i} goes {@code 250 ms * log2(1 + i / 8)} after the
 * circuit has closed.
 *
 * <p>Bounded as {@link AdmissionQueue} is. Thread-safe; the lock is never held while another's code
 * runs.
 */
public final class ProbeQueue {
  static final int MAX_ENTRIES = AdmissionQueue.MAX_ENTRIES;
  static final long MAX_BYTES = AdmissionQueue.MAX_BYTES;
  static final long DOUBLING_NANOS = Duration.ofMillis(250).toNanos();

  /** One that waits. */
  public static final class Ticket {
    private final int bytes;
    private long passFromNanos;

    private Ticket(int bytes, long nowNanos) {
      this.bytes = bytes;
      this.passFromNanos = nowNanos;
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Ticket, Runnable> waiting = new LinkedHashMap<>();
  private long bytes;

  /** The circuit when the waiting calls were woken last; null if another call has come since. */
  private @Nullable BreakerState seen;

  /** Written under the lock, read without. */
  private volatile int size;

  /**
   * Lets a call wait until it {@link #leave leaves}.
   *
   * @param wake what to do when the circuit may have changed
   * @return null if there is no room for it
   */
  public @Nullable Ticket join(int itsBytes, Runnable wake, long nowNanos) {
    lock.lock();
    try {
      if (waiting.size() >= MAX_ENTRIES || bytes + itsBytes > MAX_BYTES) {
        return null;
      }
      Ticket ticket = new Ticket(itsBytes, nowNanos);
      waiting.put(ticket, wake);
      bytes += itsBytes;
      seen = null;
      size = waiting.size();
      return ticket;
    } finally {
      lock.unlock();
    }
  }

  /** The call waits no more; nothing happens if it did not. */
  public void leave(Ticket ticket) {
    lock.lock();
    try {
      if (waiting.remove(ticket) != null) {
        bytes -= ticket.bytes;
        size = waiting.size();
      }
    } finally {
      lock.unlock();
    }
  }

  /** When the call may pass at the earliest, if the circuit lets it. */
  public long passFromNanos(Ticket ticket) {
    lock.lock();
    try {
      return ticket.passFromNanos;
    } finally {
      lock.unlock();
    }
  }

  /** How many wait. */
  int size() {
    return size;
  }

  /** Lets waiting calls check again if the circuit has changed for them since they did. */
  void wake(BreakerState circuit, long nowNanos) {
    boolean closed = circuit instanceof BreakerState.Closed;
    List<Runnable> woken;
    lock.lock();
    try {
      // A closed circuit that gathers evidence is none that has changed.
      boolean known = closed ? seen instanceof BreakerState.Closed : circuit.equals(seen);
      if (known) {
        return;
      }
      seen = circuit;
      int place = 0;
      for (Ticket ticket : waiting.keySet()) {
        ticket.passFromNanos = nowNanos + (closed ? spreadNanos(place++) : 0);
      }
      woken = new ArrayList<>(waiting.values());
    } finally {
      lock.unlock();
    }
    woken.forEach(Runnable::run);
  }

  /** How long after the circuit has closed the call with so many before it may pass. */
  static long spreadNanos(int before) {
    double doublings = Math.log(1 + before / (double) Breaker.FULL_RAMP) / Math.log(2);
    return before < Breaker.FULL_RAMP ? 0 : (long) (DOUBLING_NANOS * doublings);
  }
}
