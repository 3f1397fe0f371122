package dev.forebay.gateway.call;

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
import dev.forebay.gateway.config.ConfigSnapshot;
import dev.forebay.gateway.http.Refusals;
import dev.forebay.gateway.http.ResponseSink;
import dev.forebay.gateway.loop.EventLoop;
import dev.forebay.gateway.upstream.ModelRequest;
import dev.forebay.gateway.upstream.OperationTarget;
import dev.forebay.gateway.upstream.RouteTable;
import dev.forebay.gateway.upstream.SignedTarget;
import dev.forebay.gateway.upstream.Upstream;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls under way on one event loop, and the connections to targets that they share. A call
 * never leaves its loop.
 */
public final class CallRegistry {
  /** One line per decision of each call, at debug. */
  private static final Logger journeyLog = LoggerFactory.getLogger("dev.forebay.journey");

  /** Half of the shortest beginning that any model caches, at four bytes a token. */
  private static final int CONVERSATION_BYTES = 2_048;

  private static final long CONVERSATION_PRIME = 0x100000001b3L;

  private final EventLoop loop;
  private final Context context;
  private final GatewayRuntime runtime;
  private final Map<SignedTarget, Upstream> upstreams = new HashMap<>();
  private final Set<Exchange> exchanges = new HashSet<>();

  CallRegistry(EventLoop loop, GatewayRuntime runtime) {
    this.loop = loop;
    this.context = loop.context();
    this.runtime = runtime;
  }

  /** The loop on which these calls are made. */
  public EventLoop loop() {
    return loop;
  }

  /** Whether no new calls are made. */
  public boolean draining() {
    return runtime.draining();
  }

  public Upstream upstream(SignedTarget target) {
    return upstreams.computeIfAbsent(target, to -> new Upstream(to, loop.vertx()));
  }

  /** Closes the connections to targets that no call needs any more. */
  void closeAllBut(Set<SignedTarget> needed) {
    context.runOnContext(
        run ->
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

  /** An exchange is over, and the last byte of its answer is out. */
  void ended(Exchange exchange) {
    exchanges.remove(exchange);
  }

  /** Ends all calls of this loop with an error, each in the form that its caller understands. */
  Future<Void> stopAll() {
    Promise<Void> stopped = Promise.promise();
    context.runOnContext(
        run ->
            Future.join(List.copyOf(exchanges).stream().map(Exchange::stop).toList())
                .onComplete(all -> stopped.tryComplete()));
    return stopped.future();
  }

  /** A call of that route was left in the queue. */
  public void queued(String route) {
    runtime.live().queued(route);
  }

  /** What the policies know of such a call. */
  public Call call(
      ModelRequest asked,
      RouteTable.Entry route,
      RequestFacts.Read facts,
      Duration patience,
      Priority priority,
      Tenant tenant,
      ConfigSnapshot snapshot) {
    return new Call(
        asked.path().operation().streaming(),
        facts.inputTokens(),
        facts.plannedOutputTokens(),
        patience(route.route(), facts, patience),
        priority,
        tenant,
        conversation(asked.body()),
        asked.body().length(),
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
  private Eligibility eligibility(
      ConfigSnapshot snapshot, ModelRequest asked, RouteTable.Entry route) {
    return route.others().isEmpty() && route.unfit().isEmpty()
        ? Eligibility.ALL
        : new Eligibility() {
          @Override
          public @Nullable String objection(Target target) {
            String name = OperationTarget.target(target.name(), OperationTarget.COUNT_TOKENS);
            String unfit = route.unfit().get(name);
            return unfit != null || !route.others().contains(name)
                ? unfit
                : asked.objection(upstream(snapshot.access(target)).model(asked.path()));
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
      ConfigSnapshot snapshot,
      ModelRequest asked,
      ResponseSink sink,
      Route route,
      Call call,
      JourneyListener charge,
      long arrivedNanos) {
    Runnable whenOver = () -> callEnded(snapshot, asked.body().length());
    return open(snapshot, asked, sink, route, call, charge, arrivedNanos, whenOver);
  }

  /** A call that is yet to be made, with what hears of it besides those who hear of all. */
  public PendingCall open(
      ConfigSnapshot snapshot,
      ModelRequest asked,
      ResponseSink sink,
      Route route,
      Call call,
      JourneyListener own,
      long arrivedNanos,
      Runnable whenOver) {
    JourneyTrail trail = journeyLog.isDebugEnabled() ? new JourneyTrail() : null;
    JourneyListener all = own.and(runtime.listener()).and(runtime.live().watch());
    JourneyListener listener = trail == null ? all : all.and(trail);
    CallTrace trace = runtime.tracing().begin(origin(asked));
    Journey journey =
        runtime.journeys().begin(route, call, arrivedNanos, loop.random(), listener, trace);
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

  private static CallOrigin origin(ModelRequest asked) {
    return new CallOrigin(
        asked.path().modelId(), asked.path().operation().suffix(), asked.headers()::get);
  }

  /** The same call once more, for nobody who waits; empty if there is no room for such a luxury. */
  public Optional<PendingCall> repeat(PendingCall one) {
    ModelRequest asked = one.request();
    if (!loop.memory().take(asked.body().length(), asked.body().length())) {
      return Optional.empty();
    }
    runtime.callBeginsLike(one.snapshot());
    if (runtime.draining()) {
      callEnded(one.snapshot(), asked.body().length());
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
            loop.ticker().nanos()));
  }

  /** Gives a kept answer to a call that was not begun, if there is room for it. */
  public void give(PendingCall call, Answer answer) {
    long now = loop.ticker().nanos();
    long bytes = answer.body().length();
    if (loop.memory().take(bytes, bytes)) {
      call.journey().served(Source.CACHED, now);
      answer
          .give(call.sink(), Source.CACHED)
          .onComplete(
              sent -> {
                loop.memory().give(bytes);
                call.whenOver().run();
              });
    } else {
      loop.memory().refuse();
      call.journey().refused(Refusals.NO_ROOM, "there is no room for the kept answer", now);
      call.sink()
          .whole(Refusals.reply(Refusals.NO_ROOM, Duration.ZERO), null)
          .onComplete(sent -> call.whenOver().run());
    }
  }

  /** The exchange that makes a call, yet to be started. */
  public Exchange begin(PendingCall call, DegradedAnswers degradedAnswers) {
    Exchange exchange = new Exchange(this, call, degradedAnswers);
    exchanges.add(exchange);
    return exchange;
  }

  /** Connects this loop to its targets, as far as that needs no call. */
  public void prepare() {
    runtime.snapshot().targets().forEach(this::upstream);
  }

  /** A call that was counted in is over, and its request is held no more. */
  public void callEnded(ConfigSnapshot snapshot, int bodyBytes) {
    loop.memory().give(bodyBytes);
    runtime.callEnded(snapshot);
  }

  /**
   * Equal for requests with a long common beginning, which is where a conversation's later turns
   * agree with its earlier ones, and where a prompt cache helps; 0 for shorter ones.
   */
  private static long conversation(Buffer body) {
    if (body.length() < 2 * CONVERSATION_BYTES) {
      return 0;
    }
    long hash = 1;
    for (int i = 0; i < CONVERSATION_BYTES; i += Long.BYTES) {
      hash = hash * CONVERSATION_PRIME + body.getLong(i);
    }
    return hash == 0 ? 1 : hash;
  }
}
