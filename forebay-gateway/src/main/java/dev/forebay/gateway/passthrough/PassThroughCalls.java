package dev.forebay.gateway.passthrough;

import dev.forebay.bedrock.AsyncInvokeBody;
import dev.forebay.bedrock.ModelPath;
import dev.forebay.bedrock.Operation;
import dev.forebay.core.Call;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Target;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.engine.call.CallRegistry;
import dev.forebay.engine.http.CallHeaders;
import dev.forebay.engine.http.HeaderRules;
import dev.forebay.engine.http.Refusal;
import dev.forebay.engine.http.Refusals;
import dev.forebay.engine.passthrough.PassThroughCall;
import dev.forebay.engine.passthrough.PassThroughOperation;
import dev.forebay.engine.route.RouteTable;
import dev.forebay.engine.upstream.SignedTarget;
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
import dev.forebay.gateway.http.VertxHeaders;
import dev.forebay.gateway.jobs.CallbackRules;
import dev.forebay.gateway.loop.EventLoop;
import dev.forebay.gateway.loop.OutOfMemoryExit;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the operations that are no calls of a model, and finds the one target that each goes to:
 * what they are about lives in one account and region, so there is no other to turn to.
 */
public final class PassThroughCalls {
  private static final Logger log = LoggerFactory.getLogger(PassThroughCalls.class);

  /** Where a call goes, and with what body; or why nowhere. */
  private sealed interface Choice {
    // Not compared.
    @SuppressWarnings("ArrayRecordComponent")
    record To(SignedTarget target, byte[] body, boolean repeatable) implements Choice {}

    record Nowhere(ErrorInfo error) implements Choice {}
  }

  private final CallRegistry calls;
  private final EventLoop loop;
  private final GatewayRuntime runtime;

  public PassThroughCalls(LoopCalls on, GatewayRuntime runtime) {
    this.calls = on.calls();
    this.loop = on.loop();
    this.runtime = runtime;
  }

  public void accept(HttpServerRequest request, PassThroughOperation operation) {
    ConfigSnapshot snapshot = runtime.callBegins();
    Runnable over = () -> runtime.callEnded(snapshot);
    AuthResult auth = snapshot.authenticator().authenticate(request);
    if (auth instanceof AuthResult.Unknown unknown) {
      BodyIntake.discard(loop.timers(), loop.ticker(), request, unknown.error(), over);
      return;
    }
    BodyIntake.read(
        loop.timers(),
        loop.ticker(),
        runtime.memory(),
        request,
        body ->
            begin(snapshot, request, operation, body, auth.judge(body))
                .ifPresent(
                    refusal -> {
                      runtime.memory().give(body.length);
                      ErrorResponses.send(request.response(), refusal.error(), refusal.retryAfter())
                          .onComplete(sent -> over.run());
                    }),
        over);
  }

  private Optional<Refusal> begin(
      ConfigSnapshot snapshot,
      HttpServerRequest request,
      PassThroughOperation operation,
      byte[] body,
      AuthResult.Identity identity) {
    return switch (identity) {
      case AuthResult.Unknown unknown -> Optional.of(new Refusal(unknown.error()));
      case AuthResult.Known known -> {
        if (runtime.draining()) {
          yield Optional.of(new Refusal(Refusals.DRAINING));
        }
        try {
          yield start(snapshot, request, operation, body, known.caller());
        } catch (RuntimeException | Error e) {
          OutOfMemoryExit.check(e);
          log.error("A call failed by a defect of Forebay", e);
          yield Optional.of(new Refusal(Refusals.DEFECT));
        }
      }
    };
  }

