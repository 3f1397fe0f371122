package dev.forebay.engine.call;

import dev.forebay.bedrock.RequestFacts;
import dev.forebay.core.Call;
import dev.forebay.core.Eligibility;
import dev.forebay.core.Priority;
import dev.forebay.core.Route;
import dev.forebay.core.Step.Source;
import dev.forebay.core.Target;
import dev.forebay.core.Tenant;
import dev.forebay.core.event.CallOrigin;
import dev.forebay.core.event.CallTrace;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.event.JourneyTrail;
import dev.forebay.core.journey.Journey;
import dev.forebay.engine.Loop;
import dev.forebay.engine.MemoryBudget;
import dev.forebay.engine.ResponseSink;
import dev.forebay.engine.http.Refusals;
import dev.forebay.engine.route.ModelRequest;
import dev.forebay.engine.route.OperationTarget;
import dev.forebay.engine.route.RouteTable;
import dev.forebay.engine.upstream.SignedTarget;
import dev.forebay.engine.upstream.Upstream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls in progress on one loop, and the connections to targets that they share. Used on that
 * loop alone.
 */
public final class CallRegistry {
  /** One line per decision of each call, at debug. */
  private static final Logger journeyLog = LoggerFactory.getLogger("dev.forebay.journey");

  /** Half of the shortest beginning that any model caches, at four bytes a token. */
  private static final int CONVERSATION_BYTES = 2_048;

  private static final long CONVERSATION_PRIME = 0x100000001b3L;

  private final Loop loop;
  private final CallEnvironment environment;
  private final Map<SignedTarget, Upstream> upstreams = new HashMap<>();

  /** In any order; each knows its index. */
  private final List<Exchange> exchanges = new ArrayList<>(1);

  /** No calls and no connections yet. */
  public CallRegistry(Loop loop, CallEnvironment environment) {
    this.loop = loop;
    this.environment = environment;
  }

  /** The loop on which these calls are made. */
  public Loop loop() {
    return loop;
  }

  public CallEnvironment environment() {
    return environment;
  }

  /** What may be held for calls. */
  public MemoryBudget memory() {
    return environment.memory();
  }

  public Upstream upstream(SignedTarget target) {
    return upstreams.computeIfAbsent(
        target,
        to ->
            new Upstream(
                to,
                environment.transports().open(to.config(), loop),
                environment.callersConfigure()));
  }

  /** Closes the connections to targets that no call needs any more. From any thread. */
  public void closeAllBut(Set<SignedTarget> needed) {
    loop.execute(
        () ->
            upstreams
                .entrySet()
                .removeIf(
                    upstream -> {
                      boolean unneeded = !needed.contains(upstream.getKey());
                      if (unneeded) {
                        upstream.getValue().close();
                      }
                      return unneeded;
                    }));
  }

  /** Closes all connections. On the loop. */
  public void closeAll() {
    upstreams.values().forEach(Upstream::close);
    upstreams.clear();
  }

  /** An exchange is over, and the last byte of its answer is out. The last one takes its place. */
  void ended(Exchange exchange) {
    int index = exchange.registryIndex();
    if (index >= exchanges.size() || !exchanges.get(index).equals(exchange)) {
      return;
    }
    Exchange last = exchanges.removeLast();
    if (!last.equals(exchange)) {
      exchanges.set(index, last);
      last.registryIndex(index);
    }
  }

  /**
   * Ends all calls of this loop with an error, each in the form that its caller understands. From
   * any thread.
   *
   * @param done runs on the loop when the last byte of these is out
   */
  public void stopAll(Runnable done) {
    loop.execute(
        () -> {
          List<Exchange> all = List.copyOf(exchanges);
          AtomicInteger left = new AtomicInteger(all.size() + 1);
          Runnable one =
              () -> {
                if (left.decrementAndGet() == 0) {
                  done.run();
                }
              };
          all.forEach(exchange -> exchange.stop(one));
          one.run();
        });
  }

  /** What the policies know of such a call. */
  public Call call(
      ModelRequest asked,
      RouteTable.Entry route,
      RequestFacts.Read facts,
      Duration patience,
      Priority priority,
      Tenant tenant,
      RoutingSnapshot snapshot) {
    return new Call(
        asked.path().operation().streaming(),
        facts.inputTokens(),
        facts.plannedOutputTokens(),
        patience(route.route(), facts, patience),
        priority,
        tenant,
        conversation(asked.body()),
        asked.body().length,
        !facts.offersTools(),
        eligibility(snapshot, asked, route),
        inputKind(asked, route, facts));
  }

  /** By route and model, as callers of one route send like tools and media. */
  private static int inputKind(
      ModelRequest asked, RouteTable.Entry route, RequestFacts.Read facts) {
    int callers = 31 * route.route().name().hashCode() + asked.path().modelId().hashCode();
    int parts =
        (facts.offersTools() ? 1 : 0) | (facts.images() ? 2 : 0) | (facts.documents() ? 4 : 0);
    return callers << 3 | parts;
  }

  /**
   * How long a whole answer may take whose length its caller left open is a guess: the route's own
   * deadline holds if it is shorter than the default.
   */
  private static Duration patience(Route route, RequestFacts.Read facts, Duration named) {
    boolean isGuess = facts.maxOutputTokens().isEmpty() && named.equals(Call.ROUTE_DEADLINE);
    return isGuess && route.deadline().compareTo(Route.DEFAULT_DEADLINE) < 0
        ? route.deadline()
        : named;
  }

