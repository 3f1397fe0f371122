package dev.forebay.gateway.passthrough;

import dev.forebay.bedrock.Errors;
import dev.forebay.core.BreakerPolicy;
import dev.forebay.core.Call;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.HedgePolicy;
import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.About;
import dev.forebay.core.Outcome.Fault;
import dev.forebay.core.RetryPolicy;
import dev.forebay.core.Route;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.Tier;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.event.CallOrigin;
import dev.forebay.core.event.CallTrace;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.journey.Journey;
import dev.forebay.gateway.call.CallRegistry;
import dev.forebay.gateway.call.GatewayRuntime;
import dev.forebay.gateway.http.Bytes;
import dev.forebay.gateway.http.ContentCoding;
import dev.forebay.gateway.http.GatheredBody;
import dev.forebay.gateway.http.HeaderRules;
import dev.forebay.gateway.http.HttpResponseSink;
import dev.forebay.gateway.http.Refusals;
import dev.forebay.gateway.http.Reply;
import dev.forebay.gateway.loop.EventLoop;
import dev.forebay.gateway.loop.LastResort;
import dev.forebay.gateway.loop.MemoryBudget;
import dev.forebay.gateway.loop.WallClock;
import dev.forebay.gateway.upstream.ContentDecoder;
import dev.forebay.gateway.upstream.NoCredentialsException;
import dev.forebay.gateway.upstream.OperationTarget;
import dev.forebay.gateway.upstream.SignedTarget;
import dev.forebay.gateway.upstream.Upstream;
import dev.forebay.gateway.upstream.UpstreamAttempt;
import dev.forebay.gateway.upstream.WholeBody;
import dev.forebay.gateway.upstream.WireRequest;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One operation that is no call of a model: passed on signed, and its answer passed back, under the
 * policies of any call. It has a circuit and a retry budget of its own for each target, so that
 * guardrails that fail do not shut the model out. Lives on one event loop.
 */
final class PassThroughCall {
  private static final Logger log = LoggerFactory.getLogger(PassThroughCall.class);

  private final EventLoop loop;
  private final GatewayRuntime runtime;
  private final HttpServerRequest request;
  private final PassThroughOperation operation;
  private final Upstream upstream;
  private final Buffer body;
  private final Runnable whenOver;
  private final HttpResponseSink sink;

  private @Nullable Journey journey;
  private Step.@Nullable Attempt attempt;
  private @Nullable WireRequest sent;
  private @Nullable Reply reply;
  private long timer = -1;
  private boolean over;
  private boolean repeatable;

  /** The answer, as far as it has come. */
  private @Nullable GatheredBody gathered;

  PassThroughCall(
      CallRegistry calls,
      GatewayRuntime runtime,
      HttpServerRequest request,
      PassThroughOperation operation,
      SignedTarget target,
      Buffer body,
      Runnable whenOver) {
    this.loop = calls.loop();
    this.runtime = runtime;
    this.request = request;
    this.operation = operation;
    this.upstream = calls.upstream(target);
    this.body = body;
    this.whenOver = whenOver;
    this.sink =
        new HttpResponseSink(
            request.response(),
            new HttpResponseSink.Patience(
                request, loop, () -> target.config().target().timeouts().idle()));
  }

