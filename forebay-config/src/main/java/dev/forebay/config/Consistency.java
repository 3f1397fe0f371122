package dev.forebay.config;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What must hold between the keys of a file. A rule is judged only where every value that it needs
 * was read soundly, so that one mistake is reported once.
 */
final class Consistency {
  private final Section root;
  private final Diagnostics reading;

  Consistency(Section root, Diagnostics reading) {
    this.root = root;
    this.reading = reading;
  }

  void check() {
    checkHost();
    root.section(Settings.SERVER).value(Settings.TLS).ifPresent(this::checkTls);
    Optional<Map<String, Located<Section>>> routes = root.value(Settings.ROUTES);
    Optional<Map<String, Located<Section>>> targets = root.value(Settings.TARGETS);
    routes.ifPresent(
        all ->
            all.forEach(
                (name, route) ->
                    new RouteConsistency(route.value(), targets, reading)
                        .check(name.equals(GatewayConfig.ANY_MODEL))));
    if (root.sound(JobSettings.JOBS) && root.value(JobSettings.JOBS).isEmpty()) {
      routes.ifPresent(all -> all.values().forEach(route -> checkNoQueue(route.value())));
    }
    if (root.sound(ClusterSettings.CLUSTER) && root.value(ClusterSettings.CLUSTER).isEmpty()) {
      routes.ifPresent(all -> all.values().forEach(route -> checkNothingShared(route.value())));
    }
    if (routes.isPresent() && targets.isPresent()) {
      checkEveryTargetIsUsed(targets.get(), routes.get());
    }
    targets.ifPresent(all -> all.values().forEach(target -> checkQuota(target.value())));
    root.value(Settings.MODELS)
        .ifPresent(models -> new ModelConsistency(models, root, reading).check());
    root.value(SqsSettings.SQS)
        .ifPresent(queues -> new SqsConsistency(queues, routes, reading).check());
    root.value(TelemetrySettings.TELEMETRY).ifPresent(this::checkTelemetry);
    root.value(ClusterSettings.CLUSTER).ifPresent(this::checkCluster);
    root.value(AuthSettings.AUTH)
        .flatMap(WordOrShape.Choice::section)
        .ifPresent(section -> new AuthConsistency(section, routes, reading).check());
  }

  private void checkNoQueue(Section route) {
    if (route.value(RouteSettings.QUEUE).isPresent()) {
      reading.problem(
          route.place(RouteSettings.QUEUE),
          route.path(RouteSettings.QUEUE),
          "there is nowhere to keep its jobs",
          "add jobs: {store: \"sqlite:data/jobs.db\"}");
    }
  }

  private void checkNothingShared(Section route) {
    Section cache = route.section(RouteSettings.CACHE);
    if (cache.sound(RouteSettings.SHARED_CACHE)
        && cache.get(RouteSettings.SHARED_CACHE) != RouteConfig.Sharing.NONE) {
      refuseToShare(cache, RouteSettings.SHARED_CACHE);
    }
    Section idempotency = route.section(RouteSettings.IDEMPOTENCY);
    if (idempotency.sound(RouteSettings.SHARED_IDEMPOTENCY)
        && idempotency.get(RouteSettings.SHARED_IDEMPOTENCY)) {
      refuseToShare(idempotency, RouteSettings.SHARED_IDEMPOTENCY);
    }
  }

  private void refuseToShare(Section section, Setting<?> shared) {
    reading.problem(
        section.place(shared),
        section.path(shared),
        "there is no store to share through",
        "add cluster: {url: \"redis://127.0.0.1:6379\"}, or remove this");
  }

  private void checkTelemetry(Section telemetry) {
    boolean sound =
        telemetry.sound(TelemetrySettings.XRAY)
            && telemetry.sound(TelemetrySettings.XRAY_REGION)
            && telemetry.sound(TelemetrySettings.CLOUDWATCH);
    if (sound
        && telemetry.get(TelemetrySettings.XRAY)
        && telemetry.value(TelemetrySettings.XRAY_REGION).isEmpty()
        && telemetry.value(TelemetrySettings.CLOUDWATCH).isEmpty()) {
      reading.problem(
          telemetry.place(TelemetrySettings.XRAY),
          telemetry.path(TelemetrySettings.XRAY),
          "X-Ray is in some region, and none is given",
          "give xrayRegion");
    }
  }

