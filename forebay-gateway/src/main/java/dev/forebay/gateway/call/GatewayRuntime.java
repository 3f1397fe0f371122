package dev.forebay.gateway.call;

import dev.forebay.config.GatewayConfig;
import dev.forebay.core.FleetReading;
import dev.forebay.core.Ticker;
import dev.forebay.core.event.CallTracing;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.journey.Journeys;
import dev.forebay.engine.MemoryBudget;
import dev.forebay.engine.Scheduler;
import dev.forebay.engine.Transport;
import dev.forebay.engine.WallClock;
import dev.forebay.engine.call.CallEnvironment;
import dev.forebay.engine.call.CallRegistry;
import dev.forebay.engine.call.ConfigGenerations;
import dev.forebay.engine.call.RoutingSnapshot;
import dev.forebay.engine.route.LearnedAdaptations;
import dev.forebay.engine.upstream.ConnectionLog;
import dev.forebay.engine.upstream.SignedTarget;
import dev.forebay.gateway.config.ConfigSnapshot;
import dev.forebay.gateway.config.ReloadStatus;
import dev.forebay.gateway.http.ConnectionLimiter;
import dev.forebay.gateway.http.Tls;
import dev.forebay.gateway.live.GatewayReading;
import dev.forebay.gateway.live.LiveView;
import dev.forebay.gateway.loop.EventLoop;
import dev.forebay.gateway.loop.OutOfMemoryExit;
import dev.forebay.gateway.loop.VertxScheduler;
import dev.forebay.gateway.upstream.VertxTransport;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Timer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What all event loops of a gateway share. Thread-safe. */
public final class GatewayRuntime implements CallEnvironment {
  /** How long a new configuration waits for a slow provider of credentials. */
  private static final Duration CREDENTIALS = Duration.ofSeconds(10);

  /** What alarms are about. */
  private static final Duration RECENT = Duration.ofMinutes(1);

  private final Vertx vertx;
  private final Scheduler scheduler;
  private final ConfigGenerations<ConfigSnapshot> generations;
  private final boolean tls;

  /** The targets that have not been closed; guarded by itself. */
  private final Set<SignedTarget> open = new HashSet<>();

  private final Journeys journeys;
  private final JourneyListener listener;
  private final CallTracing tracing;
  private final Ticker ticker;
  private final MemoryBudget memory;
  private final LongAdder idleCallers = new LongAdder();
  private final LongAdder busy = new LongAdder();
  private final ConnectionLimiter connectionLimiter;
  private final LearnedAdaptations adaptations;
  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
  private final LiveView live;
  private final List<LoopCalls> loops = new CopyOnWriteArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();
  private final AtomicInteger calls = new AtomicInteger();
  private final Promise<Void> drained = Promise.promise();
  private volatile ReloadStatus configNews = ReloadStatus.atStart(WallClock.now());
  private volatile boolean draining;
  private volatile QueueLink queue = QueueLink.NONE;
  private volatile @Nullable Supplier<FleetReading> fleet;

  public GatewayRuntime(
      GatewayConfig config,
      Journeys journeys,
      JourneyListener listener,
      CallTracing tracing,
      Ticker ticker,
      Vertx vertx) {
    this.vertx = vertx;
    this.scheduler = new VertxScheduler(vertx);
    this.memory = new MemoryBudget(config.server().maxHeldBytes().orElseGet(MemoryBudget::ofHeap));
    this.tls = config.server().tls().isPresent();
    this.journeys = journeys;
    this.listener = listener;
    this.tracing = tracing;
    this.ticker = ticker;
    // Clients keep connections by real time, however fast the gateway's own clock runs.
    this.connectionLimiter =
        new ConnectionLimiter(Ticker.system(), ConnectionLimiter.MAX_CONNECTIONS);
    this.adaptations = new LearnedAdaptations(ticker);
    ConfigSnapshot first = ConfigSnapshot.first(config, scheduler, ticker.nanos());
    open.addAll(first.targets());
    this.generations = new ConfigGenerations<>(first, this::closeAllBut);
    this.live =
        new LiveView(() -> snapshot().config(), journeys, ticker, WallClock::now, this::reading);
  }

  /** The configuration in force. */
  public ConfigSnapshot snapshot() {
    return generations.current();
  }

  public ReloadStatus configNews() {
    return configNews;
  }

  /** The file says something that cannot be in force. */
  public void reloadRefused(List<String> problems) {
    configNews = configNews.refused(problems);
  }

  /**
   * Makes new calls under another configuration, as soon as its targets have had their credentials,
   * or have failed to get them.
   */
  public Future<Void> reload(GatewayConfig config, List<String> untilRestart) {
    Future<Void> identity = tls ? Tls.update(servers, config) : Future.succeededFuture();
    return identity.compose(shown -> replaceSetup(config, untilRestart));
  }

  private Future<Void> replaceSetup(GatewayConfig config, List<String> untilRestart) {
    ConfigSnapshot next = snapshot().next(config, scheduler, ticker.nanos());
    synchronized (open) {
      open.addAll(next.targets());
    }
    Timer patience = vertx.timer(CREDENTIALS.toMillis(), TimeUnit.MILLISECONDS);
    Promise<Void> ready = Promise.promise();
    next.whenReady(ready::complete);
    return Future.any(ready.future(), patience)
        .transform(
            any -> {
              patience.cancel();
              long now = ticker.nanos();
              next.targets().forEach(to -> journeys.targets().requota(to.config().target(), now));
              generations.replace(next);
              queue.follow(config);
              configNews = configNews.reloaded(untilRestart, WallClock.now());
              return Future.succeededFuture();
            });
  }

