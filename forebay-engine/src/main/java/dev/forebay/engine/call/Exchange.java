package dev.forebay.engine.call;

import dev.forebay.bedrock.ErrorBody;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Flaw;
import dev.forebay.core.Outcome;
import dev.forebay.core.Step;
import dev.forebay.core.Step.Source;
import dev.forebay.engine.Headers;
import dev.forebay.engine.Loop;
import dev.forebay.engine.Reply;
import dev.forebay.engine.http.HeaderRules;
import dev.forebay.engine.http.Refusals;
import dev.forebay.engine.route.ModelRequest;
import dev.forebay.engine.upstream.ModelErrors;
import dev.forebay.engine.upstream.TargetCall;
import dev.forebay.engine.upstream.Upstream;
import dev.forebay.engine.upstream.UpstreamAttempt;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call: drives its journey, from the request's last byte to the answer's. Lives on one loop.
 */
public final class Exchange extends JourneyDriver {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final PendingCall call;
  private final ModelRequest request;
  private final DegradedAnswers degradedAnswers;

  /** Attempts whose replies are held, for the call may end with any of them. */
  private final List<UpstreamAttempt> holding = new ArrayList<>(1);

  /** Runs after the last byte of what the caller gets. */
  private final List<Runnable> whenEnded = new ArrayList<>(0);

  /** Its index among the calls of its loop. */
  private int registryIndex;