  private void checkQuota(Section target) {
    Section quota = target.section(TargetSettings.QUOTA);
    boolean input = quota.value(TargetSettings.INPUT_TOKENS_PER_MINUTE).isPresent();
    boolean output = quota.value(TargetSettings.OUTPUT_TOKENS_PER_MINUTE).isPresent();
    Setting<Long> given =
        input ? TargetSettings.INPUT_TOKENS_PER_MINUTE : TargetSettings.OUTPUT_TOKENS_PER_MINUTE;
    if (input != output
        && quota.sound(TargetSettings.INPUT_TOKENS_PER_MINUTE)
        && quota.sound(TargetSettings.OUTPUT_TOKENS_PER_MINUTE)) {
      reading.problem(
          quota.place(given),
          quota.path(given),
          "input and output have quotas of their own only together",
          "give both, or tokensPerMinute");
    }
    for (Setting<?> joint :
        List.of(
            TargetSettings.TOKENS_PER_MINUTE,
            TargetSettings.REQUESTS_PER_MINUTE,
            TargetSettings.BURNDOWN)) {
      if (input && output && quota.value(joint).isPresent()) {
        reading.problem(
            quota.place(joint),
            quota.path(joint),
            "does not go with quotas of input and output of their own",
            "remove it, or them");
      }
    }
  }

  /** What has no effect with its address. */
  private void checkCluster(Section cluster) {
    Optional<StoreAddress> address = cluster.value(ClusterSettings.URL).map(StoreAddress::of);
    if (address.isEmpty()) {
      return;
    }
    if (!address.get().tls() && cluster.value(ClusterSettings.CA).isPresent()) {
      reading.problem(
          cluster.place(ClusterSettings.CA),
          cluster.path(ClusterSettings.CA),
          "has no effect without TLS",
          "begin cluster.url with rediss, or remove it");
    }
    if (address.get().kind() != StoreAddress.Kind.SENTINEL
        && cluster.value(ClusterSettings.SENTINEL_PASSWORD).isPresent()) {
      reading.problem(
          cluster.place(ClusterSettings.SENTINEL_PASSWORD),
          cluster.path(ClusterSettings.SENTINEL_PASSWORD),
          "has no effect without sentinels",
          "write a cluster.url with redis-sentinel://, or remove it");
    }
  }

  private void checkTls(Section tls) {
    Optional<Pem> certificate = tls.value(Settings.CERTIFICATE);
    Optional<Pem> key = tls.value(Settings.KEY);
    if (certificate.isPresent() && key.isPresent() && !key.get().isKeyOf(certificate.get())) {
      reading.problem(
          tls.place(Settings.KEY),
          tls.path(Settings.KEY),
          "the key in "
              + Quoted.text(key.get().file())
              + " is not that of the first certificate in "
              + Quoted.text(certificate.get().file()),
          "name the two that belong together, the gateway's own certificate first");
    }
  }

  private void checkHost() {
    Section server = root.section(Settings.SERVER);
    boolean judged = server.sound(Settings.HOST) && root.sound(AuthSettings.AUTH);
    if (judged
        && root.value(AuthSettings.AUTH).isEmpty()
        && !ServerConfig.isLoopback(server.get(Settings.HOST))) {
      reading.problem(
          server.place(Settings.HOST),
          server.path(Settings.HOST),
          Quoted.text(server.get(Settings.HOST)) + " can be reached by others, and anyone may call",
          "configure auth.keys or `auth: open`");
    }
  }

  private void checkEveryTargetIsUsed(
      Map<String, Located<Section>> targets, Map<String, Located<Section>> routes) {
    Set<String> used = new HashSet<>();
    for (Located<Section> route : routes.values()) {
      if (!route.value().sound(RouteSettings.TIERS)
          || route.value().value(RouteSettings.TIERS).isEmpty()) {
        return;
      }
      route
          .value()
          .get(RouteSettings.TIERS)
          .forEach(tier -> tier.value().forEach(target -> used.add(target.value())));
    }
    targets.forEach(
        (name, target) -> {
          if (!used.contains(name)) {
            reading.warning(
                target.place(), target.path(), "no route uses this target", "use it or remove it");
          }
        });
  }
}