  private void closeAllBut(Set<SignedTarget> needed) {
    synchronized (open) {
      open.stream().filter(signed -> !needed.contains(signed)).forEach(a -> a.signer().close());
      open.retainAll(needed);
    }
    loops.forEach(on -> on.calls().closeAllBut(needed));
  }

  @Override
  public Journeys journeys() {
    return journeys;
  }

  @Override
  public JourneyListener listener() {
    return listener.and(live.watch());
  }

  /** The listener of calls that are no calls of models, which the live view does not show. */
  public JourneyListener passThroughListener() {
    return listener;
  }

  @Override
  public CallTracing tracing() {
    return tracing;
  }

  public Ticker ticker() {
    return ticker;
  }

  @Override
  public MemoryBudget memory() {
    return memory;
  }

  /** What models turned out to lack. */
  public LearnedAdaptations adaptations() {
    return adaptations;
  }

  /** The queue as it was seen last. */
  private GatewayReading reading() {
    ReloadStatus news = configNews;
    return new GatewayReading(
        queue.reading(), calls(), news.refused(), news.afterRestart(), connectionErrors());
  }

  private Map<String, String> connectionErrors() {
    ConfigSnapshot now = snapshot();
    Instant since = WallClock.now().minus(RECENT);
    Map<String, String> errors = new HashMap<>();
    now.config()
        .targets()
        .forEach(
            (name, target) -> {
              ConnectionLog.Failure last = now.signedTarget(target.target()).connections().last();
              if (last != null && last.at().isAfter(since)) {
                errors.put(name, last.message());
              }
            });
    return errors;
  }

  /** Shows the fleet from now on. */
  public void watch(Supplier<FleetReading> reading) {
    fleet = reading;
  }

  /** What is known of the fleet; null where there is none. */
  public @Nullable FleetReading fleet() {
    Supplier<FleetReading> reading = fleet;
    return reading == null ? null : reading.get();
  }

  /** The durable queue is there. */
  public void open(QueueLink link) {
    queue = link;
  }

  /** How many callers were disconnected because they took nothing of their answers. */
  public long idleCallers() {
    return idleCallers.sum();
  }

  /** A call was refused because it could not be begun within half of its deadline. */
  public void refusedBusy() {
    busy.increment();
  }

  /** How many calls were refused because they could not be begun in time. */
  public long busy() {
    return busy.sum();
  }

  /** Limits connections at the listening socket. */
  public ConnectionLimiter connectionLimiter() {
    return connectionLimiter;
  }

  public void add(HttpServer server) {
    servers.add(server);
  }

  public LiveView live() {
    return live;
  }

  /** What belongs to one more event loop. */
  public LoopCalls register(Context context, RandomGenerator random) {
    EventLoop loop = new EventLoop(vertx, context, ticker, random, memory, idleCallers);
    LoopCalls on = new LoopCalls(loop, new CallRegistry(loop, this));
    loops.add(on);
    return on;
  }

  @Override
  public Transport.Factory transports() {
    return (target, loop) -> new VertxTransport(target, vertx);
  }

  @Override
  public void defect(Throwable cause) {
    OutOfMemoryExit.check(cause);
  }

  /** The loops in turn, for work that came by none of them. */
  public LoopCalls nextLoop() {
    return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
  }

  /** Ends all calls under way with an error. */
  public Future<Void> stopCalls() {
    return Future.join(
            loops.stream()
                .map(
                    on -> {
                      Promise<Void> stopped = Promise.promise();
                      on.calls().stopAll(stopped::complete);
                      return stopped.future();
                    })
                .toList())
        .mapEmpty();
  }

  /** Keeps what calls of the configuration in force need, until {@link #leave}. */
  public ConfigSnapshot enter() {
    return generations.enter();
  }

  public void leave(ConfigSnapshot snapshot) {
    generations.leave(snapshot);
  }

  /**
   * Counts a call in, until {@link #callEnded}. If the gateway is {@link #draining} after that, the
   * call is to be refused.
   *
   * @return the configuration that it is made under
   */
  public ConfigSnapshot callBegins() {
    calls.incrementAndGet();
    return generations.enter();
  }

  @Override
  public void callBeginsLike(RoutingSnapshot inProgress) {
    calls.incrementAndGet();
    inProgress.enter();
  }

  @Override
  public void callEnded(RoutingSnapshot snapshot) {
    generations.leave(snapshot);
    if (calls.decrementAndGet() == 0 && draining) {
      drained.tryComplete();
    }
  }

  /** Calls under way. */
  public int calls() {
    return calls.get();
  }

  @Override
  public boolean draining() {
    return draining;
  }

  /** Takes no new calls; completes when those under way have ended. */
  public Future<Void> drain() {
    draining = true;
    if (calls.get() == 0) {
      drained.tryComplete();
    }
    return drained.future();
  }

  public void close() {
    synchronized (open) {
      open.forEach(signed -> signed.signer().close());
      open.clear();
    }
  }
}