  /**
   * Begins.
   *
   * @param mayRepeat whether it does no harm if it is carried out twice
   */
  void start(Call call, boolean mayRepeat, @Nullable JourneyListener charge) {
    repeatable = mayRepeat;
    sink.whenGone(this::callerLeft);
    JourneyListener all = charge == null ? runtime.listener() : charge.and(runtime.listener());
    CallTrace trace =
        runtime
            .tracing()
            .begin(new CallOrigin("", operation.kind().label(), request.headers()::get));
    Journey begun = runtime.journeys().begin(route(), call, now(), loop.random(), all, trace);
    journey = begun;
    Context context = loop.vertx().getOrCreateContext();
    Runnable wakeUp = () -> context.runOnContext(run -> step(() -> begun.woken(now())));
    step(() -> begun.start(now(), wakeUp));
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

  private void step(Supplier<@Nullable Step> event) {
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
    attempt = next;
    reply = null;
    sent = null;
    arm(next.lifeByNanos(), () -> timeUp(next));
    var ready = upstream.signer().ready();
    if (ready.isComplete()) {
      send(next);
    } else {
      Context context = loop.vertx().getOrCreateContext();
      ready.onComplete(done -> context.runOnContext(run -> send(next)));
    }
  }

  private void send(Step.Attempt mine) {
    if (isPast(mine)) {
      return;
    }
    String query = request.query();
    String path = upstream.path(operation.rawPath());
    String whole = query == null || query.isEmpty() ? path : path + '?' + query;
    MultiMap headers =
        HeaderRules.forTarget(request.headers(), upstream.config().wire().forwardHeaders());
    Journey followed = journey;
    if (followed != null) {
      followed.trace().name(mine, headers::set);
    }
    try {
      upstream.signer().sign(operation.method().name(), whole, headers, body);
    } catch (NoCredentialsException e) {
      upstream.hasNoCredentials(String.valueOf(e.getMessage()));
      ended(mine, unsigned("The gateway has no credentials for it."));
      return;
    } catch (RuntimeException e) {
      log.error("Target {}: signing failed", name(), e);
      ended(mine, unsigned("The gateway could not sign for it."));
      return;
    }
    WireRequest wire =
        new WireRequest(
            upstream,
            upstream.options(operation.method(), whole),
            headers,
            body,
            repeatable,
            new Wire(mine));
    sent = wire;
    wire.send();
  }

  private Outcome.Failure unsigned(String why) {
    return new Outcome.Rejected(
        About.TARGET,
        new ErrorInfo(500, "InternalServerException", "Target '%s': %s".formatted(name(), why)));
  }

  /** Hears of one attempt's request. */
  private final class Wire implements WireRequest.Taker {
    private final Step.Attempt mine;

    Wire(Step.Attempt mine) {
      this.mine = mine;
    }

    @Override
    public void name(MultiMap headers) {}

    @Override
    public void sent() {}

    @Override
    public void responded(HttpClientResponse head) {
      if (!isPast(mine)) {
        read(mine, head);
      }
    }

    @Override
    public void broken(Throwable cause, boolean connected) {
      PassThroughCall.this.broken(mine, cause, connected);
    }

    @Override
    public void defect(Throwable cause) {
      if (cause instanceof Error) {
        broke(cause);
        return;
      }
      log.error("Target {}: the request could not be sent", upstream.name(), cause);
      ended(mine, new Outcome.Rejected(About.TARGET, Refusals.DEFECT));
    }
  }

  private void read(Step.Attempt mine, HttpClientResponse response) {
    boolean good = isGood(response);
    dropAnswer();
    GatheredBody whole = new GatheredBody(loop.memory(), announced(response));
    gathered = whole;
    response.exceptionHandler(
        cause -> {
          if (good) {
            broken(mine, cause, true);
          } else {
            ended(mine, failure(response, whole.buffer()));
          }
        });
    response.handler(bytes -> chunk(mine, response, whole, bytes));
    response.endHandler(end -> step(mine, () -> complete(mine, response, whole)));
  }

  private void chunk(
      Step.Attempt mine, HttpClientResponse response, GatheredBody whole, Buffer bytes) {
    if (isPast(mine)) {
      return;
    }
    boolean good = isGood(response);
    int limit = good ? MemoryBudget.MAX_ANSWER_BYTES : WholeBody.MAX_ERROR_BYTES;
    boolean small = whole.length() + bytes.length() <= limit;
    if (small && whole.add(bytes)) {
      return;
    }
    reset();
    if (!good) {
      ended(mine, failure(response, whole.buffer()));
    } else if (small) {
      noRoom();
    } else {
      failed(mine, "The target's answer is too large.");
    }
  }

  /** Runs what may fail with the call. */
  private void step(Step.Attempt mine, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | Error e) {
      if (!isPast(mine)) {
        broke(e);
      }
    }
  }

  private void noRoom() {
    loop.memory().refuse();
    giveUp(Refusals.NO_ROOM, "there is no room for the answer");
  }

  private void broke(Throwable defect) {
    LastResort.check(defect);
    log.error("A call failed by a defect of the gateway", defect);
    giveUp(Refusals.DEFECT, "the gateway failed");
  }

  private void giveUp(ErrorInfo error, String why) {
    Journey mine = journey;
    if (mine != null) {
      mine.giveUp(error, why, now());
    }
    reset();
    reply = null;
    refuse(error, Duration.ZERO);
  }

  private void dropAnswer() {
    if (gathered != null) {
      gathered.release();
      gathered = null;
    }
  }

  /** Once the answer is out. */
  private void over() {
    dropAnswer();
    whenOver.run();
  }

  private static long announced(HttpClientResponse response) {
    return ContentCoding.of(response.headers()).filter(List::isEmpty).isEmpty()
        ? 0
        : UpstreamAttempt.announced(response);
  }

