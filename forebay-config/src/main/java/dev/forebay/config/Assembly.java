package dev.forebay.config;

import dev.forebay.bedrock.ModelFamilies;
import dev.forebay.bedrock.model.Feature;
import dev.forebay.bedrock.model.ModelEntry;
import dev.forebay.bedrock.model.ModelTable;
import dev.forebay.core.BreakerPolicy;
import dev.forebay.core.HedgePolicy;
import dev.forebay.core.RetryPolicy;
import dev.forebay.core.Route;
import dev.forebay.core.Target;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.Tier;
import dev.forebay.core.Timeouts;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes the records out of a file in which no problem was found. */
final class Assembly {
  private final Section root;
  private final Surroundings surroundings;

  Assembly(Section root, Surroundings surroundings) {
    this.root = root;
    this.surroundings = surroundings;
  }

  GatewayConfig assemble(List<Problem> warnings) {
    ModelsConfig models = models();
    Map<String, TargetConfig> targets = new LinkedHashMap<>();
    root.get(Settings.TARGETS)
        .forEach((name, found) -> targets.put(name, target(name, found.value(), models.table())));
    Map<String, RouteConfig> routes = new LinkedHashMap<>();
    root.get(Settings.ROUTES)
        .forEach((name, found) -> routes.put(name, route(name, found.value(), targets)));
    Section server = root.section(Settings.SERVER);
    return new GatewayConfig(
        new ServerConfig(
            server.get(Settings.HOST),
            server.get(Settings.PORT),
            server
                .value(Settings.TLS)
                .map(tls -> new TlsConfig(tls.get(Settings.CERTIFICATE), tls.get(Settings.KEY))),
            values(server, Settings.HOSTS),
            values(server, Settings.CORS_ORIGINS),
            server.value(Settings.STATE_FILE),
            server.value(Settings.MAX_HELD_BYTES)),
        targets,
        routes,
        models,
        root.value(JobSettings.JOBS).map(Assembly::jobs),
        root.value(SqsSettings.SQS).orElse(List.of()).stream()
            .map(found -> sqs(found.value()))
            .toList(),
        root.value(ClusterSettings.CLUSTER).map(Assembly::cluster),
        root.value(AuthSettings.AUTH).map(Assembly::auth).orElseGet(AuthConfig.LoopbackOnly::new),
        root.value(TelemetrySettings.TELEMETRY).map(Assembly::telemetry),
        warnings,
        places());
  }

  private Places places() {
    Places places = new Places();
    places.targets(root.get(Settings.TARGETS));
    places.routes(root.get(Settings.ROUTES));
    return places;
  }

  private ModelsConfig models() {
    Map<String, ModelEntry> entries = new LinkedHashMap<>();
    Map<String, String> families = new LinkedHashMap<>();
    root.value(Settings.BURNDOWN)
        .ifPresent(
            all ->
                all.forEach(
                    (model, entry) ->
                        entries.put(
                            model,
                            ModelEntry.ofBurndown(entry.value().get(Settings.BURNDOWN_RATE)))));
    root.value(Settings.MODELS)
        .ifPresent(
            all ->
                all.forEach(
                    (model, entry) -> {
                      Section section = entry.value();
                      entries.merge(model, model(section), (rate, more) -> more.rated(rate));
                      section
                          .value(ModelSettings.FAMILY)
                          .ifPresent(family -> families.put(model, family));
                    }));
    return new ModelsConfig(ModelTable.with(entries), ModelFamilies.configured(families));
  }

  private static ModelEntry model(Section model) {
    return new ModelEntry(
        model.value(ModelSettings.MAX_OUTPUT_TOKENS),
        model.value(ModelSettings.CONTEXT_TOKENS),
        model.value(ModelSettings.TOP_K),
        model.value(ModelSettings.STOP_SEQUENCES),
        model.value(ModelSettings.BURNDOWN).map(rate -> (double) rate),
        model.value(ModelSettings.END_OF_LIFE),
        features(model, ModelSettings.LACKS),
        features(model, ModelSettings.HAS));
  }

  private static Set<Feature> features(Section model, Setting<List<Located<Feature>>> list) {
    return model.value(list).orElse(List.of()).stream()
        .map(Located::value)
        .collect(Collectors.toSet());
  }

  private static HedgePolicy hedge(Section hedge) {
    return new HedgePolicy(
        hedge.get(RouteSettings.HEDGE_ENABLED), hedge.get(RouteSettings.HEDGE_MAX_SHARE));
  }

