package dev.forebay.config;

import dev.forebay.core.Route;
import java.time.Duration;
import java.util.Optional;

/**
 * A route and what surrounds its journeys.
 *
 * @param cache empty: answers are not kept
 * @param degraded empty: no canned answer
 * @param queue empty: the route takes no asynchronous calls
 */
public record RouteConfig(
    Route route,
    Breaker breaker,
    Optional<Cache> cache,
    Optional<Degraded> degraded,
    Optional<Queue> queue) {
  /**
   * When a target counts as broken.
   *
   * @param failureRate above 0, at most 1; half by default
   * @param minimumCalls how many calls make evidence; 10 by default
   * @param openFor the first pause before a probe; 5 s by default
   */
  public record Breaker(double failureRate, int minimumCalls, Duration openFor) {
    static final Breaker DEFAULTS = new Breaker(0.5, 10, Duration.ofSeconds(5));

    public Breaker {
      Checks.check(
          failureRate > 0 && failureRate <= 1,
          "failureRate",
          "must be above 0 and at most 1",
          failureRate);
      Checks.check(minimumCalls >= 1, "minimumCalls", "must be at least 1", minimumCalls);
      Checks.check(openFor.isPositive(), "openFor", "must be positive", openFor);
    }
  }

  /**
   * How long an answer serves again.
   *
   * @param freshFor as if it were new; 5 min by default
   * @param staleFor beyond that, when no target answers; a day by default
   */
  public record Cache(Duration freshFor, Duration staleFor) {
    static final Cache DEFAULTS = new Cache(Duration.ofMinutes(5), Duration.ofHours(24));

    public Cache {
      Checks.check(!freshFor.isNegative(), "freshFor", "must not be negative", freshFor);
      Checks.check(!staleFor.isNegative(), "staleFor", "must not be negative", staleFor);
    }
  }

  /** The canned answer that is given when there is no other. */
  public record Degraded(String message) {}

  /**
   * Asynchronous calls.
   *
   * @param expireAfter how long a job may wait for its answer; a day by default
   */
  public record Queue(Duration expireAfter) {
    static final Queue DEFAULTS = new Queue(Duration.ofHours(24));

    public Queue {
      Checks.check(expireAfter.isPositive(), "expireAfter", "must be positive", expireAfter);
    }
  }
}
