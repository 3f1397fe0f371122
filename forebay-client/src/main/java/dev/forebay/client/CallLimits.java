package dev.forebay.client;

import dev.forebay.core.ErrorInfo;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Counts the calls that are under way, bounds those of each route, and drains. Thread-safe. */
final class CallLimits {
  static final ErrorInfo CLOSED =
      new ErrorInfo(503, "ServiceUnavailableException", "Forebay was closed.");

  /** To end a call takes no time, unless a program's subscriber holds it up. */
  private static final Duration STOP = Duration.ofSeconds(1);

  private final int usual;
  private final Map<String, Integer> own;
  private final Map<String, AtomicInteger> ofRoutes = new ConcurrentHashMap<>();
  private final InFlightSet<Entry> underWay = new InFlightSet<>();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private volatile boolean closed;

  /** Whether the calls that are still there are being stopped. */
  private volatile boolean stopping;

  /** Whether those that are there even then are being abandoned. */
  private volatile boolean abandoning;

  /**
   * Limits.
   *
   * @param usual that of routes without one of their own
   * @param own by route
   */
  CallLimits(int usual, Map<String, Integer> own) {
    this.usual = usual;
    this.own = Map.copyOf(own);
  }

  /** How to end a call with {@link #CLOSED}; on any thread, and more than once. */
  @FunctionalInterface
  interface Ending {
    /** By what makes it, in the form that its caller understands. */
    void stop();

    /** For its caller alone: what makes it may be the call of another, which has left. */
    default void abandon() {}
  }

  /** A call that may be made, until {@link #end}. */
  final class Entry {
    private final AtomicInteger calls;
    private final InFlightSet.Place<Entry> place;
    private volatile @Nullable Ending ending;

    private Entry(AtomicInteger calls) {
      this.calls = calls;
      this.place = underWay.add(this);
    }

    void endBy(Ending how) {
      ending = how;
      if (stopping) {
        // The drain may have passed by before.
        how.stop();
        if (abandoning) {
          how.abandon();
        }
      }
    }

    /** Whether it had not ended before. */
    boolean end() {
      if (!place.remove()) {
        return false;
      }
      calls.decrementAndGet();
      if (closed && underWay.isEmpty()) {
        drained.complete(null);
      }
      return true;
    }
  }

  private int of(String route) {
    return own.getOrDefault(route, usual);
  }

  /** A place for one more call of the route; null if there is none, see {@link #refusal}. */
  @Nullable Entry begin(String route) {
    AtomicInteger calls = ofRoutes.computeIfAbsent(route, name -> new AtomicInteger());
    if (calls.incrementAndGet() > of(route)) {
      calls.decrementAndGet();
      return null;
    }
    Entry entry = new Entry(calls);
    if (closed) {
      entry.end();
      return null;
    }
    return entry;
  }

  /** The error for a call beyond the limit, or after {@link #drain}. */
  ErrorInfo refusal(String route) {
    return closed
        ? CLOSED
        : new ErrorInfo(
            429,
            "ThrottlingException",
            "%d calls of the route '%s' are in progress (maxConcurrentCalls)."
                .formatted(of(route), route));
  }

  boolean isClosed() {
    return closed;
  }

  /** The calls of all routes that are under way. */
  int underWay() {
    return underWay.all().size();
  }

  /**
   * Lets no call in, waits for those under way, stops what is there after that, and waits until it
   * has stopped.
   *
   * @return whether the thread was not interrupted while it waited
   */
  boolean drain(Duration patience) {
    closed = true;
    boolean calm = await(patience);
    stopping = true;
    endAll(Ending::stop);
    calm &= await(STOP);
    abandoning = true;
    endAll(Ending::abandon);
    return await(STOP) && calm;
  }

  private void endAll(Consumer<Ending> by) {
    for (InFlightSet.Place<Entry> left : underWay.all()) {
      Ending ending = left.value().ending;
      if (ending != null) {
        by.accept(ending);
      }
    }
  }

  private boolean await(Duration patience) {
    if (underWay.isEmpty()) {
      return true;
    }
    try {
      drained.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // What is left is stopped, or given up.
    } catch (InterruptedException e) {
      return false;
    }
    return true;
  }
}
