package dev.forebay.gateway.live;

import dev.forebay.core.TargetQuota;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.event.JourneyEvent;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was sent to one target in the last minute, and what came of it. Counting is lock-free; the
 * rest is the sampler's.
 */
final class TargetTraffic {
  private static final int SECONDS = 60;
  private static final int SLOTS = 6;

  /** The labels of outcomes, in the order in which they are shown. */
  static final List<String> OUTCOMES =
      List.of(
          "succeeded",
          "throttled",
          "throttled_day",
          "unavailable",
          "not_ready",
          "failed",
          "timed_out",
          "interrupted",
          "rejected",
          "unwanted",
          "cancelled");

  private static final int ATTEMPTS = OUTCOMES.size();
  private static final int INPUT = ATTEMPTS + 1;
  private static final int OUTPUT = ATTEMPTS + 2;
  private static final int CACHE_READ = ATTEMPTS + 3;
  private static final int CACHE_WRITE = ATTEMPTS + 4;

  private final Meter meter = new Meter(CACHE_WRITE + 1, SECONDS, 1);
  private final DurationHistogram firstToken = new DurationHistogram(SLOTS, SECONDS / SLOTS);
  private final DurationHistogram answer = new DurationHistogram(SLOTS, SECONDS / SLOTS);

  void attemptStarted() {
    meter.add(ATTEMPTS, 1);
  }

  void contentStarted(long afterNanos) {
    firstToken.add(afterNanos);
  }

  void attemptEnded(JourneyEvent.AttemptEnded event) {
    int index = OUTCOMES.indexOf(event.outcome().label());
    if (index >= 0) {
      meter.add(index, 1);
    }
    TokenUsage usage = event.outcome().answerUsage();
    if (usage != null) {
      answer.add(event.tookNanos());
      meter.add(INPUT, usage.input());
      meter.add(OUTPUT, usage.output());
      meter.add(CACHE_READ, usage.cacheRead());
      meter.add(CACHE_WRITE, usage.cacheWrite());
    }
  }

  void tick() {
    meter.tick();
    firstToken.tick();
    answer.tick();
  }

  /** Requests sent in the last minute. */
  long attempts() {
    return meter.lately(ATTEMPTS);
  }

  /** The attempts of the last minute that ended so. */
  long ended(String outcome) {
    return meter.lately(OUTCOMES.indexOf(outcome));
  }

  /**
   * The share of the quota that the last minute's answers and requests used, by whichever is
   * nearest to its limit; null where no quota is known.
   */
  @Nullable Double quotaUse(TargetQuota quota) {
    return switch (quota) {
      case TargetQuota.Joint joint -> {
        double tokens =
            meter.lately(INPUT)
                + meter.lately(CACHE_WRITE)
                + joint.burndown() * meter.lately(OUTPUT);
        yield larger(
            share(tokens, joint.tokensPerMinute()),
            share((double) attempts(), joint.requestsPerMinute()));
      }
      case TargetQuota.Split split ->
          larger(
              share(
                  (double) meter.lately(INPUT) + meter.lately(CACHE_WRITE),
                  split.inputTokensPerMinute()),
              share((double) meter.lately(OUTPUT), split.outputTokensPerMinute()));
    };
  }

  /** Tokens in and out, in the last second. */
  long inputLastSecond() {
    return meter.lately(INPUT, 1) + meter.lately(CACHE_READ, 1) + meter.lately(CACHE_WRITE, 1);
  }

  long outputLastSecond() {
    return meter.lately(OUTPUT, 1);
  }

  long attemptsLastSecond() {
    return meter.lately(ATTEMPTS, 1);
  }

  long throttledLastSecond() {
    return meter.lately(1, 1) + meter.lately(2, 1);
  }

  JsonObject lastMinute() {
    JsonObject outcomes = new JsonObject();
    for (int i = 0; i < OUTCOMES.size(); i++) {
      long count = meter.lately(i);
      if (count > 0) {
        outcomes.put(OUTCOMES.get(i), count);
      }
    }
    return new JsonObject()
        .put("attempts", attempts())
        .put("outcomes", outcomes)
        .put("tokens", tokens())
        .put("firstTokenMs", json(firstToken))
        .put("answerMs", json(answer));
  }

  private JsonObject tokens() {
    return new JsonObject()
        .put("input", meter.lately(INPUT))
        .put("output", meter.lately(OUTPUT))
        .put("cacheRead", meter.lately(CACHE_READ))
        .put("cacheWrite", meter.lately(CACHE_WRITE));
  }

  private static @Nullable JsonObject json(DurationHistogram durations) {
    DurationHistogram.Percentiles lately = durations.lately();
    return lately == null ? null : lately.json();
  }

  private static @Nullable Double share(double used, long perMinute) {
    return perMinute == 0 ? null : Math.round(1_000 * used / perMinute) / 1_000.0;
  }

  private static @Nullable Double larger(@Nullable Double one, @Nullable Double other) {
    return one == null || (other != null && other > one) ? other : one;
  }
}
