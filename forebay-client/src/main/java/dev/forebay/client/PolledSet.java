package dev.forebay.client;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Looks at each value every {@value #LOOK_MS} ms as long as there are any: adding and removing cost
 * a call less than a timer of its own. Thread-safe.
 */
final class PolledSet<T> {
  static final int LOOK_MS = 100;

  private final Consumer<? super Runnable> later;
  private final Consumer<? super InFlightSet.Place<T>> look;
  private final InFlightSet<T> values = new InFlightSet<>();
  private final AtomicBoolean looking = new AtomicBoolean();

  /**
   * Watches nothing yet.
   *
   * @param later runs an action once, after {@value #LOOK_MS} ms
   * @param look runs for each value
   */
  PolledSet(Consumer<? super Runnable> later, Consumer<? super InFlightSet.Place<T>> look) {
    this.later = later;
    this.look = look;
  }

  static long lookNanos() {
    return TimeUnit.MILLISECONDS.toNanos(LOOK_MS);
  }

  /** Watches a value until its place is removed. */
  InFlightSet.Place<T> add(T value) {
    InFlightSet.Place<T> place = values.add(value);
    lookSoon();
    return place;
  }

  /** Those that are watched now. */
  List<InFlightSet.Place<T>> all() {
    return values.all();
  }

  private void lookSoon() {
    if (looking.compareAndSet(false, true)) {
      later.accept((Runnable) this::lookAtAll);
    }
  }

  private void lookAtAll() {
    looking.set(false);
    List<InFlightSet.Place<T>> all = values.all();
    if (!all.isEmpty()) {
      lookSoon();
      all.forEach(look);
    }
  }
}
