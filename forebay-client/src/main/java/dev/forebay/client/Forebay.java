package dev.forebay.client;

import dev.forebay.config.GatewayConfig;
import dev.forebay.core.FleetReading;
import dev.forebay.core.admission.TargetLoad;
import dev.forebay.core.health.Breaker;
import dev.forebay.engine.credentials.GivenCredentials;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClientBuilder;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClientBuilder;

/**
 * Keeps a program answering while Amazon Bedrock throttles, slows or fails: retries, fallbacks over
 * regions and models, circuit breakers, quotas, a cache and degraded answers, under the AWS SDK's
 * own clients of Bedrock Runtime.
 *
 * <pre>{@code
 * try (Forebay forebay = Forebay.create()) {
 *   BedrockRuntimeClient bedrock = forebay.bedrockRuntime();
 *   bedrock.converse(...);                                  // as always
 * }
 * }</pre>
 *
 * <p>The clients are the SDK's: every operation, paginator, interceptor, typed exception and metric
 * publisher works. Forebay is the HTTP client under them. It signs for each target and makes the
 * attempts by the SDK's own HTTP clients. What it learns of targets is kept as long as it lives, so
 * a program has one. Thread-safe.
 */
public final class Forebay implements AutoCloseable {
  /** As long as the gateway takes to drain. */
  private static final Duration DRAIN = Duration.ofSeconds(30);

  private final Library library;
  private final ForebayPlugin plugin;
  private final ForebayHttpClient blocking;
  private final ForebayAsyncHttpClient async;

  Forebay(
      @Nullable GatewayConfig config,
      @Nullable AnyModel anyModel,
      @Nullable GivenCredentials given,
      ClientCredentials ofClients,
      CallLimits limits,
      HttpClients clients,
      CallTimers timers,
      Watchers watchers) {
    library = new Library(config, anyModel, given, ofClients, limits, clients, timers, watchers);
    plugin = new ForebayPlugin(library.longestDeadline(), ofClients);
    blocking = new ForebayHttpClient(library);
    async = new ForebayAsyncHttpClient(library);
  }

  /**
   * Without a configuration: each model id that is asked for is a route of its own, in the region,
   * at the endpoint and with the credentials of the client that asks, with retries, circuit
   * breaker, learned rate and a deadline of 60 s.
   */
  public static Forebay create() {
    return builder().build();
  }

  /**
   * By a file in the gateway's form, see {@link ForebayBuilder#config}.
   *
   * @throws dev.forebay.config.ConfigException if the file is refused, with every problem
   */
  public static Forebay fromConfig(Path yaml) {
    return builder().config(yaml).build();
  }

  /** By settings. */
  public static ForebayBuilder builder() {
    return new ForebayBuilder();
  }

  /** What one call asks of Forebay: a deadline, a priority, an idempotency key. */
  public static CallOptions request() {
    return CallOptions.NONE;
  }

  /**
   * The deadline of a call in AWS Lambda: the function's remaining time, less half a second for
   * what it does after the answer.
   *
   * @param remainingMillis {@code context::getRemainingTimeInMillis}
   */
  public static CallOptions lambda(IntSupplier remainingMillis) {
    return lambda(remainingMillis, CallOptions.LAMBDA_MARGIN);
  }

  /**
   * The same with another margin.
   *
   * @param margin what the function needs after the answer
   */
  public static CallOptions lambda(IntSupplier remainingMillis, Duration margin) {
    return CallOptions.lambda(
        Objects.requireNonNull(remainingMillis, "remainingMillis"),
        Objects.requireNonNull(margin, "margin"));
  }

  /**
   * A blocking client with Forebay under it, in the region of {@code AWS_REGION} or the profile;
   * for another one attach a builder of your own. The program closes it.
   */
  public BedrockRuntimeClient bedrockRuntime() {
    return bedrockRuntime(builder -> {});
  }

  /**
   * The same with further settings.
   *
   * @param settings changes the builder before Forebay is put under the client, see {@link #attach}
   */
  public BedrockRuntimeClient bedrockRuntime(Consumer<BedrockRuntimeClientBuilder> settings) {
    BedrockRuntimeClientBuilder builder = BedrockRuntimeClient.builder().region(region());
    Objects.requireNonNull(settings, "settings").accept(builder);
    return attach(builder).build();
  }

  /** An asynchronous client with Forebay under it, likewise. */
  public BedrockRuntimeAsyncClient bedrockRuntimeAsync() {
    return bedrockRuntimeAsync(builder -> {});
  }

  /** The same with further settings. */
  public BedrockRuntimeAsyncClient bedrockRuntimeAsync(
      Consumer<BedrockRuntimeAsyncClientBuilder> settings) {
    BedrockRuntimeAsyncClientBuilder builder = BedrockRuntimeAsyncClient.builder().region(region());
    Objects.requireNonNull(settings, "settings").accept(builder);
    return attach(builder).build();
  }

