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
import dev.forebay.core.journey.Journey;
import dev.forebay.engine.Headers;
import dev.forebay.engine.Loop;
import dev.forebay.engine.Reply;
import dev.forebay.engine.ResponseSink;
import dev.forebay.engine.call.CallRegistry;
import dev.forebay.engine.http.HeaderRules;
import dev.forebay.engine.http.Refusals;
import dev.forebay.engine.route.OperationTarget;
import dev.forebay.engine.upstream.AttemptOwner;
import dev.forebay.engine.upstream.PassThroughRequest;
import dev.forebay.engine.upstream.SignedTarget;
import dev.forebay.engine.upstream.Upstream;
import dev.forebay.engine.upstream.UpstreamAttempt;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One operation that is no call of a model: passed on signed, and its answer passed back, under the
 * policies of any call. It has a circuit and a retry budget of its own for each target, so that
 * guardrails that fail do not shut the model out. Lives on one loop.
 */
public final class PassThroughCall implements AttemptOwner {
  private static final Logger log = LoggerFactory.getLogger(PassThroughCall.class);

  private final CallRegistry calls;
  private final Loop loop;
  private final PassThroughOperation operation;
  private final Message message;
  private final Upstream upstream;
  private final boolean repeatable;
  private final ResponseSink sink;
  private final Runnable whenOver;
  private final Journey journey;

  private @Nullable UpstreamAttempt attempt;

  /** The one whose reply is held. */
  private @Nullable UpstreamAttempt held;

  private @Nullable Reply reply;
  private Loop.@Nullable Timer timer;
  private boolean over;

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
   * @param listener hears its journey
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
    this.calls = calls;
    this.loop = calls.loop();
    this.operation = operation;
    this.message = message;
    this.upstream = calls.upstream(target);
    this.repeatable = repeatable;
    this.sink = sink;
    this.whenOver = whenOver;
    CallTrace trace =
        calls
            .environment()
            .tracing()
            .begin(new CallOrigin("", operation.kind().label(), message.headers()::get));
    this.journey =
        calls
            .environment()
            .journeys()
            .begin(route(), call, loop.nanos(), loop.random(), listener, trace);
  }

  public void start() {
    sink.whenGone(this::callerLeft);
    Runnable wakeUp = () -> loop.execute(() -> take(() -> journey.woken(now())));
    take(() -> journey.start(now(), wakeUp));
  }

  private Route route() {
    Target whole = upstream.config().target();
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

  /** Tells the journey what happened, and does what it wants next, if anything. */
  private void take(Supplier<@Nullable Step> event) {
    if (over) {
      return;
    }
    try {
      switch (event.get()) {
        case null -> {}
        case Step.Attempt next -> attempt(next);
        case Step.WaitUntil wait -> waitUntil(wait.nanos());
        case Step.Continue nothing -> {}
        case Step.Answer answer -> answer();
        case Step.Refuse refusal -> refuse(refusal.error(), refusal.retryAfter());
        case Step.Degrade none -> refuse(none.instead().error(), none.instead().retryAfter());
        case Step.Interrupt broken -> refuse(broken.outcome().error(), Duration.ZERO);
      }
    } catch (RuntimeException | Error e) {
      broke(e);
    }
  }

  private void attempt(Step.Attempt next) {
    cancelTimer();
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

  @Override
  public void name(UpstreamAttempt which, Headers headers) {
    journey.trace().name(which.step(), headers::set);
  }

  @Override
  public void sent(UpstreamAttempt which) {
    if (!over) {
      journey.sent(which.step(), "", now());
    }
  }

  @Override
  public void responded(UpstreamAttempt which, int status, @Nullable String requestId) {
    if (!over) {
      journey.responded(which.step(), status, requestId, now());
    }
  }

  @Override
  public void attemptEnded(UpstreamAttempt which, Outcome outcome, @Nullable Reply got) {
    attempt = null;
    if (over) {
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
  public void noRoom(UpstreamAttempt which) {
    giveUp(Refusals.NO_ROOM, "there is no room for the answer");
  }

  @Override
  public void broke(Throwable defect) {
    calls.environment().defect(defect);
    log.error("A call failed by a defect of Forebay", defect);
    giveUp(Refusals.DEFECT, "Forebay failed");
  }

  private void giveUp(ErrorInfo error, String why) {
    if (!over) {
      cancel();
      dropReply();
      journey.giveUp(error, why, now());
      refuse(error, Duration.ZERO);
    }
  }

  private void waitUntil(long nanos) {
    cancelTimer();
    timer = loop.timer(nanos - now(), () -> take(() -> journey.timer(now())));
  }

  private void answer() {
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
    if (!over) {
      over = true;
      cancelTimer();
      sink.whole(last, null, this::over);
    }
  }

  private void callerLeft() {
    if (!over) {
      over = true;
      cancel();
      journey.callerLeft(now());
      over();
    }
  }

  /** Once the answer is out. */
  private void over() {
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

  private void cancel() {
    cancelTimer();
    UpstreamAttempt current = attempt;
    attempt = null;
    if (current != null) {
      current.cancel();
    }
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private long now() {
    return loop.nanos();
  }
}
