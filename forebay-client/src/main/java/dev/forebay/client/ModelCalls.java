package dev.forebay.client;

import dev.forebay.bedrock.ModelPath;
import dev.forebay.client.CallStarter.CallerSide;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.SharedAnswers;
import dev.forebay.core.Tenant;
import dev.forebay.core.event.CallTracing;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.journey.Journeys;
import dev.forebay.engine.MemoryBudget;
import dev.forebay.engine.ResponseSink;
import dev.forebay.engine.Transport;
import dev.forebay.engine.call.CallEnvironment;
import dev.forebay.engine.call.CallRegistry;
import dev.forebay.engine.call.RoutingSnapshot;
import dev.forebay.engine.http.IdempotencyKey;
import dev.forebay.engine.http.Refusals;
import dev.forebay.engine.pipeline.CallPipeline;
import dev.forebay.engine.pipeline.CallReader;
import dev.forebay.engine.route.LearnedAdaptations;
import dev.forebay.engine.route.RouteTable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes calls of models by the engine, as the gateway does: through idempotency and the answer
 * cache to the exchange. Thread-safe.
 */
final class ModelCalls implements CallEnvironment {
  private static final Logger log = LoggerFactory.getLogger(ModelCalls.class);

  private static final String SDK_ATTEMPT = "amz-sdk-request";
  private static final String FIRST = "attempt=1;";

  private final Routing routing;
  private final Journeys journeys;
  private final CallLimits limits;
  private final Watchers watchers;
  private final MemoryBudget memory = new MemoryBudget(MemoryBudget.ofHeap());
  private final LearnedAdaptations adaptations;
  private final CallPipeline pipeline;
  private final AtomicBoolean warnedOfRetries = new AtomicBoolean();
  private final AtomicBoolean warnedOfEndpoint = new AtomicBoolean();

  ModelCalls(
      Routing routing, Journeys journeys, CallLimits limits, CallTimers timers, Watchers watchers) {
    this.routing = routing;
    this.journeys = journeys;
    this.limits = limits;
    this.watchers = watchers;
    this.adaptations = new LearnedAdaptations(timers);
    this.pipeline = new CallPipeline(timers);
  }

  /** From now on routes that opted in share answers with other processes. */
  void share(SharedAnswers answers) {
    pipeline.share(answers);
  }

  /** Makes a call of a model, or refuses it. On the loop. */
  void start(
      IncomingCall incoming,
      ModelPath path,
      CallLoop loop,
      ResponseSink sink,
      CallerSide callerSide) {
    RoutingSnapshot snapshot =
        routing.find(path.modelId(), Optional.of(incoming.from())).orElse(null);
    RouteTable.Entry route = snapshot == null ? null : snapshot.routes().find(path).orElse(null);
    if (snapshot == null || route == null) {
      refuse(sink, noRoute(path.modelId()));
      return;
    }
    warnOfRetries(incoming);
    warnOfEndpoint(incoming.from(), snapshot);
    switch (CallReader.read(path, incoming.headers(), incoming.body(), route, adaptations)) {
      case CallReader.Malformed malformed -> refuse(sink, malformed.error());
      case CallReader.Read read -> begin(read, snapshot, route, loop, sink, callerSide);
    }
  }

  private void begin(
      CallReader.Read read,
      RoutingSnapshot snapshot,
      RouteTable.Entry route,
      CallLoop loop,
      ResponseSink sink,
      CallerSide callerSide) {
    String name = route.route().name();
    CallLimits.Entry entry = limits.begin(name);
    if (entry == null) {
      refuse(sink, limits.refusal(name));
      return;
    }
    ErrorInfo refused;
    try {
      callerSide.mayAsk(
          name,
          () -> route.targets().stream().map(one -> snapshot.signedTarget(one).config()).toList());
      if (route.config().cache().isPresent()
          || IdempotencyKey.of(read.asked().headers()).isPresent()) {
        callerSide.outlivesCaller();
      }
      CallRegistry calls = new CallRegistry(loop, this);
      entry.endBy(
          new CallLimits.Ending() {
            @Override
            public void stop() {
              calls.stopAll(() -> {});
            }

            @Override
            public void abandon() {
              callerSide.abandon(CallLimits.CLOSED);
            }
          });
      refused =
          pipeline.start(
              calls, snapshot, route, read, Tenant.ANYONE, sink, loop.nanos(), entry::end);
    } catch (RuntimeException | Error e) {
      entry.end();
      throw e;
    }
    if (refused != null) {
      entry.end();
      refuse(sink, refused);
    }
  }

  private void warnOfRetries(IncomingCall incoming) {
    String attempt = incoming.headers().get(SDK_ATTEMPT);
    if (attempt != null
        && !attempt.startsWith(FIRST)
        && warnedOfRetries.compareAndSet(false, true)) {
      log.warn(
          "A client repeats calls by itself ({}), which multiplies Forebay's attempts. Build it by"
              + " Forebay.attach(...), or switch its retries off",
          attempt);
    }
  }

  private void warnOfEndpoint(ClientEndpoint own, RoutingSnapshot snapshot) {
    if (own.ofBedrock()
        || snapshot.targets().stream().anyMatch(one -> own.isOf(one.config().endpoint()))
        || !warnedOfEndpoint.compareAndSet(false, true)) {
      return;
    }
    log.warn(
        "A client's endpoint {} is not used: requests go to the endpoints of the configured targets. Set"
            + " `endpoint` of the targets, or Forebay.builder().endpoint(...)",
        own.address());
  }

  /** The error for a model without a route. */
  ErrorInfo noRoute(String modelId) {
    return new ErrorInfo(
        404,
        "ResourceNotFoundException",
        "No route for the model '%s'. Routes: %s."
            .formatted(modelId, String.join(", ", routing.names())));
  }

  static void refuse(ResponseSink sink, ErrorInfo error) {
    sink.whole(Refusals.reply(error, Duration.ZERO), null, () -> {});
  }

  @Override
  public Journeys journeys() {
    return journeys;
  }

  @Override
  public JourneyListener listener() {
    return watchers.listener();
  }

  @Override
  public CallTracing tracing() {
    return watchers.tracing();
  }

  @Override
  public MemoryBudget memory() {
    return memory;
  }

  /** Each call brings its own way out. */
  @Override
  public Transport.Factory transports() {
    return (target, loop) -> ((CallLoop) loop).transport(target);
  }

  @Override
  public boolean callersConfigure() {
    return true;
  }

  @Override
  public boolean draining() {
    return limits.isClosed();
  }

  @Override
  public void callBeginsLike(RoutingSnapshot inProgress) {
    // A configuration lives as long as the library.
  }

  @Override
  public void callEnded(RoutingSnapshot snapshot) {
    // Likewise.
  }

  @Override
  public void defect(Throwable cause) {
    log.error("A call failed by a defect of Forebay", cause);
  }
}
