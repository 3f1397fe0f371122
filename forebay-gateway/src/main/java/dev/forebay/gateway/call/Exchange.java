package dev.forebay.gateway.call;

import dev.forebay.bedrock.ErrorBody;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Flaw;
import dev.forebay.core.Outcome;
import dev.forebay.core.Step;
import dev.forebay.core.Step.Source;
import dev.forebay.core.journey.Journey;
import dev.forebay.gateway.http.HeaderRules;
import dev.forebay.gateway.http.Refusals;
import dev.forebay.gateway.http.Reply;
import dev.forebay.gateway.http.ResponseSink;
import dev.forebay.gateway.loop.EventLoop;
import dev.forebay.gateway.loop.LastResort;
import dev.forebay.gateway.upstream.ModelErrors;
import dev.forebay.gateway.upstream.ModelRequest;
import dev.forebay.gateway.upstream.TargetCall;
import dev.forebay.gateway.upstream.Upstream;
import dev.forebay.gateway.upstream.UpstreamAttempt;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
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
public final class Exchange implements UpstreamAttempt.Owner {
  private static final Logger log = LoggerFactory.getLogger(Exchange.class);
  private static final long NO_TIMER = -1;
  private static final Buffer NOTHING = Buffer.buffer();

  private final CallRegistry calls;
  private final EventLoop loop;
  private final PendingCall call;
  private final ModelRequest request;
  private final ResponseSink sink;
  private final Journey journey;
  private final DegradedAnswers degradedAnswers;

  private boolean over;

  /** Attempts whose replies are held, for the call may end with any of them. */
  private final List<UpstreamAttempt> holding = new ArrayList<>(1);

  /** Completes with the last byte of what the caller gets, once that is decided. */
  private Future<Void> sent = Future.succeededFuture();

  private long waitTimer = NO_TIMER;
  private long hedgeTimer = NO_TIMER;
  private final List<UpstreamAttempt> underWay = new ArrayList<>(1);
  private @Nullable Upstream upstream;

  /** What was changed in the request for it. */
  private String adapted = "";

  private @Nullable Reply lastReply;
  private @Nullable FailedAttempt ending;

  /**
   * The attempt whose failure the call ends with if no target answers.
   *
   * @param adapted what was changed in the request for it
   * @param reply what the target sent; null if it sent nothing whole
   */
  private record FailedAttempt(Upstream upstream, String adapted, @Nullable Reply reply) {}

  /** A call that is yet to start. */
  Exchange(CallRegistry calls, PendingCall call, DegradedAnswers degradedAnswers) {
    this.calls = calls;
    this.loop = calls.loop();
    this.call = call;
    this.request = call.request();
    this.sink = call.sink();
    this.journey = call.journey();
    this.degradedAnswers = degradedAnswers;
  }

  public void start() {
    sink.whenGone(this::callerLeft);
    Runnable wakeUp = wakeUp();
    take(() -> journey.start(now(), wakeUp, degradedAnswers));
  }

  /** Starts a call that takes the place of one that failed. */
  public void startAgain() {
    sink.whenGone(this::callerLeft);
    Runnable wakeUp = wakeUp();
    take(() -> journey.startAgain(now(), wakeUp, degradedAnswers));
  }

  private Runnable wakeUp() {
    Context context = loop.vertx().getOrCreateContext();
    return () -> context.runOnContext(now -> wake());
  }

  @Override
  public void name(UpstreamAttempt attempt, MultiMap headers) {
    journey.trace().name(attempt.step(), headers::set);
  }

  @Override
  public void sent(UpstreamAttempt attempt) {
    if (!over) {
      journey.sent(attempt.step(), attempt.call().adapted(), now());
    }
  }

  @Override
  public void responded(UpstreamAttempt attempt, int status, @Nullable String requestId) {
    if (!over) {
      journey.responded(attempt.step(), status, requestId, now());
    }
  }

  @Override
  public void showedLife(UpstreamAttempt by) {
    if (!over && !sink.begun()) {
      journey.showedLife(by.step(), now());
      sink.answering();
    }
  }

  @Override
  public void contentStarts(UpstreamAttempt by, MultiMap headers) {
    journey.contentStarted(by.step(), now());
    upstream = by.upstream();
    adapted = by.call().adapted();
    cancelAllBut(by);
    sink.begin(answerHeaders(headers, journey.source()), journey.source());
  }

