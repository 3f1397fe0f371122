package dev.forebay.simulator;

import dev.forebay.config.Nearest;
import dev.forebay.core.BreakerPolicy;
import dev.forebay.core.HedgePolicy;
import dev.forebay.core.Jitter;
import dev.forebay.core.RetryPolicy;
import dev.forebay.core.Route;
import dev.forebay.core.Target;
import dev.forebay.core.Tier;
import dev.forebay.core.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what Forebay is configured with: a route over the scenario's targets, with the quotas it
 * knows of.
 */
final class ConfiguredReader {
  private final Map<String, TargetModel> world;

  ConfiguredReader(Map<String, TargetModel> world) {
    this.world = world;
  }

  /** The route of a scenario; without any word about it each target is a tier of its own. */
  Route route(String name, Optional<Value> given, Duration usualDeadline) {
    if (given.isEmpty()) {
      return new Route(
          name,
          usualTiers(new LinkedHashMap<>()),
          usualDeadline,
          Route.defaultPatience(usualDeadline),
          RetryPolicy.DEFAULTS,
          BreakerPolicy.DEFAULTS,
          HedgePolicy.OFF);
    }
    Fields fields =
        given
            .get()
            .fields(
                "tiers", "deadline", "patience", "retry", "breaker", "hedge", "quota", "timeouts");
    Map<String, QuotaModel> known = fields.get("quota", this::quotas, truth());
    Timeouts timeouts = fields.get("timeouts", ConfiguredReader::timeouts, Timeouts.DEFAULTS);
    Map<String, Target> targets = new LinkedHashMap<>();
    world.forEach(
        (id, model) ->
            targets.put(
                id,
                CoreBridge.target(id, timeouts, known.getOrDefault(id, TargetReader.NO_QUOTA))));
    Duration deadline = fields.get("deadline", Value::positiveDuration, usualDeadline);
    return new Route(
        name,
        fields.get("tiers", v -> tiers(v, targets), usualTiers(targets)),
        deadline,
        fields.get("patience", Value::duration, Route.defaultPatience(deadline)),
        fields.get("retry", ConfiguredReader::retry, RetryPolicy.DEFAULTS),
        fields.get("breaker", ConfiguredReader::breaker, BreakerPolicy.DEFAULTS),
        fields.get("hedge", ConfiguredReader::hedge, HedgePolicy.OFF));
  }

  private List<Tier> usualTiers(Map<String, Target> targets) {
    List<Tier> tiers = new ArrayList<>();
    world.forEach(
        (id, model) ->
            tiers.add(
                new Tier(
                    List.of(
                        targets.getOrDefault(
                            id, CoreBridge.target(id, Timeouts.DEFAULTS, model.quota()))))));
    return tiers;
  }

  private List<Tier> tiers(Value value, Map<String, Target> targets) {
    List<Tier> tiers = new ArrayList<>();
    for (Value tier : value.items()) {
      List<Target> equals = new ArrayList<>();
      for (Value item : tier.isSequence() ? tier.items() : List.of(tier)) {
        Target target = targets.get(item.text());
        if (target == null) {
          throw item.refuse(
              "there is no target '" + item.text() + "'",
              Nearest.remedy(item.text(), targets.keySet()));
        }
        equals.add(target);
      }
      try {
        tiers.add(new Tier(equals));
      } catch (IllegalArgumentException e) {
        throw tier.refuse(String.valueOf(e.getMessage()), "name one to 64 different targets");
      }
    }
    if (tiers.isEmpty()) {
      throw value.refuse("has no tier", "add one, such as [target]");
    }
    return tiers;
  }

  private Map<String, QuotaModel> truth() {
    Map<String, QuotaModel> quotas = new LinkedHashMap<>();
    world.forEach((id, model) -> quotas.put(id, model.quota()));
    return quotas;
  }

