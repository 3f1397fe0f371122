package dev.forebay.benchmarks;

import dev.failsafe.Bulkhead;
import dev.failsafe.CircuitBreaker;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.Policy;
import dev.failsafe.RateLimiter;
import dev.failsafe.RetryPolicy;
import java.time.Duration;
import java.util.List;

/**
 * Failsafe's policies in the same order, with the circuit breaker's window that resilience4j has by
 * default: half of the last 100 calls.
 */
final class FailsafeCalls {
  private static final int WINDOW = 100;

  private FailsafeCalls() {}

  static <T> FailsafeExecutor<T> executor() {
    return Failsafe.with(FailsafeCalls.<T>policies());
  }

  static <T> FailsafeExecutor<T> executorWithBulkhead() {
    return FailsafeCalls.<T>executor().compose(Bulkhead.<T>of(PolicyOverhead.MAX_CONCURRENT));
  }

  private static <T> List<Policy<T>> policies() {
    return List.of(
        RetryPolicy.<T>builder().withMaxAttempts(PolicyOverhead.MAX_ATTEMPTS).build(),
        CircuitBreaker.<T>builder().withFailureThreshold(WINDOW / 2, WINDOW).build(),
        RateLimiter.<T>burstyBuilder(PolicyOverhead.CALLS_PER_SECOND, Duration.ofSeconds(1))
            .build());
  }
}