  @Override
  public boolean relay(UpstreamAttempt by, Buffer frames, Runnable taken) {
    if (!sink.write(frames, taken)) {
      return false;
    }
    sink.whenDrained(by::resume);
    return true;
  }

  @Override
  public void produced(UpstreamAttempt by, int pieces) {
    journey.produced(by.step(), pieces, now());
  }

  @Override
  public void flawed(UpstreamAttempt attempt, Flaw flaw) {
    if (!over) {
      journey.flawed(attempt.step(), flaw, now());
    }
  }

  @Override
  public void attemptEnded(UpstreamAttempt which, Outcome outcome, @Nullable Reply reply) {
    underWay.remove(which);
    if (over) {
      which.release();
    } else {
      if (reply != null) {
        holding.add(which);
      }
      lastReply = reply;
      upstream = which.upstream();
      adapted = which.call().adapted();
      if (outcome instanceof Outcome.Succeeded) {
        request.answered(which.call().model());
      }
      take(
          () -> {
            Step next = journey.attemptEnded(which.step(), outcome, now());
            if (journey.endsWith(which.step())) {
              ending = new FailedAttempt(which.upstream(), which.call().adapted(), reply);
            }
            if (next instanceof Step.Answer
                && ending != null
                && outcome instanceof Outcome.Failure) {
              lastReply = ending.reply;
              upstream = ending.upstream;
              adapted = ending.adapted;
            }
            return next;
          });
    }
  }

  @Override
  public void noRoom(UpstreamAttempt which) {
    giveUp(Refusals.NO_ROOM, "there is no room for the answer");
  }

  @Override
  public void broke(Throwable defect) {
    LastResort.check(defect);
    log.error("A call failed by a defect of the gateway", defect);
    giveUp(Refusals.DEFECT, "the gateway failed");
  }

  /** Ends the call for a reason that no target is to blame for. */
  private void giveUp(ErrorInfo error, String why) {
    if (!over) {
      cancelTimers();
      cancelAllBut(null);
      journey.giveUp(error, why, now());
      upstream = null;
      endWith(error);
    }
  }

  /** Tells the journey what happened, and does what it wants next, if anything. */
  private void take(Supplier<@Nullable Step> event) {
    try {
      switch (event.get()) {
        case null -> {}
        case Step.Attempt next -> attempt(next);
        case Step.WaitUntil wait -> waitUntil(wait.nanos());
        case Step.Continue other -> {}
        case Step.Answer answer -> answer(answer.source());
        case Step.Interrupt interrupt -> interrupt(interrupt.outcome().error());
        case Step.Refuse refusal -> refuse(refusal);
        case Step.Degrade degraded -> degrade(degraded.source());
      }
    } catch (RuntimeException | Error e) {
      broke(e);
    }
  }

  private void attempt(Step.Attempt next) {
    lastReply = null;
    cancelTimers();
    long hedgeAt = next.hedgeAtNanos();
    Upstream to = calls.upstream(call.snapshot().access(next.target()));
    upstream = to;
    TargetCall made = TargetCall.of(request, to);
    UpstreamAttempt begun = new UpstreamAttempt(to, next, made, loop, this);
    underWay.add(begun);
    long copy = made.body().equals(request.body()) ? 0 : made.body().length();
    if (copy > 0 && !begun.take(copy, copy)) {
      begun.noRoom();
      return;
    }
    begun.start();
    if (hedgeAt != Step.Attempt.NEVER) {
      hedgeTimer = timer(hedgeAt, this::hedge);
    }
  }

  private void hedge() {
    hedgeTimer = NO_TIMER;
    if (!over && !sink.begun() && !underWay.isEmpty()) {
      take(() -> journey.hedge(now()));
    }
  }

  /** The journey asked to be looked at again: there may be room for its attempt now. */
  private void wake() {
    if (!over) {
      take(() -> journey.woken(now()));
    }
  }

