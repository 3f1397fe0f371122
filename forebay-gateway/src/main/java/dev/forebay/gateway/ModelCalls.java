package dev.forebay.gateway;

import dev.forebay.bedrock.ModelPath;
import dev.forebay.config.RouteConfig;
import dev.forebay.core.Call;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Route;
import dev.forebay.core.Ticker;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.engine.Headers;
import dev.forebay.engine.ResponseSink;
import dev.forebay.engine.call.CallRegistry;
import dev.forebay.engine.call.KeepAliveSink;
import dev.forebay.engine.call.PendingCall;
import dev.forebay.engine.http.CallHeaders;
import dev.forebay.engine.http.HeaderRules;
import dev.forebay.engine.http.Refusal;
import dev.forebay.engine.http.Refusals;
import dev.forebay.engine.pipeline.CallPipeline;
import dev.forebay.engine.pipeline.CallReader;
import dev.forebay.engine.route.ModelRequest;
import dev.forebay.engine.route.RouteTable;
import dev.forebay.gateway.auth.AuthErrors;
import dev.forebay.gateway.auth.AuthResult;
import dev.forebay.gateway.auth.Caller;
import dev.forebay.gateway.auth.Charge;
import dev.forebay.gateway.call.GatewayRuntime;
import dev.forebay.gateway.call.LoopCalls;
import dev.forebay.gateway.config.ConfigSnapshot;
import dev.forebay.gateway.http.BodyIntake;
import dev.forebay.gateway.http.ErrorResponses;
import dev.forebay.gateway.http.HttpResponseSink;
import dev.forebay.gateway.http.Preference;
import dev.forebay.gateway.http.RepeatedCall;
import dev.forebay.gateway.http.VertxHeaders;
import dev.forebay.gateway.jobs.CallbackRules;
import dev.forebay.gateway.jobs.JobService;
import dev.forebay.gateway.jobs.Submission;
import dev.forebay.gateway.loop.CallPacer;
import dev.forebay.gateway.loop.EventLoop;
import dev.forebay.gateway.loop.OutOfMemoryExit;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes model calls: reads and checks the request. A call for later goes to the queue, any other
 * through idempotency and the answer cache to the exchange that makes it. Lives on one event loop.
 */
final class ModelCalls {
  private static final Logger log = LoggerFactory.getLogger(ModelCalls.class);

  private final CallRegistry calls;
  private final EventLoop loop;
  private final GatewayRuntime runtime;
  private final CallPipeline pipeline;
  private final @Nullable JobService jobService;
  private final CallPacer pacer;

  /**
   * Takes calls for one event loop.
   *
   * @param jobService where calls are left for later; null where there is no queue
   */
  ModelCalls(
      LoopCalls on,
      GatewayRuntime runtime,
      CallPipeline pipeline,
      @Nullable JobService jobService) {
    this.calls = on.calls();
    this.loop = on.loop();
    this.runtime = runtime;
    this.pipeline = pipeline;
    this.jobService = jobService;
    this.pacer = new CallPacer(loop.vertx(), loop.timers(), Ticker.system());
  }

  /** Takes a model call, which is under way from here on. */
  void accept(HttpServerRequest request, ModelPath path) {
    ConfigSnapshot snapshot = runtime.callBegins();
    boolean draining = runtime.draining();
    Runnable over = () -> runtime.callEnded(snapshot);
    AuthResult auth = snapshot.authenticator().authenticate(request);
    if (auth instanceof AuthResult.Unknown unknown) {
      BodyIntake.discard(loop.timers(), loop.ticker(), request, unknown.error(), over);
      return;
    }
    BodyIntake.read(
        loop.timers(),
        loop.ticker(),
        loop.memory(),
        request,
        body -> {
          long arrived = loop.ticker().nanos() - loop.timers().unreadNanos();
          pacer.accept(
              () -> patienceNanos(snapshot, request, path),
              () -> {
                if (request.response().closed()) {
                  calls.callEnded(snapshot, body.length);
                } else {
                  begin(snapshot, request, path, body, judged(auth, body), draining, arrived);
                }
              },
              () -> refuseBusy(snapshot, request, body));
        },
        over);
  }

  /** How long a call may wait for its turn. */
  private static long patienceNanos(
      ConfigSnapshot snapshot, HttpServerRequest request, ModelPath path) {
    Duration route =
        snapshot
            .routes()
            .find(path)
            .map(one -> one.route().deadline())
            .orElse(Route.DEFAULT_DEADLINE);
    return CallHeaders.deadline(request::getHeader)
        .filter(named -> named.compareTo(route) < 0)
        .orElse(route)
        .toNanos();
  }

  private void refuseBusy(ConfigSnapshot snapshot, HttpServerRequest request, byte[] body) {
    runtime.refusedBusy();
    loop.memory().give(body.length);
    ErrorResponses.send(request.response(), Refusals.BUSY, Duration.ZERO)
        .onComplete(sent -> runtime.callEnded(snapshot));
  }