  /** {@code unknown}, {@code known}, or for some targets something else than the truth. */
  private Map<String, QuotaModel> quotas(Value value) {
    if (value.isScalar()) {
      String word = value.choice(new String[] {"known", "unknown"}, w -> w);
      Map<String, QuotaModel> all = truth();
      if (word.equals("unknown")) {
        all.replaceAll((id, quota) -> quota.unknown());
      }
      return all;
    }
    Map<String, QuotaModel> quotas = truth();
    Fields fields = Fields.of(value, List.copyOf(world.keySet()));
    for (String id : world.keySet()) {
      fields.get(id, v -> known(v, quotas, id));
    }
    return quotas;
  }

  private static Boolean known(Value value, Map<String, QuotaModel> quotas, String id) {
    if (value.isScalar()) {
      value.choice(new String[] {"unknown"}, w -> w);
      quotas.computeIfPresent(id, (name, quota) -> quota.unknown());
      return true;
    }
    QuotaModel truth = quotas.getOrDefault(id, TargetReader.NO_QUOTA);
    Fields fields = value.fields("requestsPerMinute", "tokensPerMinute", "burndown");
    quotas.put(
        id,
        new QuotaModel(
            fields.get("requestsPerMinute", v -> v.whole(1), truth.requestsPerMinute()),
            fields.get("tokensPerMinute", v -> v.whole(1), truth.tokensPerMinute()),
            fields.get("burndown", Value::positive, truth.burndown()),
            truth.reserve(),
            truth.window()));
    return true;
  }

  private static Timeouts timeouts(Value value) {
    Fields fields = value.fields("firstFrame", "firstToken", "idle", "total");
    return new Timeouts(
        fields.get("firstFrame", Value::positiveDuration, Timeouts.DEFAULTS.firstFrame()),
        fields.get("firstToken", Value::positiveDuration, Timeouts.DEFAULTS.firstToken()),
        fields.get("idle", Value::positiveDuration, Timeouts.DEFAULTS.idle()),
        fields.get("total", Value::positiveDuration, Timeouts.DEFAULTS.total()));
  }

  private static RetryPolicy retry(Value value) {
    RetryPolicy usual = RetryPolicy.DEFAULTS;
    Fields fields =
        value.fields("maxAttempts", "maxAttemptsPerCall", "baseDelay", "maxDelay", "jitter");
    try {
      return new RetryPolicy(
          fields.get("maxAttempts", ConfiguredReader::count, usual.maxAttempts()),
          fields.get("maxAttemptsPerCall", ConfiguredReader::count, usual.maxAttemptsPerCall()),
          fields.get("baseDelay", Value::positiveDuration, usual.baseDelay()),
          fields.get("maxDelay", Value::positiveDuration, usual.maxDelay()),
          fields.get(
              "jitter",
              v -> v.choice(Jitter.values(), j -> j.name().toLowerCase(Locale.ROOT)),
              usual.jitter()));
    } catch (IllegalArgumentException e) {
      throw value.refuse(String.valueOf(e.getMessage()), "correct one of them");
    }
  }

  private static BreakerPolicy breaker(Value value) {
    BreakerPolicy usual = BreakerPolicy.DEFAULTS;
    Fields fields = value.fields("failureRate", "minimumCalls", "openFor");
    try {
      return new BreakerPolicy(
          fields.get("failureRate", Value::positive, usual.failureRate()),
          fields.get("minimumCalls", ConfiguredReader::count, usual.minimumCalls()),
          fields.get("openFor", Value::positiveDuration, usual.openFor()));
    } catch (IllegalArgumentException e) {
      throw value.refuse(String.valueOf(e.getMessage()), "correct it");
    }
  }

  private static HedgePolicy hedge(Value value) {
    Fields fields = value.fields("enabled", "maxShare");
    try {
      return new HedgePolicy(
          fields.get("enabled", Value::flag, true),
          fields.get("maxShare", Value::positive, HedgePolicy.OFF.maxShare()));
    } catch (IllegalArgumentException e) {
      throw value.refuse(String.valueOf(e.getMessage()), "correct it");
    }
  }

  private static int count(Value value) {
    return (int) Math.min(value.whole(1), Integer.MAX_VALUE);
  }
}