  private Optional<Refusal> start(
      ConfigSnapshot snapshot,
      HttpServerRequest request,
      PassThroughOperation operation,
      byte[] body,
      Caller caller) {
    if (request.headers().contains(HeaderRules.CALLBACK)) {
      return Optional.of(new Refusal(CallbackRules.NO_JOB));
    }
    return switch (choose(snapshot, request, operation, body, caller)) {
      case Choice.Nowhere nowhere -> Optional.of(new Refusal(nowhere.error()));
      case Choice.To to -> {
        long now = loop.ticker().nanos();
        Call call =
            new Call(
                false,
                0,
                0,
                CallHeaders.deadline(request::getHeader).orElse(Call.ROUTE_DEADLINE),
                caller.atMost(
                    CallHeaders.priority(request::getHeader).orElse(caller.maxPriority())),
                caller.tenant(),
                0,
                body.length,
                false);
        Charge charge = caller.rateLimit().isLimited() ? Charge.take(caller, call, now) : null;
        if (charge == null && caller.rateLimit().isLimited()) {
          yield Optional.of(Charge.refusal(caller, call, now));
        }
        JourneyListener all = runtime.passThroughListener();
        String query = request.query();
        new PassThroughCall(
                calls,
                operation,
                new PassThroughCall.Message(
                    query == null ? "" : query, VertxHeaders.of(request.headers()), to.body()),
                to.target(),
                to.repeatable(),
                call,
                charge == null ? all : charge.and(all),
                new HttpResponseSink(
                    request.response(),
                    new HttpResponseSink.Patience(
                        request, loop, () -> to.target().config().target().timeouts().idle())),
                () -> {
                  runtime.memory().give(body.length);
                  runtime.callEnded(snapshot);
                })
            .start();
        yield Optional.empty();
      }
    };
  }

  private static Choice choose(
      ConfigSnapshot snapshot,
      HttpServerRequest request,
      PassThroughOperation operation,
      byte[] body,
      Caller caller) {
    if (operation.kind() == PassThroughOperation.Kind.START_ASYNC_INVOKE) {
      return byModel(snapshot, body, caller);
    }
    String named = request.getHeader(HeaderRules.TARGET);
    for (SignedTarget target : snapshot.targets()) {
      boolean fits =
          named != null
              ? target.config().target().name().equals(named)
              : operation.region().map(target.config().region()::equals).orElse(true);
      if (fits && mayUse(snapshot, caller, target.config().target())) {
        return new Choice.To(target, body, true);
      }
    }
    return new Choice.Nowhere(
        new ErrorInfo(
            404,
            "ResourceNotFoundException",
            named != null
                ? "There is no target '%s' that you may use.".formatted(named)
                : "There is no target that you may use in the region of what you name."));
  }

  /** The first target of the model's route: its fallbacks take another model's input. */
  private static Choice byModel(ConfigSnapshot snapshot, byte[] body, Caller caller) {
    Optional<AsyncInvokeBody> read = AsyncInvokeBody.read(body);
    if (read.isEmpty()) {
      return new Choice.Nowhere(
          new ErrorInfo(
              400,
              "ValidationException",
              "Malformed input request: a JSON object with a modelId was expected, please reformat"
                  + " your input and try again."));
    }
    String model = read.get().modelId();
    Optional<RouteTable.Entry> route =
        snapshot.routes().find(new ModelPath(Operation.INVOKE, model, model));
    if (route.isEmpty()) {
      return new Choice.Nowhere(snapshot.routes().noRoute(model));
    }
    String name = route.get().route().name();
    if (!caller.mayUse(name)) {
      return new Choice.Nowhere(AuthErrors.notThatRoute(caller.name(), name));
    }
    Target first = route.get().route().tiers().getFirst().targets().getFirst();
    SignedTarget target = snapshot.signedTarget(first);
    byte[] own = target.config().model().map(id -> read.get().withModel(id)).orElse(body);
    return new Choice.To(target, own, read.get().repeatable());
  }

  /** Whether a route that the caller may use has the target. */
  private static boolean mayUse(ConfigSnapshot snapshot, Caller caller, Target target) {
    return snapshot.config().routes().entrySet().stream()
        .filter(route -> caller.mayUse(route.getKey()))
        .anyMatch(
            route ->
                route.getValue().route().tiers().stream()
                    .anyMatch(tier -> tier.targets().contains(target)));
  }
}