  private TargetConfig target(String name, Section section, ModelTable models) {
    Section timeouts = section.section(TargetSettings.TIMEOUTS);
    String region = section.get(TargetSettings.REGION);
    URI endpoint =
        section.value(TargetSettings.ENDPOINT).orElseGet(() -> TargetConfig.endpointOf(region));
    return new TargetConfig(
        new Target(
            name,
            new Timeouts(
                timeouts.get(TargetSettings.FIRST_FRAME),
                timeouts.get(TargetSettings.FIRST_TOKEN),
                timeouts.get(TargetSettings.IDLE),
                timeouts.get(TargetSettings.TOTAL)),
            quota(
                section.section(TargetSettings.QUOTA),
                section.value(TargetSettings.MODEL),
                models)),
        region,
        section.value(TargetSettings.MODEL),
        endpoint,
        section.get(TargetSettings.CREDENTIALS),
        section.value(TargetSettings.SERVICE_TIER),
        wire(section, endpoint));
  }

  private WireConfig wire(Section target, URI endpoint) {
    return new WireConfig(
        target.value(TargetSettings.FORWARD_HEADERS).orElse(List.of()).stream()
            .map(Located::value)
            .collect(Collectors.toUnmodifiableSet()),
        target.value(TargetSettings.PROXY).orElseGet(() -> surroundings.proxyFor(endpoint)),
        Stream.concat(
                target.value(TargetSettings.CA).stream(),
                surroundings.authorities(endpoint).stream())
            .toList());
  }

  private static TargetQuota quota(Section quota, Optional<String> model, ModelTable models) {
    Optional<Long> input = quota.value(TargetSettings.INPUT_TOKENS_PER_MINUTE);
    if (input.isPresent()) {
      return new TargetQuota.Split(input.get(), quota.get(TargetSettings.OUTPUT_TOKENS_PER_MINUTE));
    }
    double ofModel = model.map(models::burndown).orElse(1.0);
    return new TargetQuota.Joint(
        quota.value(TargetSettings.REQUESTS_PER_MINUTE).orElse(0L),
        quota.value(TargetSettings.TOKENS_PER_MINUTE).orElse(0L),
        quota.value(TargetSettings.BURNDOWN).map(rate -> (double) rate).orElse(ofModel));
  }

  private static RouteConfig route(
      String name, Section section, Map<String, TargetConfig> targets) {
    List<Tier> tiers =
        section.get(RouteSettings.TIERS).stream().map(tier -> tier(tier.value(), targets)).toList();
    Duration deadline = section.get(RouteSettings.DEADLINE);
    Duration patience =
        section.value(RouteSettings.PATIENCE).orElseGet(() -> Route.defaultPatience(deadline));
    return new RouteConfig(
        new Route(
            name,
            tiers,
            deadline,
            patience,
            retry(section.section(RouteSettings.RETRY)),
            breaker(section.section(RouteSettings.BREAKER)),
            hedge(section.section(RouteSettings.HEDGE))),
        section.get(RouteSettings.ADAPT),
        section
            .value(RouteSettings.CACHE)
            .map(
                cache ->
                    new RouteConfig.Cache(
                        cache.get(RouteSettings.FRESH_FOR),
                        cache.get(RouteSettings.STALE_FOR),
                        cache.get(RouteSettings.SHARED_CACHE))),
        section.section(RouteSettings.IDEMPOTENCY).get(RouteSettings.SHARED_IDEMPOTENCY),
        section
            .value(RouteSettings.DEGRADED)
            .map(degraded -> new RouteConfig.Degraded(degraded.get(RouteSettings.MESSAGE))),
        section
            .value(RouteSettings.QUEUE)
            .map(queue -> new RouteConfig.Queue(queue.get(RouteSettings.EXPIRE_AFTER))),
        section.get(RouteSettings.KEEP_ALIVE),
        section.value(RouteSettings.FALLBACK_ON).stream()
            .flatMap(List::stream)
            .map(Located::value)
            .collect(Collectors.toSet()));
  }

  private static Tier tier(List<Located<String>> names, Map<String, TargetConfig> targets) {
    return new Tier(
        names.stream()
            .map(name -> Optional.ofNullable(targets.get(name.value())).orElseThrow().target())
            .toList());
  }

  private static BreakerPolicy breaker(Section breaker) {
    return new BreakerPolicy(
        breaker.get(RouteSettings.FAILURE_RATE),
        breaker.get(RouteSettings.MINIMUM_CALLS),
        breaker.get(RouteSettings.OPEN_FOR));
  }

  private static RetryPolicy retry(Section retry) {
    return new RetryPolicy(
        retry.get(RouteSettings.MAX_ATTEMPTS),
        retry.get(RouteSettings.MAX_ATTEMPTS_PER_CALL),
        retry.get(RouteSettings.BASE_DELAY),
        retry.get(RouteSettings.MAX_DELAY),
        retry.get(RouteSettings.JITTER));
  }

