package dev.forebay.engine.pipeline;

import dev.forebay.bedrock.ModelPath;
import dev.forebay.config.GatewayConfig;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.SharedAnswers;
import dev.forebay.core.Tenant;
import dev.forebay.core.Ticker;
import dev.forebay.core.event.CallTracing;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.journey.Journeys;
import dev.forebay.engine.Headers;
import dev.forebay.engine.Loop;
import dev.forebay.engine.MemoryBudget;
import dev.forebay.engine.ResponseSink;
import dev.forebay.engine.Scheduler;
import dev.forebay.engine.Transport;
import dev.forebay.engine.call.CallEnvironment;
import dev.forebay.engine.call.CallRegistry;
import dev.forebay.engine.call.ConfigGenerations;
import dev.forebay.engine.call.RoutingSnapshot;
import dev.forebay.engine.http.Refusals;
import dev.forebay.engine.route.LearnedAdaptations;
import dev.forebay.engine.route.RouteTable;
import dev.forebay.engine.upstream.SignedTarget;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes model calls under a configuration, in a program that brings its own loops, transports and
 * sinks. It has no thread of its own.
 *
 * <pre>{@code
 * CallEngine engine = CallEngine.builder(config, transports, scheduler).build();
 * CallRegistry calls = engine.open(loop);              // once for each loop
 * engine.start(calls, request, sink, whenOver);        // on the loop
 * engine.close(calls);                                 // when the loop ends
 * }</pre>
 *
 * <p>A loop may serve a single call: to open and to close one is cheap. What calls share (states of
 * targets, kept answers, credentials, the memory budget) lives here. Thread-safe, but for {@link
 * #start}, which runs on the loop.
 */
public final class CallEngine implements CallEnvironment, AutoCloseable {
  private final Transport.Factory transports;
  private final Scheduler scheduler;
  private final Ticker ticker;
  private final Journeys journeys;
  private final JourneyListener listener;
  private final CallTracing tracing;
  private final MemoryBudget memory;
  private final Consumer<Throwable> onDefect;
  private final LearnedAdaptations adaptations;
  private final CallPipeline pipeline;
  private final ConfigGenerations<RoutingSnapshot> generations;
  private final List<CallRegistry> loops = new CopyOnWriteArrayList<>();

  /** The targets that have not been closed; guarded by itself. */
  private final Set<SignedTarget> open = new HashSet<>();

  private final AtomicInteger calls = new AtomicInteger();
  private volatile boolean draining;

  private CallEngine(Builder from) {
    this.transports = from.transports;
    this.scheduler = from.scheduler;
    this.ticker = from.ticker;
    this.journeys = from.journeys;
    this.listener = from.listener;
    this.tracing = from.tracing;
    this.onDefect = from.onDefect;
    this.memory =
        from.memory == null
            ? new MemoryBudget(from.config.server().maxHeldBytes().orElseGet(MemoryBudget::ofHeap))
            : from.memory;
    this.adaptations = new LearnedAdaptations(ticker);
    this.pipeline = new CallPipeline(ticker);
    RoutingSnapshot first = new RoutingSnapshot(from.config, null, scheduler);
    open.addAll(first.targets());
    this.generations = new ConfigGenerations<>(first, this::closeAllBut);
  }

  /**
   * Begins to build an engine.
   *
   * @param transports opens the transport to a target for a loop
   * @param scheduler has credentials renewed
   */
  public static Builder builder(
      GatewayConfig config, Transport.Factory transports, Scheduler scheduler) {
    return new Builder(config, transports, scheduler);
  }

  /** What an engine is made of. */
  public static final class Builder {
    private final GatewayConfig config;
    private final Transport.Factory transports;
    private final Scheduler scheduler;
    private Ticker ticker = Ticker.system();
    private Journeys journeys = new Journeys();
    private JourneyListener listener = JourneyListener.NONE;
    private CallTracing tracing = CallTracing.NONE;
    private Consumer<Throwable> onDefect = defect -> {};
    private @Nullable MemoryBudget memory;

    private Builder(GatewayConfig config, Transport.Factory transports, Scheduler scheduler) {
      this.config = config;
      this.transports = transports;
      this.scheduler = scheduler;
    }

    /** The clock that loops of this engine have as well; the machine's by default. */
    public Builder ticker(Ticker clock) {
      this.ticker = clock;
      return this;
    }

    /** The states of targets; new ones by default. */
    public Builder journeys(Journeys states) {
      this.journeys = states;
      return this;
    }

    /** Receives the events of every journey, on the loops of calls. */
    public Builder listener(JourneyListener hears) {
      this.listener = hears;
      return this;
    }

    public Builder tracing(CallTracing traces) {
      this.tracing = traces;
      return this;
    }

    /** What calls may hold; by default what the configuration says, or a quarter of the heap. */
    public Builder memory(MemoryBudget budget) {
      this.memory = budget;
      return this;
    }

    /** Receives defects of the engine, which are logged in any case. */
    public Builder onDefect(Consumer<Throwable> hears) {
      this.onDefect = hears;
      return this;
    }

    public CallEngine build() {
      return new CallEngine(this);
    }
  }

  /**
   * A model call.
   *
   * @param headers as the caller sends them, {@code x-forebay-deadline-ms}, {@code
   *     x-forebay-priority} and {@code Idempotency-Key} among them
   * @param body not changed any more
   * @param tenant who calls, for fair queues and kept answers
   */
  // Not compared.
  @SuppressWarnings("ArrayRecordComponent")
  public record Request(ModelPath path, Headers headers, byte[] body, Tenant tenant) {}

  /** What belongs to one more loop; {@link #close(CallRegistry)} ends it. From any thread. */
  public CallRegistry open(Loop loop) {
    CallRegistry registry = new CallRegistry(loop, this);
    loops.add(registry);
    return registry;
  }

  /** A loop ends, without calls in progress: closes its transports. On the loop. */
  public void close(CallRegistry registry) {
    loops.remove(registry);
    registry.closeAll();
  }

  /**
   * Makes a call, on the loop. The sink gets its answer, or the error that it ends with; a request
   * that cannot be made (no route, malformed, no room, draining) is an error too.
   *
   * @param whenOver runs once, when the last byte is out or the caller has left, or when this
   *     method throws by a defect
   */
  public void start(CallRegistry on, Request request, ResponseSink sink, Runnable whenOver) {
    long arrived = on.loop().nanos();
    calls.incrementAndGet();
    RoutingSnapshot snapshot = generations.enter();
    Runnable over =
        new RunOnce(
            () -> {
              callEnded(snapshot);
              whenOver.run();
            });
    ErrorInfo refused;
    try {
      refused = tryStart(on, snapshot, request, sink, arrived, over);
    } catch (RuntimeException | Error e) {
      onDefect.accept(e);
      over.run();
      throw e;
    }
    if (refused != null) {
      sink.whole(Refusals.reply(refused, Duration.ZERO), null, over);
    }
  }

  private @Nullable ErrorInfo tryStart(
      CallRegistry on,
      RoutingSnapshot snapshot,
      Request request,
      ResponseSink sink,
      long arrived,
      Runnable over) {
    if (draining) {
      return Refusals.DRAINING;
    }
    ModelPath path = request.path();
    Optional<RouteTable.Entry> route = snapshot.routes().find(path);
    if (route.isEmpty()) {
      return snapshot.routes().noRoute(path.modelId());
    }
    return switch (CallReader.read(
        path, request.headers(), request.body(), route.get(), adaptations)) {
      case CallReader.Malformed malformed -> malformed.error();
      case CallReader.Read read ->
          pipeline.start(on, snapshot, route.get(), read, request.tenant(), sink, arrived, over);
    };
  }

  /** From now on routes that opted in share answers with other processes. */
  public void share(SharedAnswers answers) {
    pipeline.share(answers);
  }

  /** The configuration in force. */
  public RoutingSnapshot snapshot() {
    return generations.current();
  }

  /**
   * Makes new calls under another configuration, once its targets have asked for their credentials.
   * Calls in progress end under theirs.
   *
   * @param done runs when it is in force, on any thread
   */
  public void reload(GatewayConfig config, Runnable done) {
    RoutingSnapshot next = new RoutingSnapshot(config, snapshot(), scheduler);
    synchronized (open) {
      open.addAll(next.targets());
    }
    next.whenReady(
        () -> {
          long now = ticker.nanos();
          next.targets().forEach(to -> journeys.targets().requota(to.config().target(), now));
          generations.replace(next);
          done.run();
        });
  }

  private void closeAllBut(Set<SignedTarget> needed) {
    synchronized (open) {
      open.stream().filter(one -> !needed.contains(one)).forEach(one -> one.signer().close());
      open.retainAll(needed);
    }
    loops.forEach(on -> on.closeAllBut(needed));
  }

  /** Calls in progress. */
  public int calls() {
    return calls.get();
  }

  /** Takes no new calls from now on. */
  public void drain() {
    draining = true;
  }

  /** Ends all calls in progress with an error, and closes what calls shared. */
  @Override
  public void close() {
    draining = true;
    loops.forEach(on -> on.stopAll(on::closeAll));
    synchronized (open) {
      open.forEach(one -> one.signer().close());
      open.clear();
    }
  }

  @Override
  public Journeys journeys() {
    return journeys;
  }

  @Override
  public JourneyListener listener() {
    return listener;
  }

  @Override
  public CallTracing tracing() {
    return tracing;
  }

  @Override
  public MemoryBudget memory() {
    return memory;
  }

  @Override
  public Transport.Factory transports() {
    return transports;
  }

  @Override
  public boolean draining() {
    return draining;
  }

  @Override
  public void callBeginsLike(RoutingSnapshot inProgress) {
    calls.incrementAndGet();
    inProgress.enter();
  }

  @Override
  public void callEnded(RoutingSnapshot snapshot) {
    calls.decrementAndGet();
    generations.leave(snapshot);
  }

  @Override
  public void defect(Throwable cause) {
    onDefect.accept(cause);
  }
}