  private static AuthResult.Identity judged(AuthResult auth, byte[] body) {
    try {
      return auth.judge(body);
    } catch (RuntimeException | Error e) {
      OutOfMemoryExit.check(e);
      log.error("A caller could not be identified by a defect of Forebay", e);
      return new AuthResult.Unknown(Refusals.DEFECT);
    }
  }

  private void begin(
      ConfigSnapshot snapshot,
      HttpServerRequest request,
      ModelPath path,
      byte[] body,
      AuthResult.Identity identity,
      boolean draining,
      long arrived) {
    Optional<Refusal> refused =
        switch (identity) {
          case AuthResult.Unknown unknown -> Optional.of(new Refusal(unknown.error()));
          case AuthResult.Known known ->
              draining
                  ? Optional.of(new Refusal(Refusals.DRAINING))
                  : tryBegin(snapshot, request, path, body, known.caller(), arrived);
        };
    if (refused.isPresent()) {
      if (draining && request.connection().protocolVersion() != HttpVersion.HTTP_2) {
        request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      }
      loop.memory().give(body.length);
      ErrorResponses.send(request.response(), refused.get().error(), refused.get().retryAfter())
          .onComplete(sent -> runtime.callEnded(snapshot));
    }
  }

  private Optional<Refusal> tryBegin(
      ConfigSnapshot snapshot,
      HttpServerRequest request,
      ModelPath path,
      byte[] body,
      Caller caller,
      long arrived) {
    try {
      return beginCall(snapshot, request, path, body, caller, arrived);
    } catch (RuntimeException | Error e) {
      OutOfMemoryExit.check(e);
      log.error("A call failed by a defect of Forebay", e);
      return refuse(Refusals.DEFECT);
    }
  }

  /** Begins the call, or says why not. */
  private Optional<Refusal> beginCall(
      ConfigSnapshot snapshot,
      HttpServerRequest request,
      ModelPath path,
      byte[] body,
      Caller caller,
      long arrived) {
    Optional<RouteTable.Entry> route = snapshot.routes().find(path);
    if (route.isEmpty()) {
      return refuse(snapshot.routes().noRoute(path.modelId()));
    }
    String name = route.get().route().name();
    if (!caller.mayUse(name)) {
      return refuse(AuthErrors.notThatRoute(caller.name(), name));
    }
    if (RepeatedCall.is(request.headers())) {
      runtime.live().repeated(name);
    }
    Headers headers = VertxHeaders.of(request.headers());
    return switch (CallReader.read(path, headers, body, route.get(), runtime.adaptations())) {
      case CallReader.Malformed malformed -> refuse(malformed.error());
      case CallReader.Read read -> {
        ModelRequest asked = read.asked();
        Call call =
            calls.call(
                asked,
                route.get(),
                read.facts(),
                read.patience(),
                caller.atMost(read.priority()),
                caller.tenant(),
                snapshot);
        Preference preference = Preference.of(headers);
        Optional<RouteConfig.Queue> queue = route.get().config().queue();
        if (jobService != null && preference.respondAsync() && queue.isPresent()) {
          yield Submission.begin(
              loop,
              runtime,
              snapshot,
              jobService,
              asked,
              request,
              route.get().route(path.operation()),
              call,
              queue.get(),
              preference);
        }
        if (headers.contains(HeaderRules.CALLBACK)) {
          yield refuse(CallbackRules.neverLater(name, preference.respondAsync()));
        }
        ResponseSink sink =
            KeepAliveSink.over(
                new HttpResponseSink(
                    request.response(),
                    new HttpResponseSink.Patience(request, loop, route.get().route()::longestIdle)),
                loop,
                route.get(),
                path.operation(),
                body);
        yield start(snapshot, asked, sink, route.get(), call, caller, arrived);
      }
    };
  }

  private static Optional<Refusal> refuse(ErrorInfo error) {
    return Optional.of(new Refusal(error));
  }

  private Optional<Refusal> start(
      ConfigSnapshot snapshot,
      ModelRequest asked,
      ResponseSink sink,
      RouteTable.Entry route,
      Call call,
      Caller caller,
      long arrivedNanos) {
    JourneyListener charge = JourneyListener.NONE;
    if (caller.rateLimit().isLimited()) {
      Charge taken = Charge.take(caller, call, loop.ticker().nanos());
      if (taken == null) {
        return Optional.of(Charge.refusal(caller, call, loop.ticker().nanos()));
      }
      charge = taken;
    }
    Route own = route.route(asked.path().operation());
    PendingCall open = calls.open(snapshot, asked, sink, own, call, charge, arrivedNanos);
    pipeline.accept(calls, open, route);
    return Optional.empty();
  }
}