  private boolean ended;
  private Loop.@Nullable Timer hedgeTimer;
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
    super(calls, call.sink(), call.journey());
    this.call = call;
    this.request = call.request();
    this.degradedAnswers = degradedAnswers;
  }

  int registryIndex() {
    return registryIndex;
  }

  void registryIndex(int index) {
    registryIndex = index;
  }

  public void start() {
    begin(wakeUp -> journey.start(now(), wakeUp, degradedAnswers));
  }

  /** Starts a call that takes the place of one that failed. */
  public void startAgain() {
    begin(wakeUp -> journey.startAgain(now(), wakeUp, degradedAnswers));
  }

  /** The call as the attempt's target takes it. */
  private static TargetCall call(UpstreamAttempt attempt) {
    return (TargetCall) attempt.request();
  }

  @Override
  protected String adapted(UpstreamAttempt attempt) {
    return call(attempt).adapted();
  }

  @Override
  public void firstFrameReceived(UpstreamAttempt by) {
    if (!isOver() && !sink.begun()) {
      journey.firstFrameReceived(by.step(), now());
      sink.answering();
    }
  }

  @Override
  public void contentStarts(UpstreamAttempt by, Headers headers) {
    journey.contentStarted(by.step(), now());
    upstream = by.upstream();
    adapted = adapted(by);
    cancelAllBut(by);
    sink.begin(answerHeaders(headers, journey.source()), journey.source());
  }

  @Override
  public boolean relay(UpstreamAttempt by, ByteBuffer frames, Runnable taken) {
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
    if (!isOver()) {
      journey.flawed(attempt.step(), flaw, now());
    }
  }

  @Override
  public void attemptEnded(UpstreamAttempt which, Outcome outcome, @Nullable Reply reply) {
    underWay.remove(which);
    if (isOver()) {
      which.release();
    } else {
      if (reply != null) {
        holding.add(which);
      }
      lastReply = reply;
      upstream = which.upstream();
      adapted = adapted(which);
      if (outcome instanceof Outcome.Succeeded) {
        request.answered(call(which).model());
      }
      take(
          () -> {
            Step next = journey.attemptEnded(which.step(), outcome, now());
            if (journey.endsWith(which.step())) {
              ending = new FailedAttempt(which.upstream(), adapted(which), reply);
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
  protected void endWithout(ErrorInfo error) {
    upstream = null;
    endWith(error);
  }

  @Override
  protected void attempt(Step.Attempt next) {
    lastReply = null;
    long hedgeAt = next.hedgeAtNanos();
    Upstream to = calls.upstream(call.snapshot().signedTarget(next.target()));
    upstream = to;
    TargetCall made = TargetCall.of(request, to);
    UpstreamAttempt begun = new UpstreamAttempt(to, next, made, loop, calls.memory(), this);
    underWay.add(begun);
    long copy = Arrays.equals(made.body(), request.body()) ? 0 : made.body().length;
    if (copy > 0 && !begun.take(copy)) {
      begun.noRoom();
      return;
    }
    begun.start();
    if (hedgeAt != Step.Attempt.NEVER) {
      hedgeTimer = timer(hedgeAt, this::hedge);
    }
  }

  private void hedge() {
    hedgeTimer = null;
    if (!sink.begun() && !underWay.isEmpty()) {
      take(() -> journey.hedge(now()));
    }
  }

  @Override
  protected void answer(Step.Answer answer) {
    Source source = answer.source();
    Reply reply = lastReply;
    cancelAllBut(null);
    if (reply == null) {
      finish(sent -> sink.end(NOTHING, true, sent));
    } else if (request.path().operation().streaming()) {
      sink.begin(answerHeaders(reply.headers(), source), source);
      finish(sent -> sink.end(ByteBuffer.wrap(reply.body()), true, sent));
    } else {
      Reply own = new Reply(reply.status(), answerHeaders(reply.headers(), source), reply.body());
      finish(sent -> sink.whole(own, source, sent));
    }
  }

  @Override
  protected void interrupt(Step.Interrupt broken) {
    ErrorInfo error = broken.outcome().error();
    endStream(calls.environment().callersConfigure() ? withRemedy(error) : error);
  }

  private static ErrorInfo withRemedy(ErrorInfo error) {
    return new ErrorInfo(
        error.status(),
        error.type(),
        error.message() + " What came before is not the whole answer: ask again for it.");
  }

  /** Content is out already: the only correct end is an exception event, which SDKs throw. */
  private void endStream(ErrorInfo error) {
    finish(sent -> sink.end(exceptionFrame(error), false, sent));
  }

  /** No target answers: the caller gets a degraded answer. */
  @Override
  protected void degrade(Step.Degrade degraded) {
    Headers attempts =
        new Headers().set(HeaderRules.ATTEMPTS, Integer.toString(journey.attempts()));
    Answer answer = degradedAnswers.answer();
    long bytes = answer.body().length;
    calls.memory().hold(bytes);
    finish(
        sent ->
            answer
                .with(attempts)
                .give(
                    sink,
                    degraded.source(),
                    () -> {
                      calls.memory().give(bytes);
                      sent.run();
                    }));
  }

  @Override
  protected void refuse(Step.Refuse refusal) {
    FailedAttempt failed = ending;
    upstream = failed == null ? null : failed.upstream;
    Reply reply = failed == null ? null : failed.reply;
    if (reply != null && reply.isError(refusal.error().status())) {
      Headers headers = ownHeaders(HeaderRules.forCaller(reply.headers()));
      Refusals.addRetryAfter(headers, refusal.error(), refusal.retryAfter());
      byte[] body = ModelErrors.explained(reply.status(), reply.body(), refusal.why());
      finish(sent -> sink.whole(new Reply(reply.status(), headers, body), null, sent));
    } else {
      refuseWith(ModelErrors.explained(refusal.error(), refusal.why()), refusal.retryAfter());
    }
  }

  private void refuseWith(ErrorInfo error, Duration retryAfter) {
    Reply reply = Refusals.reply(error, retryAfter);
    ownHeaders(reply.headers());
    finish(sent -> sink.whole(reply, null, sent));
  }

  /**
   * Ends the call before its journey does, with an error in the form that the caller understands.
   *
   * @param done runs once, when the last byte of it is out
   */
  void stop(Runnable done) {
    if (ended) {
      done.run();
      return;
    }
    whenEnded.add(done);
    if (!isOver()) {
      abandon();
      endWith(Refusals.DRAINING);
    }
  }

  private void endWith(ErrorInfo error) {
    if (sink.begun()) {
      endStream(error);
    } else {
      refuseWith(error, Duration.ZERO);
    }
  }

  @Override
  protected void ended() {
    holding.forEach(UpstreamAttempt::release);
    // The connection keeps its last response, and so this call: drop what it holds.
    holding.clear();
    lastReply = null;
    ending = null;
    ended = true;
    calls.ended(this);
    call.whenOver().run();
    whenEnded.forEach(Runnable::run);
  }

  private ByteBuffer exceptionFrame(ErrorInfo error) {
    return ByteBuffer.wrap(ErrorBody.exceptionFrame(error, request.path().operation()));
  }

  private Headers answerHeaders(Headers targets, Source source) {
    Headers headers =
        ownHeaders(HeaderRules.forCaller(targets)).set(HeaderRules.ANSWER, source.label());
    return adapted.isEmpty() ? headers : headers.set(HeaderRules.ADAPTED, adapted);
  }

  private Headers ownHeaders(Headers headers) {
    headers.set(HeaderRules.ATTEMPTS, Integer.toString(journey.attempts()));
    if (upstream != null) {
      headers.set(HeaderRules.TARGET, upstream.config().target().name());
      headers.set(HeaderRules.MODEL, upstream.model(request.path()));
    }
    return headers;
  }

  @Override
  protected void cancelAttempts() {
    cancelAllBut(null);
  }

  private void cancelAllBut(@Nullable UpstreamAttempt kept) {
    for (UpstreamAttempt other : List.copyOf(underWay)) {
      if (!other.equals(kept)) {
        underWay.remove(other);
        other.cancel();
      }
    }
  }

  @Override
  protected void cancelTimers() {
    super.cancelTimers();
    if (hedgeTimer != null) {
      hedgeTimer.cancel();
      hedgeTimer = null;
    }
  }
}
