package dev.forebay.engine.passthrough;

import dev.forebay.core.BreakerPolicy;
import dev.forebay.core.Call;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.HedgePolicy;
import dev.forebay.core.Outcome;
import dev.forebay.core.RetryPolicy;
import dev.forebay.core.Route;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.Tier;
import dev.forebay.core.event.CallOrigin;
import dev.forebay.core.event.CallTrace;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.engine.Headers;
import dev.forebay.engine.Reply;
import dev.forebay.engine.ResponseSink;
import dev.forebay.engine.call.CallRegistry;
import dev.forebay.engine.call.JourneyDriver;
import dev.forebay.engine.http.HeaderRules;
import dev.forebay.engine.http.Refusals;
import dev.forebay.engine.route.OperationTarget;
import dev.forebay.engine.upstream.PassThroughRequest;
import dev.forebay.engine.upstream.SignedTarget;
import dev.forebay.engine.upstream.Upstream;
import dev.forebay.engine.upstream.UpstreamAttempt;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One operation that is no call of a model: passed on signed, and its answer passed back, under the
 * policies of any call. It has a circuit and a retry budget of its own for each target, so that
 * guardrails that fail do not shut the model out. Lives on one loop.
 */
public final class PassThroughCall extends JourneyDriver {
  private final PassThroughOperation operation;
  private final Message message;
  private final Upstream upstream;
  private final boolean repeatable;
  private final Runnable whenOver;

  private @Nullable UpstreamAttempt attempt;

  /** The one whose reply is held. */
  private @Nullable UpstreamAttempt held;

  private @Nullable Reply reply;

  /**
   * The request as it came.
   *
   * @param query without its question mark; empty for none
   * @param body as the target gets it
   */
  // Not compared.
  @SuppressWarnings("ArrayRecordComponent")
  public record Message(String query, Headers headers, byte[] body) {}

  /**
   * A call that is yet to start.
   *
   * @param repeatable whether it does no harm if it is carried out twice
   * @param listener receives the events of its journey
   * @param whenOver runs once, when the last byte of the answer is out or the caller has left
   */
  public PassThroughCall(
      CallRegistry calls,
      PassThroughOperation operation,
      Message message,
      SignedTarget target,
      boolean repeatable,
      Call call,
      JourneyListener listener,
      ResponseSink sink,
      Runnable whenOver) {
    super(
        calls,
        sink,
        calls
            .environment()
            .journeys()
            .begin(
                route(operation, target, repeatable),
                call,
                calls.loop().nanos(),
                calls.loop().random(),
                listener,
                trace(calls, operation, message, target)));
    this.operation = operation;
    this.message = message;
    this.upstream = calls.upstream(target);
    this.repeatable = repeatable;
    this.whenOver = whenOver;
  }

  public void start() {
    begin(wakeUp -> journey.start(now(), wakeUp));
  }

  private static CallTrace trace(
      CallRegistry calls, PassThroughOperation operation, Message message, SignedTarget target) {
    return calls
        .environment()
        .tracing()
        .begin(
            new CallOrigin(
                "",
                operation.kind().label(),
                message.headers()::get,
                name -> target.config().place()));
  }

  private static Route route(
      PassThroughOperation operation, SignedTarget target, boolean repeatable) {
    Target whole = target.config().target();
    Target side = OperationTarget.of(whole, operation.kind().group());
    RetryPolicy usual = RetryPolicy.DEFAULTS;
    RetryPolicy once = new RetryPolicy(1, 1, usual.baseDelay(), usual.maxDelay(), usual.jitter());
    return new Route(
        operation.kind().group(),
        List.of(new Tier(List.of(side))),
        Route.DEFAULT_DEADLINE,
        Route.defaultPatience(Route.DEFAULT_DEADLINE),
        repeatable ? usual : once,
        BreakerPolicy.DEFAULTS,
        HedgePolicy.OFF);
  }

  @Override
  protected void attempt(Step.Attempt next) {
    dropReply();
    String path = upstream.path(operation.rawPath());
    PassThroughRequest request =
        new PassThroughRequest(
            operation.method(),
            message.query().isEmpty() ? path : path + '?' + message.query(),
            HeaderRules.forTarget(message.headers(), upstream.config().wire().forwardHeaders()),
            message.body(),
            repeatable);
    UpstreamAttempt begun =
        new UpstreamAttempt(upstream, next, request, loop, calls.memory(), this);
    attempt = begun;
    begun.start();
  }

  /** Requests are passed on as they are. */
  @Override
  protected String adapted(UpstreamAttempt which) {
    return "";
  }

  @Override
  public void attemptEnded(UpstreamAttempt which, Outcome outcome, @Nullable Reply got) {
    attempt = null;
    if (isOver()) {
      which.release();
    } else {
      if (got != null) {
        held = which;
        reply = got;
      }
      take(() -> journey.attemptEnded(which.step(), outcome, now()));
    }
  }

  @Override
  protected void endWithout(ErrorInfo error) {
    dropReply();
    refuse(error, Duration.ZERO);
  }

  @Override
  protected void refuse(Step.Refuse refusal) {
    refuse(refusal.error(), refusal.retryAfter());
  }

  @Override
  protected void degrade(Step.Degrade none) {
    refuse(none.instead());
  }

  @Override
  protected void interrupt(Step.Interrupt broken) {
    refuse(broken.outcome().error(), Duration.ZERO);
  }

  @Override
  protected void answer(Step.Answer answer) {
    Reply got = reply;
    if (got == null) {
      refuse(Refusals.DEFECT, Duration.ZERO);
    } else {
      finish(new Reply(got.status(), own(HeaderRules.forCaller(got.headers())), got.body()));
    }
  }

  private void refuse(ErrorInfo error, Duration retryAfter) {
    Reply got = reply;
    if (got != null && got.isError(error.status())) {
      Headers headers = own(HeaderRules.forCaller(got.headers()));
      Refusals.addRetryAfter(headers, error, retryAfter);
      finish(new Reply(got.status(), headers, got.body()));
    } else {
      Reply made = Refusals.reply(error, retryAfter);
      own(made.headers());
      finish(made);
    }
  }

  private Headers own(Headers headers) {
    return headers
        .set(HeaderRules.TARGET, upstream.name())
        .set(HeaderRules.ATTEMPTS, Integer.toString(journey.attempts()));
  }

  private void finish(Reply last) {
    finish(sent -> sink.whole(last, null, sent));
  }

  @Override
  protected void ended() {
    dropReply();
    whenOver.run();
  }

  private void dropReply() {
    if (held != null) {
      held.release();
      held = null;
    }
    reply = null;
  }

  @Override
  protected void cancelAttempts() {
    UpstreamAttempt current = attempt;
    attempt = null;
    if (current != null) {
      current.cancel();
    }
  }
}