  private void waitUntil(long nanos) {
    cancelTimers();
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

  private void answer(Source source) {
    Reply reply = lastReply;
    cancelTimers();
    cancelAllBut(null);
    if (reply == null) {
      finish(() -> sink.end(NOTHING, true));
    } else if (request.path().operation().streaming()) {
      sink.begin(answerHeaders(reply.headers(), source), source);
      finish(() -> sink.end(reply.body(), true));
    } else {
      Reply own = new Reply(reply.status(), answerHeaders(reply.headers(), source), reply.body());
      finish(() -> sink.whole(own, source));
    }
  }

  /** Content is out already: the one honest end is an exception event, which SDKs throw. */
  private void interrupt(ErrorInfo error) {
    finish(() -> sink.end(exceptionFrame(error), false));
  }

  /** Nobody answers: the caller gets what there is instead. */
  private void degrade(Source source) {
    cancelTimers();
    MultiMap attempts =
        HttpHeaders.headers().set(HeaderRules.ATTEMPTS, Integer.toString(journey.attempts()));
    Answer spare = degradedAnswers.answer();
    long bytes = spare.body().length();
    loop.memory().hold(bytes);
    finish(
        () ->
            spare.with(attempts).give(sink, source).onComplete(sent -> loop.memory().give(bytes)));
  }

  private void refuse(Step.Refuse refusal) {
    cancelTimers();
    FailedAttempt failed = ending;
    upstream = failed == null ? null : failed.upstream;
    Reply reply = failed == null ? null : failed.reply;
    if (reply != null && reply.isError(refusal.error().status())) {
      MultiMap headers = ownHeaders(HeaderRules.forCaller(reply.headers()));
      Refusals.addRetryAfter(headers, refusal.error(), refusal.retryAfter());
      Buffer body = ModelErrors.explained(reply.status(), reply.body(), refusal.why());
      finish(() -> sink.whole(new Reply(reply.status(), headers, body), null));
    } else {
      refuseWith(ModelErrors.explained(refusal.error(), refusal.why()), refusal.retryAfter());
    }
  }

  private void refuseWith(ErrorInfo error, Duration retryAfter) {
    Reply reply = Refusals.reply(error, retryAfter);
    ownHeaders(reply.headers());
    finish(() -> sink.whole(reply, null));
  }

  /**
   * Ends the call before its journey does, with an error in the form that the caller understands.
   */
  Future<Void> stop() {
    if (over) {
      return sent;
    }
    cancel();
    return endWith(Refusals.DRAINING);
  }

  private Future<Void> endWith(ErrorInfo error) {
    if (sink.begun()) {
      interrupt(error);
    } else {
      refuseWith(error, Duration.ZERO);
    }
    return sent;
  }

  /** Only when the last byte is out may a gateway that is shutting down forget the call. */
  private void finish(Supplier<Future<Void>> answer) {
    // First, since on HTTP/2 the stream may close, and say so, within the write of its last byte.
    over = true;
    sent = answer.get();
    sent.onComplete(done -> ended());
  }

  private void ended() {
    holding.forEach(UpstreamAttempt::release);
    // The connection remembers its last response, and that this call.
    holding.clear();
    lastReply = null;
    ending = null;
    calls.ended(this);
    call.whenOver().run();
  }

  private Buffer exceptionFrame(ErrorInfo error) {
    return Buffer.buffer(ErrorBody.exceptionFrame(error, request.path().operation()));
  }

  private MultiMap answerHeaders(MultiMap targets, Source source) {
    MultiMap headers =
        ownHeaders(HeaderRules.forCaller(targets)).set(HeaderRules.ANSWER, source.label());
    return adapted.isEmpty() ? headers : headers.set(HeaderRules.ADAPTED, adapted);
  }

  private MultiMap ownHeaders(MultiMap headers) {
    headers.set(HeaderRules.ATTEMPTS, Integer.toString(journey.attempts()));
    if (upstream != null) {
      headers.set(HeaderRules.TARGET, upstream.config().target().name());
      headers.set(HeaderRules.MODEL, upstream.model(request.path()));
    }
    return headers;
  }

  private void callerLeft() {
    if (!over) {
      over = true;
      cancel();
      ended();
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
    if (waitTimer != NO_TIMER) {
      loop.vertx().cancelTimer(waitTimer);
    }
    if (hedgeTimer != NO_TIMER) {
      loop.vertx().cancelTimer(hedgeTimer);
    }
    waitTimer = NO_TIMER;
    hedgeTimer = NO_TIMER;
  }

  private long now() {
    return loop.ticker().nanos();
  }
}
