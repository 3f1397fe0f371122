package dev.forebay.client;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is under way. Each call adds itself and removes itself again, on many threads at once, so
 * both take constant time, and threads seldom meet at a lock. To look at all costs more, and is
 * done seldom. Thread-safe.
 *
 * @param <T> what is added; the same may be there several times
 */
final class InFlightSet<T> {
  /** Enough for as many threads as processors; a power of two. */
  private static final int STRIPES = 32;

  /** Spreads consecutive thread ids (Fibonacci hashing: 2^64 divided by the golden ratio). */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private static final int SHIFT = Long.SIZE - Integer.numberOfTrailingZeros(STRIPES);

  private final List<Stripe<T>> stripes = new ArrayList<>(STRIPES);

  InFlightSet() {
    for (int i = 0; i < STRIPES; i++) {
      stripes.add(new Stripe<>());
    }
  }

  /** One that was added. */
  static final class Place<T> {
    private final Stripe<T> stripe;
    private final T value;
    private @Nullable Place<T> before;
    private @Nullable Place<T> after;
    private boolean there = true;

    private Place(Stripe<T> stripe, T value) {
      this.stripe = stripe;
      this.value = value;
    }

    T value() {
      return value;
    }

    /** Removes it; whether it was still there. */
    boolean remove() {
      return stripe.remove(this);
    }
  }

  /** A part of all, linked in both directions. */
  private static final class Stripe<T> {
    private @Nullable Place<T> first;

    private synchronized void add(Place<T> place) {
      Place<T> next = first;
      place.after = next;
      if (next != null) {
        next.before = place;
      }
      first = place;
    }

    private synchronized boolean remove(Place<T> place) {
      if (!place.there) {
        return false;
      }
      place.there = false;
      Place<T> before = place.before;
      Place<T> after = place.after;
      if (before == null) {
        first = after;
      } else {
        before.after = after;
      }
      if (after != null) {
        after.before = before;
      }
      // Its owner may keep it for long, and must not keep its neighbours by it.
      place.before = null;
      place.after = null;
      return true;
    }

    private synchronized void addTo(List<Place<T>> all) {
      for (Place<T> place = first; place != null; place = place.after) {
        all.add(place);
      }
    }

    private synchronized boolean isEmpty() {
      return first == null;
    }
  }

  Place<T> add(T value) {
    int own = (int) ((Thread.currentThread().threadId() * SPREAD) >>> SHIFT);
    Stripe<T> stripe = stripes.get(own);
    Place<T> place = new Place<>(stripe, value);
    stripe.add(place);
    return place;
  }

  /** Those that were there throughout, and perhaps some that came or left meanwhile. */
  List<Place<T>> all() {
    List<Place<T>> all = new ArrayList<>();
    stripes.forEach(stripe -> stripe.addTo(all));
    return all;
  }

  boolean isEmpty() {
    return stripes.stream().allMatch(Stripe::isEmpty);
  }
}
