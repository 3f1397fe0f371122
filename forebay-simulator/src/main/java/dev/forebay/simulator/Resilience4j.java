package dev.forebay.simulator;

import java.util.random.RandomGenerator;

/**
 * resilience4j's Retry around its CircuitBreaker, both with their defaults: 3 attempts with 500 ms
 * between them; a ring of the last 100 results, which opens the circuit for 60 s when it is full
 * and has at least 50 % failures, then 10 trial calls that open or close it in the same way. A 429
 * is an exception and counts as a failure; its slow-call rate (100 % above 60 s) never comes to
 * bear. See <a href="https://resilience4j.readme.io/docs/circuitbreaker">CircuitBreaker</a> and <a
 * href="https://resilience4j.readme.io/docs/retry">Retry</a>.
 */
final class Resilience4j implements RetryLoop {
  static final int RING = 100;
  static final int TRIALS = 10;
  static final double FAILURE_RATE = 0.5;
  static final long OPEN_NANOS = 60_000_000_000L;
  private static final int ATTEMPTS = 3;
  private static final long WAIT_NANOS = 500_000_000L;

  private enum State {
    CLOSED,
    OPEN,
    HALF_OPEN
  }

  private final boolean[] ring = new boolean[RING];
  private State state = State.CLOSED;
  private int recorded;
  private int failures;
  private int trialsBegun;
  private long openUntil;

  @Override
  public long delayNanos(int failed, int status, CallState call, RandomGenerator random) {
    return failed >= ATTEMPTS ? STOP : WAIT_NANOS;
  }

  @Override
  public boolean admits(long now) {
    if (state == State.OPEN && now >= openUntil) {
      enter(State.HALF_OPEN);
    }
    return switch (state) {
      case CLOSED -> true;
      case OPEN -> false;
      case HALF_OPEN -> trialsBegun < TRIALS && ++trialsBegun > 0;
    };
  }

  /** Counts for whatever state the circuit is in by now, as resilience4j does. */
  @Override
  public void ended(boolean success, long now) {
    if (state == State.OPEN) {
      return;
    }
    int length = state == State.CLOSED ? RING : TRIALS;
    int slot = recorded % length;
    if (recorded >= length && ring[slot]) {
      failures--;
    }
    ring[slot] = !success;
    failures += success ? 0 : 1;
    recorded++;
    if (recorded < length) {
      return;
    }
    if (failures >= FAILURE_RATE * length) {
      enter(State.OPEN);
      openUntil = now + OPEN_NANOS;
    } else if (state == State.HALF_OPEN) {
      enter(State.CLOSED);
    }
  }

  @Override
  public double breaker(long now) {
    return switch (state) {
      case CLOSED -> 0;
      case OPEN -> now >= openUntil ? 1 : 2;
      case HALF_OPEN -> 1;
    };
  }

  private void enter(State next) {
    state = next;
    recorded = 0;
    failures = 0;
    trialsBegun = 0;
  }
}
