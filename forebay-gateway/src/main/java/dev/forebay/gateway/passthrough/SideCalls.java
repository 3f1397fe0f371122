package dev.forebay.gateway.passthrough;

import dev.forebay.bedrock.AsyncInvokeBody;
import dev.forebay.bedrock.ModelPath;
import dev.forebay.bedrock.Operation;
import dev.forebay.core.Call;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Target;
import dev.forebay.gateway.auth.AuthErrors;
import dev.forebay.gateway.auth.Caller;
import dev.forebay.gateway.auth.Charge;
import dev.forebay.gateway.auth.Claim;
import dev.forebay.gateway.call.CallRegistry;
import dev.forebay.gateway.call.Shared;
import dev.forebay.gateway.config.Setup;
import dev.forebay.gateway.http.BodyIntake;
import dev.forebay.gateway.http.Bytes;
import dev.forebay.gateway.http.CallHeaders;
import dev.forebay.gateway.http.HeaderRules;
import dev.forebay.gateway.http.Refusal;
import dev.forebay.gateway.http.Refusals;
import dev.forebay.gateway.jobs.CallbackRules;
import dev.forebay.gateway.loop.EventLoop;
import dev.forebay.gateway.loop.LastResort;
import dev.forebay.gateway.upstream.Access;
import dev.forebay.gateway.upstream.RouteTable;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the operations that are no calls of a model, and finds the one target that each goes to:
 * what they are about lives in one account and region, so there is no other to turn to.
 */
public final class SideCalls {
  private static final Logger log = LoggerFactory.getLogger(SideCalls.class);

  /** Where a call goes, and with what body; or why nowhere. */
  private sealed interface Choice {
    record To(Access target, Buffer body, boolean repeatable) implements Choice {}

    record Nowhere(ErrorInfo error) implements Choice {}
  }

  private final CallRegistry calls;
  private final EventLoop loop;
  private final Shared shared;

  public SideCalls(CallRegistry calls, Shared shared) {
    this.calls = calls;
    this.loop = calls.loop();
    this.shared = shared;
  }

  public void accept(HttpServerRequest request, SideOperation operation) {
    Setup setup = shared.callBegins();
    Runnable over = () -> shared.callEnded(setup);
    Claim claim = setup.callers().claim(request);
    if (claim instanceof Claim.Unknown nobody) {
      BodyIntake.discard(loop.limits(), loop.ticker(), request, nobody.error(), over);
      return;
    }
    BodyIntake.read(
        loop.limits(),
        loop.ticker(),
        shared.memory(),
        request,
        body ->
            begin(setup, request, operation, body, claim.judge(body))
                .ifPresent(
                    refusal -> {
                      shared.memory().give(body.length());
                      Refusals.send(request.response(), refusal.error(), refusal.retryAfter())
                          .onComplete(sent -> over.run());
                    }),
        over);
  }

  private Optional<Refusal> begin(
      Setup setup,
      HttpServerRequest request,
      SideOperation operation,
      Buffer body,
      Claim.Identity identity) {
    return switch (identity) {
      case Claim.Unknown nobody -> Optional.of(new Refusal(nobody.error()));
      case Claim.Known known -> {
        if (shared.draining()) {
          yield Optional.of(new Refusal(Refusals.DRAINING));
        }
        try {
          yield start(setup, request, operation, body, known.caller());
        } catch (RuntimeException | Error e) {
          LastResort.check(e);
          log.error("A call failed by a defect of the gateway", e);
          yield Optional.of(new Refusal(Refusals.DEFECT));
        }
      }
    };
  }

  private Optional<Refusal> start(
      Setup setup, HttpServerRequest request, SideOperation operation, Buffer body, Caller caller) {
    if (request.headers().contains(HeaderRules.CALLBACK)) {
      return Optional.of(new Refusal(CallbackRules.NO_JOB));
    }
    return switch (choose(setup, request, operation, body, caller)) {
      case Choice.Nowhere nowhere -> Optional.of(new Refusal(nowhere.error()));
      case Choice.To to -> {
        long now = loop.ticker().nanos();
        Call call =
            new Call(
                false,
                0,
                0,
                CallHeaders.deadline(request).orElse(Call.ROUTE_DEADLINE),
                caller.atMost(CallHeaders.priority(request).orElse(caller.maxPriority())),
                caller.tenant(),
                0,
                body.length(),
                false);
        Charge charge = caller.rateLimit().isLimited() ? Charge.take(caller, call, now) : null;
        if (charge == null && caller.rateLimit().isLimited()) {
          yield Optional.of(Charge.refusal(caller, call, now));
        }
        new SideExchange(
                calls,
                shared,
                request,
                operation,
                to.target(),
                to.body(),
                () -> {
                  shared.memory().give(body.length());
                  shared.callEnded(setup);
                })
            .start(call, to.repeatable(), charge);
        yield Optional.empty();
      }
    };
  }

  private static Choice choose(
      Setup setup, HttpServerRequest request, SideOperation operation, Buffer body, Caller caller) {
    if (operation.kind() == SideOperation.Kind.START_ASYNC_INVOKE) {
      return byModel(setup, body, caller);
    }
    String named = request.getHeader(HeaderRules.TARGET);
    for (Access target : setup.targets()) {
      boolean fits =
          named != null
              ? target.config().target().name().equals(named)
              : operation.region().map(target.config().region()::equals).orElse(true);
      if (fits && mayUse(setup, caller, target.config().target())) {
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
  private static Choice byModel(Setup setup, Buffer body, Caller caller) {
    Optional<AsyncInvokeBody> read = AsyncInvokeBody.read(Bytes.of(body));
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
        setup.routes().find(new ModelPath(Operation.INVOKE, model, model));
    if (route.isEmpty()) {
      return new Choice.Nowhere(setup.routes().noRoute(model));
    }
    String name = route.get().route().name();
    if (!caller.mayUse(name)) {
      return new Choice.Nowhere(AuthErrors.notThatRoute(caller.name(), name));
    }
    Target first = route.get().route().tiers().getFirst().targets().getFirst();
    Access target = setup.access(first);
    Buffer own =
        target.config().model().map(id -> Buffer.buffer(read.get().withModel(id))).orElse(body);
    return new Choice.To(target, own, read.get().repeatable());
  }

  /** Whether a route that the caller may use has the target. */
  private static boolean mayUse(Setup setup, Caller caller, Target target) {
    return setup.config().routes().entrySet().stream()
        .filter(route -> caller.mayUse(route.getKey()))
        .anyMatch(
            route ->
                route.getValue().route().tiers().stream()
                    .anyMatch(tier -> tier.targets().contains(target)));
  }
}
