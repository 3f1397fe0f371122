package dev.forebay.config;

import dev.forebay.core.Checks;
import dev.forebay.core.Flaw;
import dev.forebay.core.Route;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * A route and what surrounds its journeys.
 *
 * @param adapt safe by default: most of what models differ in changes no answer
 * @param cache empty: answers are not kept
 * @param sharesIdempotency whether a key counts in all gateways of the cluster; false by default
 * @param degraded empty: no canned answer
 * @param queue empty: the route takes no asynchronous calls
 * @param keepAlive after what silence a stream gets what its clients skip; empty: never
 * @param fallbackOn the flaws of an answer for which another target is asked; none by default
 */
public record RouteConfig(
    Route route,
    Adapt adapt,
    Optional<Cache> cache,
    boolean sharesIdempotency,
    Optional<Degraded> degraded,
    Optional<Queue> queue,
    Optional<Duration> keepAlive,
    Set<Flaw> fallbackOn) {
  public RouteConfig {
    fallbackOn = Set.copyOf(fallbackOn);
  }

  /** Whether gateways of a cluster share answers of this route. */
  public boolean sharesAnswers() {
    return sharesIdempotency || cache.filter(c -> c.shared() != Sharing.NONE).isPresent();
  }

  /** Whether calls are adapted to models that lack something of what they ask for. */
  public enum Adapt {
    /** Where that changes nothing of what the answer means. */
    SAFE,
    /** Such models are not asked. */
    NEVER
  }

  /**
   * How long an answer serves again.
   *
   * @param freshFor as if it were new; 5 min by default
   * @param staleFor beyond that, when no target answers; a day by default
   * @param shared what all gateways of the cluster do together; nothing by default
   */
  public record Cache(Duration freshFor, Duration staleFor, Sharing shared) {
    static final Cache DEFAULTS =
        new Cache(Duration.ofMinutes(5), Duration.ofHours(24), Sharing.NONE);

    public Cache {
      Checks.check(!freshFor.isNegative(), "freshFor", "must not be negative", freshFor);
      Checks.check(!staleFor.isNegative(), "staleFor", "must not be negative", staleFor);
    }
  }

  /** What gateways of a cluster do together for a route's cache. */
  public enum Sharing {
    /** Each has a cache of its own. */
    NONE,
    /** An answer that one has serves in all. */
    ANSWERS,
    /** Beyond that, equal calls at one time are made once by all. */
    CALLS
  }

  /** The canned answer that is given when there is no other. */
  public record Degraded(String message) {}

  /**
   * Asynchronous calls.
   *
   * @param expireAfter how long a job may wait for its answer; a day by default
   */
  public record Queue(Duration expireAfter) {
    public static final Queue DEFAULTS = new Queue(Duration.ofHours(24));

    public Queue {
      Checks.check(expireAfter.isPositive(), "expireAfter", "must be positive", expireAfter);
    }
  }
}
