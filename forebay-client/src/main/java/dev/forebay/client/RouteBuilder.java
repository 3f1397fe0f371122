package dev.forebay.client;

import dev.forebay.core.Flaw;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.regions.Region;

/**
 * One route of a {@link ForebayBuilder}; its methods are the file's keys, with the same defaults.
 * Not thread-safe.
 */
public final class RouteBuilder {
  /** A tier: a model in some regions. */
  private record TierOf(String model, List<String> regions, Map<String, Object> quota) {}

  private final ForebayBuilder parent;
  private final String modelId;
  private final List<TierOf> tiers = new ArrayList<>();
  private final Map<String, Object> settings = new LinkedHashMap<>();
  private @Nullable Map<String, Object> timeouts;
  private int limit = ForebayBuilder.NO_LIMIT;

  RouteBuilder(ForebayBuilder parent, String modelId) {
    this.parent = parent;
    this.modelId = modelId;
  }

  /**
   * The model that the route is for, or the inference profile. In several regions it is one tier of
   * equal targets, over which load is spread.
   *
   * @param regions the builder's own if there is none
   */
  public RouteBuilder primary(String model, Region... regions) {
    if (!tiers.isEmpty()) {
      throw new IllegalArgumentException(
          "Forebay.builder(): route %s has a primary already; add others by fallback(...)"
              .formatted(modelId));
    }
    return tier(model, regions);
  }

  /** The next tier, for when the ones before it do not answer. */
  public RouteBuilder fallback(String model, Region... regions) {
    if (tiers.isEmpty()) {
      throw new IllegalArgumentException(
          "Forebay.builder(): route %s needs primary(...) before fallback(...)".formatted(modelId));
    }
    return tier(model, regions);
  }

  private RouteBuilder tier(String model, Region... regions) {
    Objects.requireNonNull(model, "model");
    List<String> ids = new ArrayList<>();
    for (Region region : Objects.requireNonNull(regions, "regions")) {
      ids.add(Objects.requireNonNull(region, "regions").id());
    }
    tiers.add(new TierOf(model, ids, new LinkedHashMap<>()));
    return this;
  }

  /**
   * The quota of each target of the tier that was added last, where it is known; else it is learned
   * from throttles. Calls wait here for it, rather than be refused there.
   *
   * @param requestsPerMinute 0 for no limit
   * @param tokensPerMinute 0 for one that is learned
   */
  public RouteBuilder quota(long requestsPerMinute, long tokensPerMinute) {
    if (tiers.isEmpty()) {
      throw new IllegalArgumentException(
          "Forebay.builder(): route %s needs primary(...) before quota(...)".formatted(modelId));
    }
    Map<String, Object> quota = tiers.getLast().quota();
    if (requestsPerMinute > 0) {
      quota.put("requestsPerMinute", requestsPerMinute);
    }
    if (tokensPerMinute > 0) {
      quota.put("tokensPerMinute", tokensPerMinute);
    }
    return this;
  }

  /** The longest until a target has begun to answer, all attempts included; 60 s by default. */
  public RouteBuilder deadline(Duration deadline) {
    settings.put("deadline", millis(deadline, "deadline"));
    return this;
  }

  /** The time that is kept for a fallback; a third of the deadline by default. */
  public RouteBuilder patience(Duration patience) {
    settings.put("patience", millis(patience, "patience"));
    return this;
  }

  /** Timeouts of an attempt, for each target of the route; see the file's keys. */
  public RouteBuilder timeouts(
      Duration firstFrame, Duration firstToken, Duration idle, Duration total) {
    timeouts =
        Map.of(
            "firstFrame", millis(firstFrame, "firstFrame"),
            "firstToken", millis(firstToken, "firstToken"),
            "idle", millis(idle, "idle"),
            "total", millis(total, "total"));
    return this;
  }

  /** Attempts in one tier (5 by default) and in all together (8), the first included. */
  public RouteBuilder maxAttempts(int inOneTier, int inAll) {
    section("retry").put("maxAttempts", inOneTier);
    section("retry").put("maxAttemptsPerCall", inAll);
    return this;
  }

  /** The delay before the first retry (1 s by default), which doubles up to the longest (60 s). */
  public RouteBuilder retryDelay(Duration base, Duration longest) {
    section("retry").put("baseDelay", millis(base, "base"));
    section("retry").put("maxDelay", millis(longest, "longest"));
    return this;
  }

  /** Keeps answers: as new for the first time, for when no target answers for the second. */
  public RouteBuilder cache(Duration freshFor, Duration staleFor) {
    section("cache").put("freshFor", millis(freshFor, "freshFor"));
    section("cache").put("staleFor", millis(staleFor, "staleFor"));
    return this;
  }

  /** The text that is given as the model's answer when there is no other, marked as canned. */
  public RouteBuilder degraded(String message) {
    section("degraded")
        .put("message", BuiltConfig.literal(Objects.requireNonNull(message, "message")));
    return this;
  }

  /** Asks an equal target beside one that is slow to begin a stream, for at most 2 % of calls. */
  public RouteBuilder hedge() {
    section("hedge").put("enabled", true);
    return this;
  }

  /** Flaws of a whole answer for which another target is asked; none by default. */
  public RouteBuilder fallbackOn(Flaw... flaws) {
    List<String> labels = new ArrayList<>();
    for (Flaw flaw : Objects.requireNonNull(flaws, "flaws")) {
      labels.add(Objects.requireNonNull(flaw, "flaws").name().toLowerCase(Locale.ROOT));
    }
    settings.put("fallbackOn", labels);
    return this;
  }

  /** Calls are never changed for a model that lacks something; such a model is not asked. */
  public RouteBuilder neverAdapt() {
    settings.put("adapt", "never");
    return this;
  }

  /** Calls of this route at a time, see {@link ForebayBuilder#maxConcurrentCalls}. */
  public RouteBuilder maxConcurrentCalls(int calls) {
    limit = ForebayBuilder.positive("maxConcurrentCalls", calls);
    return this;
  }

  /** Begins another route. */
  public RouteBuilder route(String other) {
    return parent.route(Objects.requireNonNull(other, "other"));
  }

  /** Back to what is for all routes. */
  public ForebayBuilder and() {
    return parent;
  }

  /** As {@link ForebayBuilder#build}. */
  public Forebay build() {
    return parent.build();
  }

  int limit() {
    return limit;
  }

  void addTo(BuiltConfig config) {
    List<List<String>> names = new ArrayList<>();
    for (TierOf tier : tiers) {
      List<String> regions = tier.regions().isEmpty() ? List.of(parent.region()) : tier.regions();
      List<String> targets = new ArrayList<>();
      for (String region : regions) {
        String name = config.target(region, tier.model(), parent.endpoint(), parent.credentials());
        if (!tier.quota().isEmpty()) {
          config.set(name, "quota", tier.quota());
        }
        if (timeouts != null) {
          config.set(name, "timeouts", timeouts);
        }
        targets.add(name);
      }
      names.add(targets);
    }
    config.route(modelId, names, settings);
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> section(String key) {
    return (Map<String, Object>) settings.computeIfAbsent(key, k -> new LinkedHashMap<>());
  }

  private static String millis(Duration duration, String name) {
    return Objects.requireNonNull(duration, name).toMillis() + "ms";
  }
}