  /** Which targets can serve the call; the model that it was made for can. */
  private static Eligibility eligibility(
      RoutingSnapshot snapshot, ModelRequest asked, RouteTable.Entry route) {
    return route.others().isEmpty() && route.unfit().isEmpty()
        ? Eligibility.ALL
        : new Eligibility() {
          @Override
          public @Nullable String objection(Target target) {
            String name = OperationTarget.target(target.name(), OperationTarget.COUNT_TOKENS);
            String unfit = route.unfit().get(name);
            return unfit != null || !route.others().contains(name)
                ? unfit
                : asked.objection(snapshot.signedTarget(target).model(asked.path()));
          }

          @Override
          public boolean servesAnother(Target target) {
            return route
                .foreign()
                .contains(OperationTarget.target(target.name(), OperationTarget.COUNT_TOKENS));
          }
        };
  }

  /** A call that is yet to be made. */
  public PendingCall open(
      RoutingSnapshot snapshot,
      ModelRequest asked,
      ResponseSink sink,
      Route route,
      Call call,
      JourneyListener charge,
      long arrivedNanos) {
    Runnable whenOver = () -> callEnded(snapshot, asked.body().length);
    return open(snapshot, asked, sink, route, call, charge, arrivedNanos, whenOver);
  }

  /** A call that is yet to be made, with a listener of its own besides those of all calls. */
  public PendingCall open(
      RoutingSnapshot snapshot,
      ModelRequest asked,
      ResponseSink sink,
      Route route,
      Call call,
      JourneyListener own,
      long arrivedNanos,
      Runnable whenOver) {
    JourneyTrail trail = journeyLog.isDebugEnabled() ? new JourneyTrail() : null;
    JourneyListener all = own.and(environment.listener());
    JourneyListener listener = trail == null ? all : all.and(trail);
    CallTrace trace = environment.tracing().begin(origin(asked, snapshot));
    Journey journey =
        environment.journeys().begin(route, call, arrivedNanos, loop.random(), listener, trace);
    return new PendingCall(
        snapshot,
        asked,
        sink,
        journey,
        () -> {
          whenOver.run();
          if (trail != null) {
            journeyLog.debug("{}", trail);
          }
        });
  }

  private static CallOrigin origin(ModelRequest asked, RoutingSnapshot snapshot) {
    return new CallOrigin(
        asked.path().modelId(),
        asked.path().operation().suffix(),
        asked.headers()::get,
        snapshot::place);
  }

  /** The same call once more, in the background; empty if there is no room for it. */
  public Optional<PendingCall> repeat(PendingCall one) {
    ModelRequest asked = one.request();
    if (!memory().take(asked.body().length, asked.body().length)) {
      return Optional.empty();
    }
    environment.callBeginsLike(one.snapshot());
    if (environment.draining()) {
      callEnded(one.snapshot(), asked.body().length);
      return Optional.empty();
    }
    Journey of = one.journey();
    return Optional.of(
        open(
            one.snapshot(),
            asked,
            one.sink(),
            of.route(),
            of.call().inBackground(),
            JourneyListener.NONE,
            loop.nanos()));
  }

  /** Gives a kept answer to a call that was not begun, if there is room for it. */
  public void give(PendingCall call, Answer answer) {
    long now = loop.nanos();
    long bytes = answer.body().length;
    if (memory().take(bytes, bytes)) {
      call.journey().served(Source.CACHED, now);
      answer.give(
          call.sink(),
          Source.CACHED,
          () -> {
            memory().give(bytes);
            call.whenOver().run();
          });
    } else {
      memory().refuse();
      call.journey().refused(Refusals.NO_ROOM, "there is no room for the kept answer", now);
      call.sink().whole(Refusals.reply(Refusals.NO_ROOM, Duration.ZERO), null, call.whenOver());
    }
  }

  /** The exchange that makes a call, yet to be started. */
  public Exchange begin(PendingCall call, DegradedAnswers degradedAnswers) {
    Exchange exchange = new Exchange(this, call, degradedAnswers);
    exchange.registryIndex(exchanges.size());
    exchanges.add(exchange);
    return exchange;
  }

  /** Connects this loop to its targets, as far as that needs no call. */
  public void prepare(RoutingSnapshot snapshot) {
    snapshot.targets().forEach(this::upstream);
  }

  /** A call that was counted in is over, and its request is held no more. */
  public void callEnded(RoutingSnapshot snapshot, int bodyBytes) {
    memory().give(bodyBytes);
    environment.callEnded(snapshot);
  }

  /**
   * Equal for requests with a long common beginning, which is where a conversation's later turns
   * agree with its earlier ones, and where a prompt cache helps; 0 for shorter ones.
   */
  private static long conversation(byte[] body) {
    if (body.length < 2 * CONVERSATION_BYTES) {
      return 0;
    }
    ByteBuffer bytes = ByteBuffer.wrap(body);
    long hash = 1;
    for (int i = 0; i < CONVERSATION_BYTES; i += Long.BYTES) {
      hash = hash * CONVERSATION_PRIME + bytes.getLong(i);
    }
    return hash == 0 ? 1 : hash;
  }
}
