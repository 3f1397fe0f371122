package dev.forebay.gateway;

import dev.forebay.bedrock.ErrorBody;
import dev.forebay.bedrock.ModelPath;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Journey;
import dev.forebay.core.JourneyTrail;
import dev.forebay.core.Outcome;
import dev.forebay.core.Step;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call: drives its journey, from the request's last byte to the answer's. Lives on one event
 * loop.
 */
final class Exchange implements UpstreamAttempt.Owner {
  private static final Logger log = LoggerFactory.getLogger(Exchange.class);
  private static final long NO_TIMER = -1;
  private static final ErrorInfo DEFECT =
      new ErrorInfo(500, "InternalServerException", "The gateway failed; its log says how.");

  private final EventLoop loop;
  private final ModelPath path;
  private final MultiMap callersHeaders;
  private final Buffer body;
  private final HttpServerResponse response;
  private final Journey journey;
  private final @Nullable JourneyTrail trail;

  private boolean over;

  /** Completes with the last byte of what the caller gets, once that is decided. */
  private Future<Void> sent = Future.succeededFuture();

  private long waitTimer = NO_TIMER;
  private long hedgeTimer = NO_TIMER;
  private final List<UpstreamAttempt> underWay = new ArrayList<>(1);
  private @Nullable Upstream upstream;
  private @Nullable UpstreamReply lastReply;

  Exchange(
      EventLoop loop,
      HttpServerRequest request,
      ModelPath path,
      Buffer body,
      Journey journey,
      @Nullable JourneyTrail trail) {
    this.loop = loop;
    this.path = path;
    this.callersHeaders = request.headers();
    this.body = body;
    this.response = request.response();
    this.journey = journey;
    this.trail = trail;
  }

  void start() {
    response.closeHandler(closed -> callerLeft());
    response.exceptionHandler(broken -> callerLeft());
    Context context = loop.vertx().getOrCreateContext();
    take(() -> journey.start(now(), () -> context.runOnContext(wake -> wake())));
  }

  /** The journey so far, if anyone wants to read it. */
  @Nullable JourneyTrail trail() {
    return trail;
  }

  @Override
  public void contentStarts(UpstreamAttempt by, MultiMap headers) {
    journey.contentStarted(by.step(), now());
    upstream = by.upstream();
    cancelAllBut(by);
    answerHead(200, headers);
    response.setChunked(true);
  }

  @Override
  public boolean relay(UpstreamAttempt by, Buffer frames) {
    response.write(frames);
    if (!response.writeQueueFull()) {
      return false;
    }
    response.drainHandler(drained -> by.resume());
    return true;
  }

  @Override
  public void produced(UpstreamAttempt by, int pieces) {
    journey.produced(by.step(), pieces, now());
  }

  @Override
  public void attemptEnded(UpstreamAttempt which, Outcome outcome, @Nullable UpstreamReply reply) {
    underWay.remove(which);
    if (!over) {
      lastReply = reply;
      upstream = which.upstream();
      take(() -> journey.attemptEnded(which.step(), outcome, now()));
    }
  }

  private void take(Supplier<Step> event) {
    try {
      switch (event.get()) {
        case Step.Attempt next -> attempt(next);
        case Step.WaitUntil wait -> waitUntil(wait.nanos());
        case Step.Continue other -> {}
        case Step.Answer answer -> answer();
        case Step.Interrupt interrupt -> interrupt(interrupt.outcome().error());
        case Step.Refuse refusal -> refuse(refusal);
      }
    } catch (RuntimeException e) {
      log.error("A call failed by a defect of the gateway", e);
      cancel();
      endWith(DEFECT);
    }
  }

  private void attempt(Step.Attempt next) {
    lastReply = null;
    cancelTimers();
    Upstream to = loop.upstream(next.target());
    UpstreamAttempt begun = new UpstreamAttempt(to, next, path, loop.vertx(), loop.ticker(), this);
    upstream = to;
    underWay.add(begun);
    begun.start(callersHeaders, body);
    if (next.hedgeAtNanos() != Step.Attempt.NEVER) {
      hedgeTimer = timer(next.hedgeAtNanos(), this::hedge);
    }
  }

