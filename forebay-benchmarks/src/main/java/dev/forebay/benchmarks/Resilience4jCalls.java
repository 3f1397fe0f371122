package dev.forebay.benchmarks;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/**
 * The decorators of resilience4j in the order that its documentation gives, with their defaults but
 * for limits that never hold a call back and as many attempts as the others make.
 */
final class Resilience4jCalls {
  private Resilience4jCalls() {}

  static <T> Supplier<T> decorated(Supplier<T> supplier) {
    Supplier<T> limited = RateLimiter.decorateSupplier(limiter(), supplier);
    Supplier<T> judged = CircuitBreaker.decorateSupplier(CircuitBreaker.ofDefaults("b"), limited);
    return Retry.decorateSupplier(retry(), judged);
  }

  static <T> Supplier<T> decoratedWithBulkhead(Supplier<T> supplier) {
    return decorated(Bulkhead.decorateSupplier(bulkhead(), supplier));
  }

  /** The same for calls that no thread waits for. */
  static <T> Supplier<CompletionStage<T>> decoratedStage(
      Supplier<CompletionStage<T>> supplier, ScheduledExecutorService delays) {
    Supplier<CompletionStage<T>> limited = RateLimiter.decorateCompletionStage(limiter(), supplier);
    Supplier<CompletionStage<T>> judged =
        CircuitBreaker.decorateCompletionStage(CircuitBreaker.ofDefaults("b"), limited);
    return Retry.decorateCompletionStage(retry(), delays, judged);
  }

  static <T> Supplier<CompletionStage<T>> decoratedStageWithBulkhead(
      Supplier<CompletionStage<T>> supplier, ScheduledExecutorService delays) {
    return decoratedStage(Bulkhead.decorateCompletionStage(bulkhead(), supplier), delays);
  }

  private static RateLimiter limiter() {
    RateLimiterConfig limits =
        RateLimiterConfig.custom()
            .limitForPeriod(PolicyOverhead.CALLS_PER_SECOND)
            .limitRefreshPeriod(Duration.ofSeconds(1))
            .timeoutDuration(Duration.ZERO)
            .build();
    return RateLimiter.of("b", limits);
  }

  private static Retry retry() {
    return Retry.of("b", RetryConfig.custom().maxAttempts(PolicyOverhead.MAX_ATTEMPTS).build());
  }

  private static Bulkhead bulkhead() {
    BulkheadConfig places =
        BulkheadConfig.custom()
            .maxConcurrentCalls(PolicyOverhead.MAX_CONCURRENT)
            .maxWaitDuration(Duration.ZERO)
            .build();
    return Bulkhead.of("b", places);
  }
}
