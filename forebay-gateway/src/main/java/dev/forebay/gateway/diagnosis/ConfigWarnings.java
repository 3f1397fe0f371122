package dev.forebay.gateway.diagnosis;

import dev.forebay.bedrock.model.ModelTable;
import dev.forebay.bedrock.translate.CallKind;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.Places;
import dev.forebay.config.Problem;
import dev.forebay.config.RouteConfig;
import dev.forebay.config.TargetConfig;
import dev.forebay.core.Target;
import dev.forebay.core.TargetQuota;
import dev.forebay.engine.WallClock;
import dev.forebay.engine.route.ProfileRegion;
import dev.forebay.engine.route.RouteTable;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is valid in a configuration and yet cannot work, or will not for long: fallbacks that can
 * never serve their route's calls, models that Bedrock does not serve any more, ids that are
 * mistyped, models that cannot be called where the target is, regions and endpoints that do not
 * exist or do not fit, and a route whose only target has no quota.
 *
 * <p>What a fallback can serve is asked of the code that decides it for each call.
 */
public final class ConfigWarnings {
  /** A model that ends within this time is one to replace now. */
  private static final Duration NEAR = Duration.ofDays(60);

  private final GatewayConfig config;
  private final LocalDate today;
  private final ModelTable models;
  private final ModelNames names;
  private final List<Problem> found = new ArrayList<>();

  private ConfigWarnings(GatewayConfig config, LocalDate today) {
    this.config = config;
    this.today = today;
    this.models = config.models().table();
    this.names = new ModelNames(models.beginnings());
  }

  /** All warnings, those of the file's own text included, in the order of the file. */
  public static List<Problem> of(GatewayConfig config) {
    return of(config, LocalDate.ofInstant(WallClock.now(), ZoneOffset.UTC));
  }

  static List<Problem> of(GatewayConfig config, LocalDate today) {
    ConfigWarnings warnings = new ConfigWarnings(config, today);
    warnings.found.addAll(config.warnings());
    config.targets().forEach(warnings::target);
    config.routes().values().forEach(warnings::onlyTarget);
    new RouteTable(config).named().forEach(warnings::route);
    return warnings.found.stream().sorted(Problem.BY_PLACE).toList();
  }

  private void target(String name, TargetConfig target) {
    for (EndpointWarnings.Finding wrong : EndpointWarnings.of(target)) {
      warn(config.places().ofTarget(name, wrong.key()), wrong.message(), wrong.remedy());
    }
    if (target.model().isEmpty()) {
      return;
    }
    String model = target.model().get();
    Places.Spot spot = config.places().ofTarget(name, "model");
    String meant = names.meant(model);
    if (!meant.equals(model)) {
      warn(
          spot,
          "there is no model '%s' that is known".formatted(model),
          "did you mean '%s'?".formatted(meant));
    }
    models.endOfLife(model).ifPresent(end -> endOfLife(spot, model, end));
    ProfileRegion.problem(model, target.region())
        .ifPresent(
            problem ->
                warn(
                    spot,
                    "'%s' %s".formatted(model, problem),
                    "use a profile of the target's region or a global one, or change the region"));
    target
        .serviceTier()
        .flatMap(tier -> RouteTable.withoutTier(models.of(model), tier))
        .ifPresent(
            problem ->
                warn(
                    config.places().ofTarget(name, "serviceTier"),
                    "'%s' %s, so this target serves no call".formatted(model, problem),
                    "use another tier, or say in models that it has this one"));
  }

  private void endOfLife(Places.Spot spot, String model, LocalDate end) {
    if (!today.isBefore(end)) {
      warn(
          spot,
          "'%s' has been past its end of life since %s".formatted(model, end),
          "use a model that Bedrock serves");
      return;
    }
    long days = ChronoUnit.DAYS.between(today, end);
    warn(
        spot,
        days <= NEAR.toDays()
            ? "'%s' is not served any more from %s on, in %d days".formatted(model, end, days)
            : "'%s' is a legacy model, which is not served any more from %s on"
                .formatted(model, end),
        "replace it; accounts that do not use a legacy model may lose it earlier");
  }

  /**
   * A route's only target has nowhere to turn to when it throttles, so that waiting for capacity is
   * all that helps; and only a quota that is known can be waited for before the first throttle.
   */
  private void onlyTarget(RouteConfig route) {
    List<Target> targets =
        route.route().tiers().stream().flatMap(tier -> tier.targets().stream()).toList();
    if (targets.size() != 1) {
      return;
    }
    String only = targets.getFirst().name();
    if (targets.getFirst().quota() instanceof TargetQuota.Joint quota
        && quota.requestsPerMinute() == 0
        && quota.tokensPerMinute() == 0) {
      warn(
          config.places().ofTarget(only, "quota"),
          "the only target of route '%s' has no quota, so its calls are throttled before Forebay can"
                  .formatted(route.route().name())
              + " hold them back",
          "configure the account's quota (forebay quotas prints it), or add a second target");
    }
  }

  private void route(String name, RouteTable.Entry route) {
    for (Target target : route.targets()) {
      Optional.ofNullable(config.targets().get(target.name()))
          .flatMap(TargetConfig::model)
          .ifPresent(
              model ->
                  fallback(
                      config.places().inRoute(name, target.name()), target.name(), model, route));
    }
  }

  private void fallback(Places.Spot spot, String target, String model, RouteTable.Entry route) {
    route
        .asked()
        .neverServedBy(model)
        .forEach(
            (reason, kinds) ->
                warn(
                    spot,
                    "target '%s' can never serve %s: '%s' %s"
                        .formatted(target, listed(kinds), model, reason),
                    "such calls can go to the other targets only; add a fallback for them if the"
                        + " route has such calls"));
  }

  private static String listed(List<CallKind> kinds) {
    return kinds.stream().map(CallKind::toString).collect(Collectors.joining(", "));
  }

  private void warn(Places.Spot spot, String message, String remedy) {
    found.add(new Problem(spot.place(), spot.path(), message, remedy));
  }
}
