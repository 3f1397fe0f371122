package dev.forebay.client;

import dev.forebay.bedrock.ModelPath;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.RouteConfig;
import dev.forebay.config.TargetConfig;
import dev.forebay.core.Call;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.FleetReading;
import dev.forebay.core.Seam;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.Tenant;
import dev.forebay.core.Tier;
import dev.forebay.core.admission.TargetLoad;
import dev.forebay.core.event.CallOrigin;
import dev.forebay.core.event.CallTrace;
import dev.forebay.core.event.TargetLocation;
import dev.forebay.core.health.Breaker;
import dev.forebay.core.journey.Journey;
import dev.forebay.core.journey.Journeys;
import dev.forebay.core.targets.TargetState;
import dev.forebay.engine.ResponseSink;
import dev.forebay.engine.Transport;
import dev.forebay.engine.credentials.GivenCredentials;
import dev.forebay.engine.http.Refusals;
import dev.forebay.engine.passthrough.PassThroughOperation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the calls of a program share. Thread-safe. */
final class Library implements CallStarter {
  private static final Logger log = LoggerFactory.getLogger(Library.class);
  private static final Transport.Factory NO_TRANSPORT =
      (target, loop) -> {
        throw new IllegalStateException("work has its own clients");
      };

  private final Routing routing;
  private final ModelCalls models;
  private final PassThroughCalls passThrough;
  private final Journeys journeys = new Journeys();
  private final CallLimits limits;
  private final HttpClients clients;
  private final CallTimers timers;
  private final Watchers watchers;
  private final Interrupts interrupts;
  private final SplittableRandom random = seeded();
  private final ModelPaths paths = new ModelPaths();

  /** Empty where quotas are not shared. */
  private final Optional<SharedUse> shared;

  Library(
      @Nullable GatewayConfig config,
      @Nullable AnyModel anyModel,
      @Nullable GivenCredentials given,
      ClientCredentials ofClients,
      CallLimits limits,
      HttpClients clients,
      CallTimers timers,
      Watchers watchers) {
    this.limits = limits;
    this.clients = clients;
    this.timers = timers;
    this.watchers = watchers;
    this.interrupts = new Interrupts(timers);
    this.shared = Optional.ofNullable(SharedUse.of(config, journeys.targets(), timers));
    this.routing =
        new Routing(config, anyModel, new Periodic(timers), given, ofClients, this::routesChanged);
    this.models = new ModelCalls(routing, journeys, limits, timers, watchers);
    shared.ifPresent(use -> models.share(use.answers()));
    this.passThrough = new PassThroughCalls(routing, models, limits);
  }

  private void routesChanged() {
    shared.ifPresent(use -> use.share(routing.configs()));
  }

  @Seam("the seed of all jitter")
  private static SplittableRandom seeded() {
    return new SplittableRandom();
  }

  /** A route that was found, with the configuration that has its targets. */
  private record NamedRoute(GatewayConfig config, RouteConfig route) {
    TargetConfig target(String name) {
      TargetConfig target = config.targets().get(name);
      if (target == null) {
        throw new IllegalStateException("no such target: " + name);
      }
      return target;
    }

    TargetLocation place(String name) {
      TargetConfig target = config.targets().get(name);
      return target == null ? TargetLocation.UNKNOWN : target.place();
    }
  }

  private NamedRoute find(String route) {
    return routing
        .find(route, Optional.empty())
        .flatMap(
            snapshot ->
                Routing.routeOf(snapshot, route).map(one -> new NamedRoute(snapshot.config(), one)))
        .orElseThrow(() -> noRoute(route));
  }

  <T, E extends Exception> T call(String route, CallOptions options, Work<T, E> work) throws E {
    NamedRoute found = find(route);
    CallLimits.Entry entry = begin(found);
    try {
      return call(found, entry, options, work);
    } catch (RuntimeException | Error e) {
      // It has ended, unless it could not be begun.
      entry.end();
      throw e;
    }
  }

