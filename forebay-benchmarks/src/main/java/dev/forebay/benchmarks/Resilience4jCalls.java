package dev.forebay.benchmarks;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * The decorators of resilience4j in the order that its documentation gives, with their defaults but
 * for limits that never hold a call back and as many attempts as the others make.
 */
final class Resilience4jCalls {
  private Resilience4jCalls() {}

  static <T> Supplier<T> decorated(Supplier<T> supplier) {
    RateLimiterConfig limits =
        RateLimiterConfig.custom()
            .limitForPeriod(PolicyOverhead.PERMITS_PER_SECOND)
            .limitRefreshPeriod(Duration.ofSeconds(1))
            .timeoutDuration(Duration.ZERO)
            .build();
    RetryConfig retries = RetryConfig.custom().maxAttempts(PolicyOverhead.MAX_ATTEMPTS).build();
    Supplier<T> limited = RateLimiter.decorateSupplier(RateLimiter.of("b", limits), supplier);
    Supplier<T> judged = CircuitBreaker.decorateSupplier(CircuitBreaker.ofDefaults("b"), limited);
    return Retry.decorateSupplier(Retry.of("b", retries), judged);
  }

  static <T> Supplier<T> decoratedWithBulkhead(Supplier<T> supplier) {
    BulkheadConfig places =
        BulkheadConfig.custom()
            .maxConcurrentCalls(PolicyOverhead.MAX_CONCURRENT)
            .maxWaitDuration(Duration.ZERO)
            .build();
    return decorated(Bulkhead.decorateSupplier(Bulkhead.of("b", places), supplier));
  }
}
