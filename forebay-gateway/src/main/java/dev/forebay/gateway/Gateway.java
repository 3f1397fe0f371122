package dev.forebay.gateway;

import dev.forebay.bedrock.ModelPath;
import dev.forebay.config.GatewayConfig;
import dev.forebay.core.FleetReading;
import dev.forebay.core.Route;
import dev.forebay.core.SharedAnswers;
import dev.forebay.core.Ticker;
import dev.forebay.core.Timeouts;
import dev.forebay.core.event.CallTracing;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.journey.Journeys;
import dev.forebay.engine.MemoryBudget;
import dev.forebay.engine.http.Refusals;
import dev.forebay.gateway.admin.MetricsPage;
import dev.forebay.gateway.call.GatewayRuntime;
import dev.forebay.gateway.call.LoopCalls;
import dev.forebay.gateway.http.ErrorResponses;
import dev.forebay.gateway.http.KeepAlive;
import dev.forebay.gateway.http.LateFlush;
import dev.forebay.gateway.http.MalformedRequests;
import dev.forebay.gateway.http.StrictRequestDecoder;
import dev.forebay.gateway.http.Tls;
import dev.forebay.gateway.jobs.QueueFigures;
import dev.forebay.gateway.jobs.StoredCalls;
import dev.forebay.gateway.live.CallerHabits;
import dev.forebay.gateway.loop.HeldMemory;
import dev.forebay.gateway.loop.OutOfMemoryExit;
import dev.forebay.jobs.JobStore;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Timer;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator.SplittableGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gateway. HTTP/1.1 and HTTP/2 on one port, distinguished by prior knowledge in plaintext
 * and by ALPN over TLS; one event loop per core.
 */
public final class Gateway {
  private static final Logger log = LoggerFactory.getLogger(Gateway.class);

  private static final Duration FLUSH = Duration.ofSeconds(2);
  private static final Duration JOBS = Duration.ofSeconds(5);
  private static final Duration LEAST_IDLE = Duration.ofMinutes(5);
  private static final Duration IDLE_BEYOND_LIMITS = Duration.ofSeconds(15);

  /** Enough for one SDK client, which opens the next connection beyond it. */
  private static final long MAX_H2_STREAMS = 1_000;

  /**
   * Callers that cancel streams do so by resets, hundreds at a time when a page of theirs is
   * closed; each is cheap here, since it ends a call. In half a minute, per connection.
   */
  private static final int MAX_H2_RESETS = 10_000;

  private static final AtomicInteger FREE_PORTS = new AtomicInteger();

  private final Vertx vertx;
  private final Parts parts;
  private final GatewayRuntime runtime;
  private final String deploymentId;
  private final int port;
  private @Nullable Future<Void> closed;

  private Gateway(Vertx vertx, Parts parts, String deploymentId, int port) {
    this.vertx = vertx;
    this.parts = parts;
    this.runtime = parts.runtime();
    this.deploymentId = deploymentId;
    this.port = port;
  }

  /**
   * What a gateway takes from outside.
   *
   * @param journeys what is known of targets
   * @param listener receives the events of every journey, on event loops
   * @param tracing follows each journey by itself, on event loops
   * @param metricsPage what {@code /metrics} shows
   * @param random the source of all jitter
   */
  public record Surroundings(
      Journeys journeys,
      JourneyListener listener,
      CallTracing tracing,
      MetricsPage metricsPage,
      Ticker ticker,
      SplittableGenerator random) {}

  /** Starts listening, without a queue; fails if the address cannot be bound. */
  public static Future<Gateway> start(
      GatewayConfig config, Surroundings surroundings, Vertx vertx) {
    return start(config, surroundings, Optional.empty(), vertx);
  }