  private static boolean isGood(HttpClientResponse response) {
    return response.statusCode() >= 200 && response.statusCode() < 300;
  }

  /** The status decides, whatever came of the body. */
  private static Outcome.Failure failure(HttpClientResponse response, Buffer body) {
    return Errors.classify(
        response.statusCode(), response.headers()::get, Bytes.of(body), WallClock.now());
  }

  private void complete(Step.Attempt mine, HttpClientResponse response, GatheredBody encoded) {
    if (isPast(mine)) {
      return;
    }
    Optional<Buffer> whole;
    try {
      whole = decoded(response, encoded).map(GatheredBody::buffer);
    } catch (ContentDecoder.NoRoomException e) {
      noRoom();
      return;
    }
    whole.ifPresent(
        body ->
            reply =
                new Reply(response.statusCode(), ContentCoding.decoded(response.headers()), body));
    if (!isGood(response)) {
      ended(mine, failure(response, whole.orElseGet(Buffer::buffer)));
    } else if (whole.isPresent()) {
      ended(mine, new Outcome.Succeeded(TokenUsage.NONE));
    } else {
      failed(mine, ContentCoding.objection(response.headers()));
    }
  }

  /** The answer as it is passed on; empty if it cannot be decoded. */
  private Optional<GatheredBody> decoded(HttpClientResponse response, GatheredBody encoded)
      throws ContentDecoder.NoRoomException {
    Optional<List<ContentCoding>> codings = ContentCoding.of(response.headers());
    if (codings.isEmpty()) {
      encoded.release();
      return Optional.empty();
    }
    Optional<GatheredBody> body =
        ContentDecoder.whole(encoded, codings.get(), MemoryBudget.MAX_ANSWER_BYTES, loop.memory());
    gathered = body.orElse(null);
    return body;
  }

  private void broken(Step.Attempt mine, Throwable cause, boolean connected) {
    if (!isPast(mine)) {
      failed(mine, upstream.failed(cause, connected));
    }
  }

  private void failed(Step.Attempt mine, String message) {
    ErrorInfo error = new ErrorInfo(503, "ServiceUnavailableException", message);
    ended(mine, new Outcome.Failed(Fault.CONNECTION, error));
  }

  private void timeUp(Step.Attempt mine) {
    if (!isPast(mine)) {
      reset();
      ErrorInfo error =
          new ErrorInfo(408, "ModelTimeoutException", "The target did not answer in time.");
      ended(mine, new Outcome.TimedOut(mine.limitAt(now(), false, false), error));
    }
  }

  /** Once for each attempt. */
  private void ended(Step.Attempt mine, Outcome outcome) {
    Journey mineToo = journey;
    if (!isPast(mine) && mineToo != null) {
      attempt = null;
      loop.vertx().cancelTimer(timer);
      step(() -> mineToo.attemptEnded(mine, outcome, now()));
    }
  }

  private boolean isPast(Step.Attempt mine) {
    return over || !mine.equals(attempt);
  }

  private void waitUntil(long nanos) {
    Journey mine = journey;
    if (mine != null) {
      arm(nanos, () -> step(() -> mine.timer(now())));
    }
  }

  private void arm(long nanos, Runnable action) {
    loop.vertx().cancelTimer(timer);
    timer = loop.vertx().setTimer(loop.ticker().timerMillis(nanos - now()), id -> action.run());
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
      MultiMap headers = own(HeaderRules.forCaller(got.headers()));
      Refusals.addRetryAfter(headers, error, retryAfter);
      finish(new Reply(got.status(), headers, got.body()));
    } else {
      Reply made = Refusals.reply(error, retryAfter);
      own(made.headers());
      finish(made);
    }
  }

  private MultiMap own(MultiMap headers) {
    Journey mine = journey;
    return headers
        .set(HeaderRules.TARGET, name())
        .set(HeaderRules.ATTEMPTS, Integer.toString(mine == null ? 0 : mine.attempts()));
  }

  private void finish(Reply last) {
    if (!over) {
      over = true;
      loop.vertx().cancelTimer(timer);
      sink.whole(last, null).onComplete(done -> over());
    }
  }

  private void callerLeft() {
    Journey mine = journey;
    if (!over) {
      over = true;
      loop.vertx().cancelTimer(timer);
      reset();
      if (mine != null) {
        mine.callerLeft(now());
      }
      over();
    }
  }

  private void reset() {
    if (sent != null) {
      sent.reset();
    }
  }

  private String name() {
    return upstream.config().target().name();
  }

  private long now() {
    return loop.ticker().nanos();
  }
}
