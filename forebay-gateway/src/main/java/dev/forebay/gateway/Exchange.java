package dev.forebay.gateway;

import dev.forebay.bedrock.ErrorBody;
import dev.forebay.bedrock.ModelPath;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Journey;
import dev.forebay.core.JourneyTrail;
import dev.forebay.core.Outcome;
import dev.forebay.core.Step;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One call: drives its journey, from the request's last byte to the answer's. Lives on one event
 * loop.
 */
final class Exchange implements UpstreamAttempt.Owner {
  private static final long NO_TIMER = -1;

  private final EventLoop loop;
  private final ModelPath path;
  private final MultiMap callersHeaders;
  private final Buffer body;
  private final HttpServerResponse response;
  private final Journey journey;
  private final @Nullable JourneyTrail trail;

  private boolean over;
  private long waitTimer = NO_TIMER;
  private @Nullable UpstreamAttempt attempt;
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
    take(journey.start(now()));
  }

  /** The journey so far, if anyone wants to read it. */
  @Nullable JourneyTrail trail() {
    return trail;
  }

  @Override
  public void contentStarts(MultiMap headers) {
    journey.contentStarted(now());
    answerHead(200, headers);
    response.setChunked(true);
  }

  @Override
  public boolean relay(Buffer frames) {
    response.write(frames);
    if (!response.writeQueueFull()) {
      return false;
    }
    UpstreamAttempt relaying = attempt;
    response.drainHandler(
        drained -> {
          if (relaying != null) {
            relaying.resume();
          }
        });
    return true;
  }

  @Override
  public void attemptEnded(Outcome outcome, @Nullable UpstreamReply reply) {
    if (!over) {
      lastReply = reply;
      take(journey.attemptEnded(outcome, now()));
    }
  }

  private void take(Step step) {
    switch (step) {
      case Step.Attempt next -> attempt(next);
      case Step.WaitUntil wait -> waitUntil(wait.nanos());
      case Step.Answer answer -> answer();
      case Step.Interrupt interrupt -> interrupt(interrupt.outcome().error());
      case Step.Refuse refusal -> refuse(refusal);
    }
  }

  private void attempt(Step.Attempt next) {
    lastReply = null;
    Upstream to = loop.upstream(next.target());
    UpstreamAttempt begun = new UpstreamAttempt(to, next, path, loop.vertx(), loop.ticker(), this);
    upstream = to;
    attempt = begun;
    begun.start(callersHeaders, body);
  }

  private void waitUntil(long nanos) {
    long millis = TimeUnit.NANOSECONDS.toMillis(nanos - now()) + 1;
    waitTimer =
        loop.vertx()
            .setTimer(
                Math.max(1, millis),
                id -> {
                  waitTimer = NO_TIMER;
                  take(journey.timer(now()));
                });
  }

  private void answer() {
    over = true;
    UpstreamReply reply = lastReply;
    if (reply == null) {
      response.end();
    } else {
      answerHead(reply.status(), reply.headers());
      response.end(reply.body());
    }
    loop.ended(this);
  }

  /** Content is out already: the one honest end is an exception event, which SDKs throw. */
  private void interrupt(ErrorInfo error) {
    over = true;
    response.write(Buffer.buffer(ErrorBody.exceptionFrame(error, path.operation())));
    response.end();
    loop.ended(this);
  }

  private void refuse(Step.Refuse refusal) {
    over = true;
    UpstreamReply reply = lastReply;
    if (reply != null && reply.status() == refusal.error().status()) {
      head(reply.status(), reply.headers());
      Refusals.addRetryAfter(response, refusal.error(), refusal.retryAfter());
      response.end(reply.body());
    } else {
      addOwnHeaders();
      Refusals.send(response, refusal.error(), refusal.retryAfter());
    }
    loop.ended(this);
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
    if (over) {
      return;
    }
    over = true;
    if (waitTimer != NO_TIMER) {
      loop.vertx().cancelTimer(waitTimer);
    }
    if (attempt != null) {
      attempt.cancel();
    }
    journey.callerLeft(now());
    loop.ended(this);
  }

  private long now() {
    return loop.ticker().nanos();
  }
}
