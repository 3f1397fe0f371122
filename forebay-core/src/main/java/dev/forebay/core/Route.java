package dev.forebay.core;

import dev.forebay.core.journey.TimePlan;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * What a caller asks for, as an ordered list of tiers: the first is the model it wants, the later
 * ones are fallbacks.
 *
 * @param name the model id that callers use
 * @param deadline the longest until a target has begun to answer, all attempts included; see {@link
 *     TimePlan} for whole answers
 * @param patience the time that is kept for a fallback, if the fallback does not usually need more:
 *     attempts and retries in an earlier tier end by then. It bounds no wait for capacity, which is
 *     waited for in all tiers at once
 */
public record Route(
    String name,
    List<Tier> tiers,
    Duration deadline,
    Duration patience,
    RetryPolicy retry,
    BreakerPolicy breaker,
    HedgePolicy hedge) {
  /** 60 s: the time after which Bedrock's per-minute quota has surely been renewed. */
  public static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(60);

  public Route {
    tiers = List.copyOf(tiers);
    Checks.check(!tiers.isEmpty(), "tiers", "must not be empty", tiers);
    Checks.positive("deadline", deadline);
    Checks.notNegative("patience", patience);
  }

  /** The same with other tiers. */
  public Route withTiers(List<Tier> others) {
    return new Route(name, others, deadline, patience, retry, breaker, hedge);
  }

  /** The same by another name. */
  public Route named(String other) {
    return new Route(other, tiers, deadline, patience, retry, breaker, hedge);
  }

  /** The longest pause that any of its targets may make within an answer. */
  public Duration longestIdle() {
    return tiers.stream()
        .flatMap(tier -> tier.targets().stream())
        .map(target -> target.timeouts().idle())
        .max(Comparator.naturalOrder())
        .orElseGet(Timeouts.DEFAULTS::idle);
  }

  /** A third of the deadline. */
  public static Duration defaultPatience(Duration deadline) {
    return deadline.dividedBy(3);
  }
}