  private void hedge() {
    hedgeTimer = NO_TIMER;
    if (!over && !response.headWritten() && !underWay.isEmpty()) {
      Step.Attempt second = journey.hedge(now());
      if (second != null) {
        attempt(second);
      }
    }
  }

  /** The journey asked to be looked at again: there may be room for its attempt now. */
  private void wake() {
    if (!over) {
      Step next = journey.woken(now());
      if (next != null) {
        cancelTimers();
        take(() -> next);
      }
    }
  }

  private void waitUntil(long nanos) {
    waitTimer =
        timer(
            nanos,
            () -> {
              waitTimer = NO_TIMER;
              take(() -> journey.timer(now()));
            });
  }

  private long timer(long nanos, Runnable action) {
    long millis = loop.ticker().timerMillis(nanos - now());
    return loop.vertx().setTimer(millis, id -> action.run());
  }

  private void answer() {
    over = true;
    cancelAllBut(null);
    UpstreamReply reply = lastReply;
    if (reply == null) {
      finished(response.end());
    } else {
      answerHead(reply.status(), reply.headers());
      finished(response.end(reply.body()));
    }
  }

  /** Content is out already: the one honest end is an exception event, which SDKs throw. */
  private void interrupt(ErrorInfo error) {
    over = true;
    finished(response.end(Buffer.buffer(ErrorBody.exceptionFrame(error, path.operation()))));
  }

  private void refuse(Step.Refuse refusal) {
    over = true;
    UpstreamReply reply = lastReply;
    if (reply != null && reply.isError(refusal.error().status())) {
      head(reply.status(), reply.headers());
      Refusals.addRetryAfter(response, refusal.error(), refusal.retryAfter());
      finished(response.end(reply.body()));
    } else {
      addOwnHeaders();
      finished(Refusals.send(response, refusal.error(), refusal.retryAfter()));
    }
  }

  /**
   * Ends the call before its journey does, with an error in the form that the caller understands.
   */
  Future<Void> stop() {
    if (over) {
      return sent;
    }
    cancel();
    return endWith(Shared.DRAINING);
  }

  private Future<Void> endWith(ErrorInfo error) {
    over = true;
    if (!response.headWritten()) {
      addOwnHeaders();
      finished(Refusals.send(response, error));
    } else if (path.operation().streaming()) {
      finished(response.end(Buffer.buffer(ErrorBody.exceptionFrame(error, path.operation()))));
    } else {
      finished(response.reset());
    }
    return sent;
  }

  /** Only when the last byte is out may a gateway that is shutting down forget the call. */
  private void finished(Future<Void> lastByte) {
    sent = lastByte;
    lastByte.onComplete(done -> loop.ended(this, body.length()));
  }

  private void answerHead(int status, MultiMap headers) {
    head(status, headers);
    response.putHeader(HeaderRules.ANSWER, journey.source().label());
  }

  private void head(int status, MultiMap headers) {
    response.setStatusCode(status);
    HeaderRules.copyForCaller(headers, response.headers());
    addOwnHeaders();
  }

  private void addOwnHeaders() {
    response.putHeader(HeaderRules.ATTEMPTS, Integer.toString(journey.attempts()));
    if (upstream != null) {
      response.putHeader(HeaderRules.TARGET, upstream.config().target().name());
      response.putHeader(HeaderRules.MODEL, upstream.model(path));
    }
  }

  private void callerLeft() {
    if (!over) {
      over = true;
      cancel();
      loop.ended(this, body.length());
    }
  }

  private void cancel() {
    cancelTimers();
    cancelAllBut(null);
    journey.callerLeft(now());
  }

  private void cancelAllBut(@Nullable UpstreamAttempt kept) {
    for (UpstreamAttempt other : List.copyOf(underWay)) {
      if (!other.equals(kept)) {
        underWay.remove(other);
        other.cancel();
      }
    }
  }

  private void cancelTimers() {
    loop.vertx().cancelTimer(waitTimer);
    loop.vertx().cancelTimer(hedgeTimer);
    waitTimer = NO_TIMER;
    hedgeTimer = NO_TIMER;
  }

  private long now() {
    return loop.ticker().nanos();
  }
}
