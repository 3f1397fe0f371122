package dev.forebay.client;

import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.TargetConfig;
import dev.forebay.config.WireConfig;
import dev.forebay.core.event.CallTracing;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.engine.credentials.GivenCredentials;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.regions.Region;

/**
 * Builds a {@link Forebay}: from a file, by routes, or for any model. Reads like the file's keys:
 *
 * <pre>{@code
 * Forebay forebay =
 *     Forebay.builder()
 *         .route("anthropic.claude-sonnet-4")
 *         .primary("us.anthropic.claude-sonnet-4-20250514-v1:0", Region.US_EAST_1, Region.US_WEST_2)
 *         .fallback("us.anthropic.claude-haiku-4-5-20251001-v1:0")
 *         .build();
 * }</pre>
 *
 * Not thread-safe.
 */
public final class ForebayBuilder {
  static final int NO_LIMIT = Integer.MAX_VALUE;

  /** The SDK's chain, in the form of the file. */
  static final String DEFAULT_CREDENTIALS = "default";

  private static final String API_KEY = "AWS_BEARER_TOKEN_BEDROCK";

  private final Map<String, RouteBuilder> routes = new LinkedHashMap<>();
  private Map<String, String> env = System.getenv();
  private @Nullable Path file;
  private @Nullable GatewayConfig read;
  private boolean anyModel;
  private @Nullable String region;
  private @Nullable String endpoint;
  private @Nullable String credentials;
  private @Nullable GivenCredentials given;
  private @Nullable SdkHttpClient httpClient;
  private @Nullable SdkAsyncHttpClient asyncHttpClient;
  private final List<JourneyListener> listeners = new ArrayList<>();
  private final List<CallTracing> tracings = new ArrayList<>();
  private int maxConcurrentCalls = NO_LIMIT;
  private @Nullable CallTimers timers;

  ForebayBuilder() {}

  /**
   * Takes targets, routes and models from a file in the gateway's form. Its sections for a server
   * ({@code server}, {@code auth}, {@code jobs}, {@code sqs}, {@code telemetry}) have no effect
   * here. {@code cluster} needs {@code dev.forebay:forebay-cluster} on the class path. Cannot be
   * combined with routes of the builder.
   */
  public ForebayBuilder config(Path yaml) {
    file = Objects.requireNonNull(yaml, "yaml");
    return this;
  }

  /**
   * Takes targets, routes and models from a configuration that was read already, such as from an
   * application's properties; else as by a file.
   */
  public ForebayBuilder config(GatewayConfig config) {
    read = Objects.requireNonNull(config, "config");
    return this;
  }

  /** Begins a route: what calls of that model id get. */
  public RouteBuilder route(String modelId) {
    return routes.computeIfAbsent(
        Objects.requireNonNull(modelId, "modelId"), id -> new RouteBuilder(this, id));
  }

  /**
   * Takes every other model id too: each is a route of its own, with retries, circuit breaker,
   * learned rate and deadline, in the region and at the endpoint of the client that asks. Is so
   * where nothing else is configured.
   */
  public ForebayBuilder anyModel() {
    anyModel = true;
    return this;
  }

  /**
   * The region of targets that name none; by default what the SDK's chain finds ({@code
   * AWS_REGION}, the profile, the instance).
   */
  public ForebayBuilder region(Region ofTargets) {
    region = Objects.requireNonNull(ofTargets, "ofTargets").id();
    return this;
  }

  /**
   * The address of all targets, for an emulator or a proxy; by default Bedrock's in the region, and
   * the client's own for models that no configuration names. With {@link #config} it replaces what
   * the configuration says of each target.
   */
  public ForebayBuilder endpoint(URI ofTargets) {
    endpoint = Objects.requireNonNull(ofTargets, "ofTargets").toString();
    return this;
  }

  /**
   * How targets are signed for, in the form of the file: {@code default} (the SDK's chain; used if
   * nothing is set, unless {@code AWS_BEARER_TOKEN_BEDROCK} has a Bedrock API key), {@code
   * profile:NAME}, {@code role:ARN}, <code>bearer:${ENV}</code>, <code>static:${ID}:${SECRET}
   * </code> or {@code anonymous}. Secrets only by reference to the environment. With {@link
   * #config} it replaces what the configuration says of each target.
   */
  public ForebayBuilder credentials(String form) {
    credentials = Objects.requireNonNull(form, "form");
    return this;
  }

  /**
   * Takes the place of the SDK's default chain, wherever that would sign: for targets whose
   * credentials are {@code default} or are not set, and for clients that have none of their own.
   * {@link #credentials(String)} comes first, and where no configuration says {@code default} a
   * Bedrock API key in {@code AWS_BEARER_TOKEN_BEDROCK} does, as by the SDK. Asked on a virtual
   * thread every ten seconds; stays the program's to close.
   */
  public ForebayBuilder credentials(AwsCredentialsProvider provider) {
    given = new GivenCredentials.Keys(Objects.requireNonNull(provider, "provider"));
    return this;
  }

  /**
   * Carries the attempts of blocking calls; stays the program's to close. By default the SDK's
   * Apache client, one per target. Its own limits for connections and silence still hold, so set
   * them wide: a target whose answer it gives up counts as failed.
   */
  public ForebayBuilder httpClient(SdkHttpClient client) {
    httpClient = Objects.requireNonNull(client, "client");
    return this;
  }