  /**
   * Starts listening; fails if the address cannot be bound.
   *
   * @param store keeps the calls that are answered later; not closed by the gateway
   */
  public static Future<Gateway> start(
      GatewayConfig config, Surroundings surroundings, Optional<JobStore> store, Vertx vertx) {
    Parts parts = Parts.of(config, surroundings, store, vertx);
    GatewayRuntime runtime = parts.runtime();
    int port = sharedPort(config.server().port());
    AtomicInteger actualPort = new AtomicInteger();
    SplittableGenerator random = surroundings.random();
    return vertx
        .deployVerticle(
            () -> {
              synchronized (random) {
                return new Listener(parts, surroundings, random.split(), port, actualPort);
              }
            },
            new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors()))
        .compose(
            id ->
                runtime
                    .connectionLimiter()
                    .takePlace(vertx, config.server(), actualPort.get())
                    .map(id))
        .map(
            id -> {
              parts.start();
              return new Gateway(vertx, parts, id, actualPort.get());
            })
        .onFailure(failed -> parts.close());
  }

  /**
   * Any free port, but the same one for all event loops of this gateway: servers which listen on
   * the same negative port share a free one, so each gateway needs a negative number of its own.
   */
  private static int sharedPort(int port) {
    return port == 0 ? -FREE_PORTS.incrementAndGet() : port;
  }

  /** What is in the queue; empty where there is none. */
  public Optional<QueueFigures> queue() {
    return Optional.ofNullable(parts.jobService())
        .map(jobService -> jobService.workers().figures());
  }

  /** Shows the fleet in {@code /api/status} from now on. */
  public void watch(Supplier<FleetReading> fleet) {
    runtime.watch(fleet);
  }

  /** From now on routes that opted in share answers with other gateways. */
  public void share(SharedAnswers answers) {
    parts.pipeline().share(answers);
  }

  /** Callers with too short timeouts or retries of their own. */
  public CallerHabits callers() {
    return runtime.live().callers();
  }

  /** What makes calls that were stored, by this gateway's journeys. */
  public StoredCalls storedCalls() {
    return new StoredCalls(runtime);
  }

  /** The name of the route that takes calls of that path, if there is one. */
  public Optional<String> routeOf(ModelPath path) {
    return runtime.snapshot().routes().find(path).map(found -> found.route().name());
  }

  /** What is held in memory for calls. */
  public HeldMemory memory() {
    MemoryBudget memory = runtime.memory();
    return new HeldMemory(memory.held(), memory.limit(), memory.refused(), runtime.idleCallers());
  }

  /** How many calls were refused because they could not be begun within half of their deadline. */
  public long busyRefusals() {
    return runtime.busy();
  }

  /** The port that it listens on. */
  public int port() {
    return port;
  }

  /**
   * Makes new calls under another configuration; those under way end under theirs. What is known of
   * targets and keys of the same name stays. New connections see the configuration's certificate,
   * if it has one and TLS was on at the start. All else outside of targets, routes and keys stays
   * as it is. Fails, and changes nothing, if the certificate cannot be used.
   *
   * @param untilRestart the keys whose new values take effect at the next start only
   */
  public Future<Void> reload(GatewayConfig config, List<String> untilRestart) {
    return runtime.reload(config, untilRestart);
  }

  /** Shows that the configuration in force is not the one that the file has now. */
  public void reloadRefused(List<String> problems) {
    runtime.reloadRefused(problems);
  }

  /**
   * Takes no new calls, waits for those under way, at most so long, ends the others with an error
   * that their callers understand, and closes. Jobs under way may end for a few seconds, and then
   * go back to their queue.
   *
   * @return whether all of them ended by themselves
   */
  public Future<Boolean> drain(Duration atMost) {
    Future<Void> jobs = parts.drainJobs(atMost.compareTo(JOBS) < 0 ? atMost : JOBS);
    Future<Void> ended = Future.all(runtime.drain(), jobs).mapEmpty();
    Timer timeUp = vertx.timer(atMost.toMillis(), TimeUnit.MILLISECONDS);
    return Future.any(ended, timeUp)
        .compose(
            any -> {
              timeUp.cancel();
              boolean all = ended.isComplete();
              return (all ? ended : stopCalls()).transform(done -> close()).map(all);
            });
  }

  /** A caller that does not take its error in this time has gone. */
  private Future<Void> stopCalls() {
    Timer flushed = vertx.timer(FLUSH.toMillis(), TimeUnit.MILLISECONDS);
    return Future.any(runtime.stopCalls(), flushed).mapEmpty();
  }

  /** Closes at once. Closing again changes nothing. */
  public synchronized Future<Void> close() {
    if (closed == null) {
      parts.close();
      Timer givenBack = vertx.timer(FLUSH.toMillis(), TimeUnit.MILLISECONDS);
      closed =
          Future.any(parts.drainJobs(Duration.ZERO), givenBack)
              .transform(done -> vertx.undeploy(deploymentId));
    }
    return closed;
  }

  /** One event loop's server. All listen on one port, and connections are spread over them. */
  private static final class Listener extends VerticleBase {
    private final Parts parts;
    private final GatewayRuntime runtime;
    private final Surroundings surroundings;
    private final SplittableGenerator random;
    private final int port;
    private final AtomicInteger actualPort;

    Listener(
        Parts parts,
        Surroundings surroundings,
        SplittableGenerator random,
        int port,
        AtomicInteger actualPort) {
      this.parts = parts;
      this.runtime = parts.runtime();
      this.surroundings = surroundings;
      this.random = random;
      this.port = port;
      this.actualPort = actualPort;
    }

    @Override
    public Future<?> start() {
      context.exceptionHandler(Listener::unexpected);
      LoopCalls on = runtime.register(context, random);
      on.calls().prepare(runtime.snapshot());
      Ingress ingress = new Ingress(on, parts, surroundings.metricsPage());
      HttpServer server =
          vertx
              .createHttpServer(options())
              .connectionHandler(
                  connection -> {
                    runtime.connectionLimiter().meet(connection);
                    StrictRequestDecoder.into(connection);
                    LateFlush.into(connection);
                  })
              .invalidRequestHandler(MalformedRequests::answer)
              .requestHandler(
                  request -> {
                    HttpConnection connection = request.connection();
                    runtime.connectionLimiter().requestBegins(connection);
                    request
                        .response()
                        .endHandler(ended -> runtime.connectionLimiter().requestEnds(connection));
                    handle(ingress, request);
                  });
      runtime.add(server);
      return server
          .listen(port, runtime.snapshot().config().server().host())
          .onSuccess(listening -> actualPort.set(listening.actualPort()));
    }

    private static void handle(Ingress ingress, HttpServerRequest request) {
      try {
        if (request.version() == null) {
          MalformedRequests.refuseVersion(request);
        } else {
          ingress.handle(request);
        }
      } catch (RuntimeException | Error e) {
        unexpected(e);
        if (!request.response().headWritten()) {
          ErrorResponses.send(request.response(), Refusals.DEFECT);
        }
      }
    }

    private static void unexpected(Throwable thrown) {
      OutOfMemoryExit.check(thrown);
      log.error("Something failed by a defect of Forebay", thrown);
    }

    private HttpServerOptions options() {
      HttpServerOptions plain = plainOptions();
      return runtime
          .snapshot()
          .config()
          .server()
          .tls()
          .map(tls -> Tls.configure(plain, tls))
          .orElse(plain);
    }

    private HttpServerOptions plainOptions() {
      return KeepAlive.on(new HttpServerOptions())
          .setTcpNoDelay(true)
          .setPerFrameWebSocketCompressionSupported(false)
          .setPerMessageWebSocketCompressionSupported(false)
          .setMaxInitialLineLength(MalformedRequests.MAX_LINE_BYTES)
          .setMaxHeaderSize(MalformedRequests.MAX_HEADER_BYTES)
          .setInitialSettings(
              new Http2Settings()
                  .setMaxConcurrentStreams(MAX_H2_STREAMS)
                  .setMaxHeaderListSize(MalformedRequests.MAX_HEADER_BYTES))
          .setHttp2RstFloodMaxRstFramePerWindow(MAX_H2_RESETS)
          .setIdleTimeout(idleSeconds());
    }

    /**
     * A connection may be silent for as long as a call may wait and its whole answer take, and a
     * little longer, so that a call always ends by its own limits first. It cannot change while the
     * gateway listens, so it has room for limits that a reload brings.
     */
    private int idleSeconds() {
      Duration deadline =
          runtime.snapshot().config().routes().values().stream()
              .map(route -> route.route().deadline())
              .max(Comparator.naturalOrder())
              .orElse(Route.DEFAULT_DEADLINE);
      Duration total =
          runtime.snapshot().config().targets().values().stream()
              .map(target -> target.target().timeouts().total())
              .max(Comparator.naturalOrder())
              .orElse(Timeouts.DEFAULTS.total());
      Duration longest = deadline.plus(total);
      Duration allowed = longest.compareTo(LEAST_IDLE) < 0 ? LEAST_IDLE : longest;
      return Math.toIntExact(allowed.plus(IDLE_BEYOND_LIMITS).toSeconds());
    }
  }
}