  /**
   * Puts Forebay under the client that the builder will build. What else is set stays:
   * interceptors, metric publishers, region. Its HTTP client, signing and retries are replaced, and
   * call timeouts shorter than the longest deadline of a route are dropped, with a line in the log.
   * Models that no configuration names are called at the client's own endpoint, whether by {@code
   * endpointOverride}, {@code AWS_ENDPOINT_URL_BEDROCK_RUNTIME} or FIPS, unless {@link
   * ForebayBuilder#endpoint} sets another, and with its own credentials or token, unless {@link
   * ForebayBuilder#credentials(String)} sets others. Configured targets have endpoints and
   * credentials of their own; a client with others is named in the log once. Those of a single
   * request have no effect.
   *
   * @return the same builder
   */
  public BedrockRuntimeClientBuilder attach(BedrockRuntimeClientBuilder builder) {
    return Objects.requireNonNull(builder, "builder").httpClient(blocking).addPlugin(plugin);
  }

  /** The same for an asynchronous client. */
  public BedrockRuntimeAsyncClientBuilder attach(BedrockRuntimeAsyncClientBuilder builder) {
    return Objects.requireNonNull(builder, "builder").httpClient(async).addPlugin(plugin);
  }

  /** What {@link #attach} puts under a client, for those that are built in other ways. */
  public SdkHttpClient httpClient() {
    return blocking;
  }

  /** The same for asynchronous clients. */
  public SdkAsyncHttpClient asyncHttpClient() {
    return async;
  }

  /**
   * Does any work under a route's policies: the work is tried on the route's targets, with the same
   * retries, fallbacks, circuit breakers, quotas and deadline as calls of Bedrock, and they learn
   * from each other. Runs on the calling thread. An attempt that takes too long is interrupted:
   * work that does not react to that holds its caller beyond the deadline.
   *
   * @param route its name: the model id that it is for
   * @throws E what the work threw, if that is what the call ends with
   * @throws software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException of the
   *     matching kind if the policies refuse: {@code ThrottlingException} for 429, {@code
   *     ServiceUnavailableException} for 503, {@code ResourceNotFoundException} for no such route
   * @throws software.amazon.awssdk.core.exception.AbortedException if the thread was interrupted
   */
  public <T, E extends Exception> T call(String route, Work<T, E> work) throws E {
    return call(route, CallOptions.NONE, work);
  }

  /** The same with a deadline or a priority of its own. */
  public <T, E extends Exception> T call(String route, CallOptions options, Work<T, E> work)
      throws E {
    return library.call(
        Objects.requireNonNull(route, "route"),
        Objects.requireNonNull(options, "options"),
        Objects.requireNonNull(work, "work"));
  }

  /**
   * Does any work under a route's policies, by futures. Each attempt begins on the common pool.
   * Fails with what {@link #call} throws; to cancel the future cancels the work.
   */
  public <T> CompletableFuture<T> callAsync(String route, AsyncWork<T> work) {
    return callAsync(route, CallOptions.NONE, work);
  }

  /** The same with a deadline or a priority of its own. */
  public <T> CompletableFuture<T> callAsync(String route, CallOptions options, AsyncWork<T> work) {
    return library.callAsync(
        Objects.requireNonNull(route, "route"),
        Objects.requireNonNull(options, "options"),
        Objects.requireNonNull(work, "work"));
  }

  private Region region() {
    return Region.of(library.regionForClients());
  }

  /** How many calls are under way. */
  public int callsUnderWay() {
    return library.callsUnderWay();
  }

  /**
   * How each route's targets are now, for health checks and pages of status. No request is sent.
   * Without a configuration the routes are those of the models that were asked for so far.
   */
  public List<RouteHealth> health() {
    return library.health();
  }

  /**
   * How the circuit breaker of a target stands now; closed for one that was never asked.
   *
   * @param target its name, as events and {@link Answered#target} have it
   */
  public Breaker.Position breaker(String target) {
    return library.breaker(Objects.requireNonNull(target, "target"));
  }

  /**
   * What this program knows of those with which it shares quotas; empty if the configuration has no
   * {@code cluster}. No request is sent.
   */
  public Optional<FleetReading> cluster() {
    return library.cluster();
  }

  /** For tests: what is held of requests and answers. */
  long bytesHeld() {
    return library.bytesHeld();
  }

  /** For tests: what a target holds; null if it was never asked. */
  @Nullable TargetLoad load(String target) {
    return library.load(target);
  }

  /** For tests: threads that wait for their calls. */
  int readersWaiting() {
    return library.interrupts().waiting();
  }

  /**
   * Takes no new calls, waits until those under way have ended, for 30 s at most, ends the rest
   * with an error, and closes the connections. Later calls are refused.
   */
  @Override
  public void close() {
    close(DRAIN);
  }

  /** The same with another patience. */
  public void close(Duration patience) {
    library.close(Objects.requireNonNull(patience, "patience"));
  }
}