  private static SqsConfig sqs(Section queue) {
    URI url = queue.get(SqsSettings.QUEUE);
    return new SqsConfig(
        url,
        queue.get(SqsSettings.ROUTE),
        queue.get(SqsSettings.DEAD_LETTER_QUEUE),
        queue.value(SqsSettings.REPLY_QUEUE).orElse(List.of()).stream()
            .map(Located::value)
            .toList(),
        queue
            .value(SqsSettings.BUCKET)
            .map(
                bucket ->
                    new SqsConfig.Bucket(
                        bucket.get(SqsSettings.BUCKET_NAME),
                        bucket.get(SqsSettings.PREFIX),
                        bucket.get(SqsSettings.ABOVE),
                        bucket.value(SqsSettings.BUCKET_ENDPOINT))),
        queue.get(SqsSettings.CONCURRENCY),
        queue.get(SqsSettings.VISIBILITY),
        queue.get(SqsSettings.MAX_ATTEMPTS),
        queue.get(SqsSettings.MAX_BYTES),
        queue.value(SqsSettings.REGION).or(() -> QueueUrl.region(url)).orElseThrow(),
        queue.value(SqsSettings.ENDPOINT).or(() -> QueueUrl.endpoint(url)),
        queue.get(SqsSettings.CREDENTIALS));
  }

  private static AuthConfig auth(WordOrShape.Choice choice) {
    if (choice.section().isEmpty()) {
      return new AuthConfig.Open();
    }
    return new AuthConfig.Keys(
        choice.section().get().get(AuthSettings.KEYS).stream()
            .map(key -> key(key.value()))
            .toList());
  }

  private static AuthConfig.Key key(Section key) {
    return new AuthConfig.Key(
        key.get(AuthSettings.NAME),
        key.value(AuthSettings.ACCESS_KEY_ID),
        key.get(AuthSettings.SECRET),
        key.get(AuthSettings.PRIORITY),
        key.get(AuthSettings.WEIGHT),
        number(key, AuthSettings.REQUESTS_PER_MINUTE),
        number(key, AuthSettings.TOKENS_PER_MINUTE),
        key.value(AuthSettings.ROUTES)
            .map(routes -> routes.stream().map(Located::value).toList())
            .orElseGet(() -> List.of(GatewayConfig.ANY_MODEL)),
        key.get(AuthSettings.ADMIN));
  }

  private static ClusterConfig cluster(Section cluster) {
    return new ClusterConfig(
        cluster.get(ClusterSettings.URL),
        cluster.value(ClusterSettings.SENTINEL_PASSWORD),
        cluster.value(ClusterSettings.CA),
        cluster.get(ClusterSettings.PREFIX),
        cluster.get(ClusterSettings.MEMBERS),
        cluster.get(ClusterSettings.WEIGHT),
        cluster.value(ClusterSettings.ENCRYPTION_KEY));
  }

  private static JobsConfig jobs(Section jobs) {
    return new JobsConfig(
        jobs.get(JobSettings.STORE),
        jobs.get(JobSettings.RETENTION),
        jobs.get(JobSettings.MAX_JOBS),
        jobs.get(JobSettings.MAX_BYTES),
        jobs.value(JobSettings.CALLBACKS)
            .map(
                callbacks ->
                    new JobsConfig.Callbacks(
                        callbacks.get(JobSettings.HOSTS).stream()
                            .map(host -> host.value().toLowerCase(Locale.ROOT))
                            .toList(),
                        callbacks.get(JobSettings.SECRET),
                        callbacks.get(JobSettings.PRIVATE_NETWORK))));
  }

  private static TelemetryConfig telemetry(Section telemetry) {
    Optional<TelemetryConfig.CloudWatch> cloudwatch =
        telemetry
            .value(TelemetrySettings.CLOUDWATCH)
            .map(
                section ->
                    new TelemetryConfig.CloudWatch(
                        section.get(TelemetrySettings.NAMESPACE),
                        section.get(TelemetrySettings.REGION),
                        section.value(TelemetrySettings.ENDPOINT),
                        section.get(TelemetrySettings.VIA)));
    Optional<TelemetryConfig.XRay> xray =
        telemetry
            .value(TelemetrySettings.XRAY_REGION)
            .or(() -> cloudwatch.map(TelemetryConfig.CloudWatch::region))
            .filter(region -> telemetry.get(TelemetrySettings.XRAY))
            .map(
                region ->
                    new TelemetryConfig.XRay(
                        region, telemetry.value(TelemetrySettings.XRAY_ENDPOINT)));
    return new TelemetryConfig(
        telemetry.value(TelemetrySettings.OTLP),
        xray,
        telemetry.get(TelemetrySettings.SAMPLE),
        telemetry.get(TelemetrySettings.LOG_SAMPLE),
        cloudwatch);
  }

  private static List<String> values(Section section, Setting<List<Located<String>>> setting) {
    return section.value(setting).orElse(List.of()).stream().map(Located::value).toList();
  }

  private static OptionalLong number(Section section, Setting<Long> setting) {
    return section.value(setting).map(OptionalLong::of).orElseGet(OptionalLong::empty);
  }
}
