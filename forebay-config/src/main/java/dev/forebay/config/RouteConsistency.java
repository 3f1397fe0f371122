package dev.forebay.config;

import dev.forebay.core.Tier;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What must hold between the keys of one route, and the targets it names. */
final class RouteConsistency {
  private final Section route;
  private final Optional<Map<String, Located<Section>>> targets;
  private final Diagnostics reading;

  RouteConsistency(
      Section route, Optional<Map<String, Located<Section>>> targets, Diagnostics reading) {
    this.route = route;
    this.targets = targets;
    this.reading = reading;
  }

  void check(boolean anyModel) {
    if (route.sound(RouteSettings.TIERS)) {
      route.value(RouteSettings.TIERS).ifPresent(tiers -> checkTiers(tiers, anyModel));
    }
    if (route.sound(RouteSettings.DEADLINE) && route.sound(RouteSettings.PATIENCE)) {
      checkPatience(route.get(RouteSettings.DEADLINE));
    }
    Section cache = route.section(RouteSettings.CACHE);
    if (cache.sound(RouteSettings.SHARED_CACHE) && cache.sound(RouteSettings.FRESH_FOR)) {
      checkSharing(cache);
    }
    Section retry = route.section(RouteSettings.RETRY);
    if (retry.sound(RouteSettings.MAX_ATTEMPTS)
        && retry.sound(RouteSettings.MAX_ATTEMPTS_PER_CALL)) {
      checkAttempts(retry);
    }
    if (retry.sound(RouteSettings.BASE_DELAY) && retry.sound(RouteSettings.MAX_DELAY)) {
      checkDelays(retry);
    }
  }

  private void checkSharing(Section cache) {
    if (cache.get(RouteSettings.SHARED_CACHE) != RouteConfig.Sharing.NONE
        && cache.get(RouteSettings.FRESH_FOR).isZero()) {
      reading.warning(
          cache.place(RouteSettings.SHARED_CACHE),
          cache.path(RouteSettings.SHARED_CACHE),
          "nothing is shared, since no answer is fresh with freshFor: 0s",
          "raise freshFor, or remove this");
    }
  }

  private void checkTiers(List<Located<List<Located<String>>>> tiers, boolean anyModel) {
    if (tiers.isEmpty()) {
      reading.problem(
          route.place(RouteSettings.TIERS),
          route.path(RouteSettings.TIERS),
          "is empty",
          "name at least one target, such as [[sonnet-use1]]");
    }
    Set<String> seen = new HashSet<>();
    for (Located<List<Located<String>>> tier : tiers) {
      int size = tier.value().size();
      if (size == 0) {
        reading.problem(tier.place(), tier.path(), "is empty", "name a target, or remove the tier");
      }
      if (size > Tier.MAX_TARGETS) {
        reading.problem(
            tier.place(),
            tier.path(),
            "has " + size + " targets, more than " + Tier.MAX_TARGETS,
            "split it into two tiers");
      }
      tier.value().forEach(target -> checkTarget(target, seen, anyModel));
    }
  }

  private void checkTarget(Located<String> target, Set<String> seen, boolean anyModel) {
    if (!seen.add(target.value())) {
      reading.problem(
          target.place(),
          target.path(),
          "target " + Quoted.text(target.value()) + " is in this route already",
          "name it once");
      return;
    }
    if (targets.isEmpty()) {
      return;
    }
    Located<Section> known = targets.get().get(target.value());
    if (known == null) {
      reading.problem(
          target.place(),
          target.path(),
          "there is no target " + Quoted.text(target.value()),
          Nearest.remedy(target.value(), targets.get().keySet()));
    } else if (!anyModel
        && known.value().sound(TargetSettings.MODEL)
        && known.value().value(TargetSettings.MODEL).isEmpty()) {
      reading.problem(
          target.place(),
          target.path(),
          "target " + Quoted.text(target.value()) + " has no model",
          "add model to the target; only the route \"*\" can do without");
    }
  }

  private void checkPatience(Duration deadline) {
    route
        .found(RouteSettings.PATIENCE)
        .filter(patience -> patience.value().compareTo(deadline) > 0)
        .ifPresent(
            patience ->
                reading.problem(
                    patience.place(),
                    patience.path(),
                    Durations.show(patience.value())
                        + " is longer than the deadline of "
                        + Durations.show(deadline),
                    "shorten it, or leave it out for a third of the deadline"));
  }

  private void checkAttempts(Section retry) {
    int attempts = retry.get(RouteSettings.MAX_ATTEMPTS);
    int attemptsPerCall = retry.get(RouteSettings.MAX_ATTEMPTS_PER_CALL);
    if (attempts > attemptsPerCall) {
      reading.problem(
          retry.place(RouteSettings.MAX_ATTEMPTS),
          retry.path(RouteSettings.MAX_ATTEMPTS),
          attempts + " is more than maxAttemptsPerCall, " + attemptsPerCall,
          "lower it, or raise maxAttemptsPerCall");
    }
  }

  private void checkDelays(Section retry) {
    Duration base = retry.get(RouteSettings.BASE_DELAY);
    Duration max = retry.get(RouteSettings.MAX_DELAY);
    if (base.compareTo(max) > 0) {
      reading.problem(
          retry.place(RouteSettings.BASE_DELAY),
          retry.path(RouteSettings.BASE_DELAY),
          Durations.show(base) + " is longer than maxDelay, " + Durations.show(max),
          "lower it, or raise maxDelay");
    }
  }
}