  private <T, E extends Exception> T call(
      NamedRoute found, CallLimits.Entry entry, CallOptions options, Work<T, E> work) throws E {
    CallerThread caller = new CallerThread(events());
    CallLoop loop = new CallLoop(timers, random(), caller, NO_TRANSPORT);
    BlockingWork<T> doer = new BlockingWork<>(work, targets(found), loop, caller);
    WorkCall<T> call =
        new WorkCall<>(journey(found, scoped(options), loop), loop, doer, entry::end, caller::wake);
    doer.reportTo(call);
    caller.arrive();
    boolean interrupted = false;
    try {
      loop.enter(call::start);
      entry.endBy(() -> loop.enter(() -> call.leave(closed())));
      caller.runUntil(() -> call.result() != null);
    } catch (InterruptedException e) {
      interrupted = true;
      loop.enter(() -> call.leave(e));
      caller.settle(() -> call.result() != null);
    } finally {
      caller.leave();
    }
    if (interrupted) {
      // The call may have ended by something else meanwhile.
      Thread.currentThread().interrupt();
    }
    WorkCall.Result<T> result = call.result();
    return result == null ? new WorkCall.Result<T>(null, closed()).give() : result.give();
  }

  <T> CompletableFuture<T> callAsync(String route, CallOptions options, AsyncWork<T> work) {
    CallLimits.@Nullable Entry entry = null;
    try {
      NamedRoute found = find(route);
      entry = begin(found);
      return callAsync(found, entry, options, work);
    } catch (RuntimeException | Error e) {
      if (entry != null) {
        entry.end();
      }
      return CompletableFuture.failedFuture(e);
    }
  }

  private <T> CompletableFuture<T> callAsync(
      NamedRoute found, CallLimits.Entry entry, CallOptions options, AsyncWork<T> work) {
    CompletableFuture<T> future = new CompletableFuture<>();
    CallLoop loop = new CallLoop(timers, random(), events(), NO_TRANSPORT);
    AsynchronousWork<T> doer =
        new AsynchronousWork<>(work, targets(found), loop, ForkJoinPool.commonPool());
    CompletableFuture<WorkCall<T>> made = new CompletableFuture<>();
    WorkCall<T> call =
        new WorkCall<>(
            journey(found, scoped(options), loop),
            loop,
            doer,
            entry::end,
            () -> made.join().complete(future));
    made.complete(call);
    doer.reportTo(call);
    CompletableFuture<?> unused =
        future.whenComplete(
            (given, thrown) -> {
              if (future.isCancelled()) {
                loop.enter(() -> call.leave(thrown));
              }
            });
    loop.enter(call::start);
    entry.endBy(() -> loop.execute(() -> call.leave(closed())));
    return future;
  }

  /** By the route's own name: models without one of their own are counted together. */
  private CallLimits.Entry begin(NamedRoute found) {
    shared.ifPresent(SharedUse::used);
    String route = found.route().route().name();
    CallLimits.Entry entry = limits.begin(route);
    if (entry == null) {
      throw WorkOutcomes.exception(limits.refusal(route), "not begun", Optional.empty());
    }
    return entry;
  }

  private static CallOptions scoped(CallOptions own) {
    OptionsScope scope = OptionsScope.current();
    return scope == null ? own : scope.addTo(own);
  }

  private static RuntimeException closed() {
    return WorkOutcomes.exception(CallLimits.CLOSED, "not ended", Optional.empty());
  }

  private RuntimeException noRoute(String route) {
    return WorkOutcomes.exception(
        new ErrorInfo(
            404,
            "ResourceNotFoundException",
            "No route for the model '%s'. Routes: %s."
                .formatted(route, String.join(", ", routing.names()))),
        "add it to the configuration, or take any model by anyModel()",
        Optional.empty());
  }

  private Journey journey(NamedRoute found, CallOptions options, CallLoop loop) {
    Call call =
        new Call(
            false,
            0,
            0,
            options.deadline().orElse(Call.ROUTE_DEADLINE),
            options.priority(),
            Tenant.ANYONE,
            0,
            0,
            false);
    String route = found.route().route().name();
    CallTrace trace =
        watchers.tracing().begin(new CallOrigin(route, "", name -> null, found::place));
    return journeys.begin(
        found.route().route(), call, loop.nanos(), loop.random(), watchers.listener(), trace);
  }

