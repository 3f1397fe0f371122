package dev.forebay.client;

import dev.forebay.bedrock.AsyncInvokeBody;
import dev.forebay.bedrock.ModelPath;
import dev.forebay.bedrock.Operation;
import dev.forebay.core.Call;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Priority;
import dev.forebay.core.Tenant;
import dev.forebay.engine.MemoryBudget;
import dev.forebay.engine.ResponseSink;
import dev.forebay.engine.call.CallRegistry;
import dev.forebay.engine.call.RoutingSnapshot;
import dev.forebay.engine.http.CallHeaders;
import dev.forebay.engine.http.HeaderRules;
import dev.forebay.engine.http.Refusals;
import dev.forebay.engine.passthrough.PassThroughCall;
import dev.forebay.engine.passthrough.PassThroughOperation;
import dev.forebay.engine.route.RouteTable;
import dev.forebay.engine.upstream.SignedTarget;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the operations that are no calls of a model, on guardrails and asynchronous invocations,
 * and those of a newer SDK, of which it is not known whether they may be repeated: each goes to one
 * target, as what it names lives in one account and region. Thread-safe.
 */
final class PassThroughCalls {
  /** Where one goes, and with what body. */
  // Not compared.
  @SuppressWarnings("ArrayRecordComponent")
  private record Destination(SignedTarget target, byte[] body, boolean repeatable) {}

  private static final String BIDIRECTIONAL = "/invoke-with-bidirectional-stream";
  private static final ErrorInfo NOT_CARRIED =
      new ErrorInfo(
          400,
          "ValidationException",
          "Forebay does not carry InvokeModelWithBidirectionalStream. Use a client without Forebay"
              + " for it.");

  private final Routing routing;
  private final ModelCalls environment;
  private final CallLimits limits;

  PassThroughCalls(Routing routing, ModelCalls environment, CallLimits limits) {
    this.routing = routing;
    this.environment = environment;
    this.limits = limits;
  }

  /** Makes the call, or refuses it. On the loop. */
  void start(
      IncomingCall incoming,
      PassThroughOperation operation,
      CallLoop loop,
      ResponseSink sink,
      CallStarter.CallerSide callerSide) {
    Destination to =
        operation.kind() == PassThroughOperation.Kind.START_ASYNC_INVOKE
            ? byModel(incoming, sink)
            : byPlace(incoming, operation, sink);
    if (to == null) {
      return;
    }
    String group = operation.kind().group();
    CallLimits.Entry entry = limits.begin(group);
    if (entry == null) {
      ModelCalls.refuse(sink, limits.refusal(group));
      return;
    }
    MemoryBudget memory = environment.memory();
    int bytes = incoming.body().length;
    if (!memory.take(bytes, bytes)) {
      memory.refuse();
      entry.end();
      ModelCalls.refuse(sink, Refusals.NO_ROOM);
      return;
    }
    Runnable whenOver =
        () -> {
          memory.give(bytes);
          entry.end();
        };
    try {
      begin(incoming, operation, to, entry, whenOver, loop, sink, callerSide);
    } catch (RuntimeException | Error e) {
      if (entry.end()) {
        memory.give(bytes);
      }
      throw e;
    }
  }

  /** Makes a call of an operation that is not known, or refuses it. On the loop. */
  void startUnknown(
      IncomingCall call, CallLoop loop, ResponseSink sink, CallStarter.CallerSide callerSide) {
    if (call.rawPath().endsWith(BIDIRECTIONAL)) {
      ModelCalls.refuse(sink, NOT_CARRIED);
    } else {
      PassThroughOperation.other(call.method(), call.rawPath())
          .ifPresentOrElse(
              operation -> start(call, operation, loop, sink, callerSide),
              () ->
                  ModelCalls.refuse(
                      sink,
                      new ErrorInfo(
                          404,
                          "UnknownOperationException",
                          "%s %s is no operation of Bedrock Runtime."
                              .formatted(call.method(), call.rawPath()))));
    }
  }

  private void begin(
      IncomingCall incoming,
      PassThroughOperation operation,
      Destination to,
      CallLimits.Entry entry,
      Runnable whenOver,
      CallLoop loop,
      ResponseSink sink,
      CallStarter.CallerSide callerSide) {
    entry.endBy(() -> callerSide.abandon(CallLimits.CLOSED));
    callerSide.mayAsk(to.target().config().target().name(), () -> List.of(to.target().config()));
    CallRegistry calls = new CallRegistry(loop, environment);
    Call call =
        new Call(
            false,
            0,
            0,
            CallHeaders.deadline(incoming::header).orElse(Call.ROUTE_DEADLINE),
            CallHeaders.priority(incoming::header).orElse(Priority.STANDARD),
            Tenant.ANYONE,
            0,
            incoming.body().length,
            false);
    int query = incoming.uri().indexOf('?');
    new PassThroughCall(
            calls,
            operation,
            new PassThroughCall.Message(
                query < 0 ? "" : incoming.uri().substring(query + 1),
                incoming.headers(),
                to.body()),
            to.target(),
            to.repeatable(),
            call,
            environment.listener(),
            sink,
            whenOver)
        .start();
  }

  /** Where what it names lives; null if that was refused. */
  private @Nullable Destination byPlace(
      IncomingCall incoming, PassThroughOperation operation, ResponseSink sink) {
    String named = incoming.headers().get(HeaderRules.TARGET);
    Optional<RoutingSnapshot> snapshot = routing.ofNoModel(operation.region(), incoming.from());
    if (snapshot.isPresent()) {
      for (SignedTarget target : snapshot.get().targets()) {
        boolean fits =
            named != null
                ? target.config().target().name().equals(named)
                : operation.region().map(target.config().region()::equals).orElse(true);
        if (fits) {
          boolean repeatable = operation.kind() != PassThroughOperation.Kind.OTHER;
          return new Destination(target, incoming.body(), repeatable);
        }
      }
    }
    ModelCalls.refuse(
        sink,
        new ErrorInfo(
            404,
            "ResourceNotFoundException",
            named != null
                ? "There is no target '%s'.".formatted(named)
                : "There is no target in the region of what you name."));
    return null;
  }

  /** The first target of the model's route: its fallbacks take another model's input. */
  private @Nullable Destination byModel(IncomingCall incoming, ResponseSink sink) {
    AsyncInvokeBody read = AsyncInvokeBody.read(incoming.body()).orElse(null);
    if (read == null) {
      ModelCalls.refuse(
          sink,
          new ErrorInfo(
              400,
              "ValidationException",
              "Malformed input request: a JSON object with a modelId was expected, please reformat"
                  + " your input and try again."));
      return null;
    }
    String model = read.modelId();
    RoutingSnapshot snapshot = routing.find(model, Optional.of(incoming.from())).orElse(null);
    RouteTable.Entry route =
        snapshot == null
            ? null
            : snapshot.routes().find(new ModelPath(Operation.INVOKE, model, model)).orElse(null);
    if (snapshot == null || route == null) {
      ModelCalls.refuse(sink, environment.noRoute(model));
      return null;
    }
    SignedTarget target =
        snapshot.signedTarget(route.route().tiers().getFirst().targets().getFirst());
    byte[] body = target.config().model().map(read::withModel).orElse(incoming.body());
    return new Destination(target, body, read.repeatable());
  }
}