  /** The same for asynchronous calls. By default the SDK's Netty client, one per target. */
  public ForebayBuilder asyncHttpClient(SdkAsyncHttpClient client) {
    asyncHttpClient = Objects.requireNonNull(client, "client");
    return this;
  }

  /**
   * Calls of one route at a time; what comes beyond is refused at once with a {@code
   * ThrottlingException}, so that an overload holds no more threads. For each route that sets none
   * of its own. No limit by default: queues and deadlines bound waiting, and a call is not refused
   * while a target that would answer is free.
   */
  public ForebayBuilder maxConcurrentCalls(int calls) {
    maxConcurrentCalls = positive("maxConcurrentCalls", calls);
    return this;
  }

  /**
   * Receives every decision, on the threads of the calls: it must not block. What it throws is
   * logged once and breaks no call. Several are called one after the other; the program closes each
   * itself.
   */
  public ForebayBuilder listener(JourneyListener hears) {
    listeners.add(Objects.requireNonNull(hears, "hears"));
    return this;
  }

  /**
   * Follows each call, begun on the thread that makes it, and names its trace to the targets. What
   * it throws is logged once and breaks no call. Several follow one after the other.
   */
  public ForebayBuilder tracing(CallTracing follows) {
    tracings.add(Objects.requireNonNull(follows, "follows"));
    return this;
  }

  /** For tests: the environment that values refer to. */
  ForebayBuilder env(Map<String, String> variables) {
    env = variables;
    return this;
  }

  /** For tests: a clock that they drive. */
  ForebayBuilder timers(CallTimers own) {
    timers = own;
    return this;
  }

  /**
   * Builds it. No request is sent; credentials are looked up in the background.
   *
   * @throws IllegalStateException if the configuration has {@code cluster} and {@code
   *     forebay-cluster} is missing
   * @throws dev.forebay.config.ConfigException if the file is refused, with every problem
   * @throws IllegalArgumentException if a setting of the builder is refused, with every problem
   * @throws software.amazon.awssdk.core.exception.SdkClientException if a region is needed and none
   *     is found
   */
  public Forebay build() {
    if ((file != null || read != null) && !routes.isEmpty()) {
      throw new IllegalArgumentException(
          "Forebay.builder(): both config(...) and route(...) are set; set one of them");
    }
    if (file != null && read != null) {
      throw new IllegalArgumentException(
          "Forebay.builder(): config(...) is set twice; set one of them");
    }
    BuiltConfig built = new BuiltConfig();
    Map<String, Integer> limits = new LinkedHashMap<>();
    routes.forEach(
        (modelId, route) -> {
          route.addTo(built);
          if (route.limit() != NO_LIMIT) {
            limits.put(modelId, route.limit());
          }
        });
    GatewayConfig given = file != null ? ConfigFile.load(file, env) : read;
    GatewayConfig config =
        given != null ? redirected(given) : built.isEmpty() ? null : built.read(env);
    return new Forebay(
        config,
        anyModel || config == null
            ? new AnyModel(region, endpoint, credentials(), env).checked()
            : null,
        this.given,
        new ClientCredentials(useOfClients(config)),
        new CallLimits(maxConcurrentCalls, limits),
        new HttpClients(httpClient, asyncHttpClient),
        timers == null ? new SystemTimers() : timers,
        new Watchers(listeners, tracings));
  }

  private ClientCredentials.Use useOfClients(@Nullable GatewayConfig config) {
    if (credentials != null) {
      return ClientCredentials.Use.REPLACED;
    }
    return anyModel || config == null
        ? ClientCredentials.Use.BY_ANY_MODEL
        : ClientCredentials.Use.BY_NONE;
  }

  /** The configuration with the builder's own address and credentials, where these are set. */
  private GatewayConfig redirected(GatewayConfig config) {
    if (endpoint == null && credentials == null) {
      return config;
    }
    Map<String, TargetConfig> targets = new LinkedHashMap<>();
    config.targets().forEach((name, target) -> targets.put(name, redirected(target)));
    return config.calling(targets);
  }

  private TargetConfig redirected(TargetConfig target) {
    TargetConfig by =
        new AnyModel(target.region(), endpoint, credentials(), env)
            .others(new AnyModel.Place(target.region(), endpoint, ClientCredentials.NONE))
            .targets()
            .values()
            .iterator()
            .next();
    return new TargetConfig(
        target.target(),
        target.region(),
        target.model(),
        endpoint == null ? target.endpoint() : by.endpoint(),
        credentials == null ? target.credentials() : by.credentials(),
        target.serviceTier(),
        endpoint == null
            ? target.wire()
            : new WireConfig(
                target.wire().forwardHeaders(), by.wire().proxy(), target.wire().authorities()));
  }

  /** The region of a target that names none. */
  String region() {
    return region == null ? Regions.fromChain() : region;
  }

  @Nullable String endpoint() {
    return endpoint;
  }

  /** As the SDK does: a Bedrock API key in the environment is preferred. */
  String credentials() {
    if (credentials != null) {
      return credentials;
    }
    return env.getOrDefault(API_KEY, "").isEmpty()
        ? DEFAULT_CREDENTIALS
        : "bearer:${" + API_KEY + "}";
  }

  static int positive(String name, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(
          "Forebay.builder(): %s must be positive, not %d".formatted(name, value));
    }
    return value;
  }
}