  private Function<Step.Attempt, WorkTarget> targets(NamedRoute found) {
    return attempt -> {
      TargetConfig target = found.target(attempt.target().name());
      return new WorkTarget(
          attempt.target().name(),
          target.region(),
          target.model(),
          target.endpoint(),
          attempt.number(),
          WorkCall.endByNanos(attempt),
          timers);
    };
  }

  @Override
  public void start(IncomingCall call, CallLoop loop, ResponseSink sink, CallerSide callerSide) {
    try {
      Optional<ModelPath> path = paths.read(call.rawPath());
      shared.ifPresent(SharedUse::used);
      if (limits.isClosed()) {
        ModelCalls.refuse(sink, CallLimits.CLOSED);
      } else if (path.isPresent()) {
        models.start(call, path.get(), loop, sink, callerSide);
      } else {
        startOther(call, loop, sink, callerSide);
      }
    } catch (RuntimeException | Error e) {
      log.error("A call failed by a defect of Forebay", e);
      ModelCalls.refuse(sink, Refusals.DEFECT);
    }
  }

  private void startOther(
      IncomingCall call, CallLoop loop, ResponseSink sink, CallerSide callerSide) {
    var operation = PassThroughOperation.parse(call.method(), call.rawPath());
    if (operation.isPresent()) {
      passThrough.start(call, operation.get(), loop, sink, callerSide);
    } else {
      call.belowPath()
          .ifPresentOrElse(
              below -> start(below, loop, sink, callerSide),
              () -> passThrough.startUnknown(call, loop, sink, callerSide));
    }
  }

  @Override
  public CallTimers timers() {
    return timers;
  }

  @Override
  public HttpClients clients() {
    return clients;
  }

  @Override
  public RandomGenerator random() {
    return new CallRandom(random);
  }

  @Override
  public Executor events() {
    return timers::execute;
  }

  @Override
  public Interrupts interrupts() {
    return interrupts;
  }

  List<RouteHealth> health() {
    List<RouteHealth> all = new ArrayList<>();
    for (GatewayConfig config : routing.configs()) {
      for (RouteConfig route : config.routes().values()) {
        all.add(health(config, route));
      }
    }
    return all;
  }

  private RouteHealth health(GatewayConfig config, RouteConfig route) {
    NamedRoute found = new NamedRoute(config, route);
    List<RouteHealth.TargetHealth> targets = new ArrayList<>();
    int number = 0;
    for (Tier tier : route.route().tiers()) {
      for (Target target : tier.targets()) {
        TargetConfig own = found.target(target.name());
        targets.add(
            new RouteHealth.TargetHealth(
                target.name(), number, own.region(), own.model(), breaker(target.name())));
      }
      number++;
    }
    return new RouteHealth(route.route().name(), targets);
  }

  long bytesHeld() {
    return models.memory().held();
  }

  /** What is under way on a target and waits for it; null if it was never asked. */
  @Nullable TargetLoad load(String target) {
    TargetState known = journeys.targets().known(target);
    return known == null ? null : known.load(timers.nanos());
  }

  Breaker.Position breaker(String target) {
    TargetState known = journeys.targets().known(target);
    return known == null ? Breaker.Position.CLOSED : known.breaker().position(timers.nanos());
  }

  Optional<FleetReading> cluster() {
    return shared.map(SharedUse::reading);
  }

  int callsUnderWay() {
    return limits.underWay();
  }

  Duration longestDeadline() {
    return routing.longestDeadline();
  }

  String regionForClients() {
    return routing.regionForClients();
  }

  void close(Duration patience) {
    boolean calm = limits.drain(patience);
    shared.ifPresent(SharedUse::close);
    routing.close();
    clients.close();
    timers.close();
    if (!calm) {
      Thread.currentThread().interrupt();
    }
  }
}
