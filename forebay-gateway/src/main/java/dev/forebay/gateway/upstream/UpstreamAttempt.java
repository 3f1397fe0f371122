package dev.forebay.gateway.upstream;

import dev.forebay.bedrock.MalformedFrameException;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Flaw;
import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.About;
import dev.forebay.core.Outcome.Fault;
import dev.forebay.core.Step;
import dev.forebay.core.Ticker;
import dev.forebay.core.TokenUsage;
import dev.forebay.gateway.http.ContentCoding;
import dev.forebay.gateway.http.HeaderRules;
import dev.forebay.gateway.http.Reply;
import dev.forebay.gateway.loop.EventLoop;
import dev.forebay.gateway.loop.MemoryBudget;
import dev.forebay.gateway.loop.TimerWheel;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt on the wire: sends the request, reads the answer, keeps the time limits, and tells
 * its owner once how it ended. Lives on one event loop.
 */
public final class UpstreamAttempt implements WireRequest.Taker {
  /** Who asked for the attempt and passes its content on. */
  public interface Owner {
    /**
     * Sets what tells the target which trace the request belongs to: last, as nobody signs it, and
     * no copy of it is made.
     */
    void name(UpstreamAttempt attempt, MultiMap headers);

    /** The request is on its way. */
    void sent(UpstreamAttempt attempt);

    /** The target began to reply. */
    void responded(UpstreamAttempt attempt, int status, @Nullable String requestId);

    /** The first frame of a stream has come, without content: its target has begun to answer. */
    void showedLife(UpstreamAttempt by);

    /** The first content is about to be relayed; until now another target could take over. */
    void contentStarts(UpstreamAttempt by, MultiMap headers);

    /**
     * Passes bytes of a stream on; returns whether the caller can take no more for now.
     *
     * @param taken runs once when they are held no more, on any thread
     */
    boolean relay(UpstreamAttempt by, Buffer frames, Runnable taken);

    /** So many pieces of output have come: a token each, or a little more. */
    void produced(UpstreamAttempt by, int pieces);

    /** The answer is whole and has a flaw; its end follows. */
    void flawed(UpstreamAttempt attempt, Flaw flaw);

    /**
     * The attempt is over. The reply is there if the target gave a whole one; its bytes are held
     * until {@link UpstreamAttempt#release}.
     */
    void attemptEnded(UpstreamAttempt which, Outcome outcome, @Nullable Reply reply);

    /** There is no room for the answer: the call is to be given up, and the attempt cancelled. */
    void noRoom(UpstreamAttempt which);

    /** A defect, or an error of the machine: the call is to end with it. */
    void broke(Throwable defect);
  }

  /** What reads the body of an answer once its head is known. */
  interface BodyReader {
    void chunk(Buffer bytes) throws MalformedFrameException;

    /** The body is complete as far as HTTP is concerned. */
    void end();

    /** Reading broke off; whether what came before is enough for an answer. */
    boolean isComplete();

    /** Whether nothing more is to come that matters, so that only the end is waited for. */
    boolean isSettled();

    /** The caller can take more again: reads what was left lying. */
    default void resumed() throws MalformedFrameException {}

    /** Reading broke off: ends the attempt if what came before says how; whether it did. */
    default boolean settles() {
      return false;
    }

    /** Nothing more is read. */
    default void close() {}
  }

  private static final Logger log = LoggerFactory.getLogger(UpstreamAttempt.class);

  /** How long a target may take to end a stream of which all has come. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

  public static final String EVENT_STREAM = "application/vnd.amazon.eventstream";

  private final Upstream upstream;
  private final Step.Attempt step;
  private final TargetCall call;
  private final Vertx vertx;
  private final TimerWheel timers;
  private final Ticker ticker;
  private final Owner owner;
  private final MemoryBudget memory;

  private boolean ended;
  private boolean alive;
  private boolean contentStarted;

  /** The caller can take no more for now. */
  private boolean paused;

  /** Room for what comes next; until it is there nothing is read. */
  private MemoryBudget.@Nullable Wait wait;

  private boolean waited;
  private long waitingSinceNanos;

  /** Room that this attempt holds. */
  private long held;

  private long lastByteNanos;
  private TimerWheel.@Nullable Limit limit;
  private @Nullable WireRequest request;
  private @Nullable HttpClientResponse response;
  private @Nullable BodyReader reader;

  public UpstreamAttempt(
      Upstream upstream, Step.Attempt step, TargetCall call, EventLoop loop, Owner owner) {
    this.upstream = upstream;
    this.step = step;
    this.call = call;
    this.vertx = loop.vertx();
    this.timers = loop.timers();
    this.ticker = loop.ticker();
    this.memory = loop.memory();
    this.owner = owner;
  }

  public void start() {
    arm();
    Future<Void> ready = upstream.signer().ready();
    if (ready.isComplete()) {
      send();
    } else {
      // Completed by the thread that fetches credentials: the call comes back to its own event
      // loop.
      Context loop = vertx.getOrCreateContext();
      ready.onComplete(
          done ->
              loop.runOnContext(
                  run ->
                      guard(
                          () -> {
                            if (!ended) {
                              send();
                            }
                          })));
    }
  }

  /** Thrown inside of a callback it would be lost, and the call wait for its deadline. */
  private void guard(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | Error e) {
      owner.broke(e);
    }
  }

  public Step.Attempt step() {
    return step;
  }

  public Upstream upstream() {
    return upstream;
  }

  /** The call as its target takes it. */
  public TargetCall call() {
    return call;
  }

  /** The answer is not wanted any more: close the connection, tell nobody. */
  public void cancel() {
    if (!ended) {
      ended = true;
      stop();
      release();
    }
  }

  /** Whether bytes of the answer have somewhere to go. */
  boolean takesMore() {
    return !ended && !paused && wait == null;
  }

  /** The caller can take more again. */
  public void resume() {
    if (paused && response != null && !ended) {
      paused = false;
      goOn();
    }
  }

  /** Reads on, if nothing else stands against it. */
  private void goOn() {
    lastByteNanos = ticker.nanos();
    rearm();
    BodyReader body = reader;
    if (body != null && takesMore()) {
      feed(body, body::resumed);
    }
    if (takesMore() && response != null) {
      response.resume();
    }
  }

  MemoryBudget memory() {
    return memory;
  }

  boolean isOver() {
    return ended;
  }

  /** Takes room for more of the answer, if there is any. */
  public boolean take(long bytes, long ofBody) {
    if (!memory.take(bytes, ofBody)) {
      return false;
    }
    held += bytes;
    return true;
  }

  /** Takes room for what has come already. */
  void hold(long bytes) {
    held += bytes;
    memory.hold(bytes);
  }

  void give(long bytes) {
    held -= bytes;
    memory.give(bytes);
  }

  /** So much of what this attempt holds is somebody else's from now on. */
  void handOver(long bytes) {
    held -= bytes;
  }

  /** So much of what others hold is this attempt's from now on. */
  void takeOver(long bytes) {
    held += bytes;
  }

  /** What this attempt holds is needed no more. */
  public void release() {
    if (held != 0) {
      memory.give(held);
      held = 0;
    }
  }

  /**
   * Takes room for so many bytes, or stops reading until it is there; then {@link
   * BodyReader#resumed} is called. The call is given up if it is not there in time.
   *
   * @return whether it is there
   */
  boolean await(long bytes) {
    if (bytes > memory.largest() && bytes > MemoryBudget.SMALL_BODY) {
      noRoom();
      return false;
    }
    Context context = vertx.getOrCreateContext();
    MemoryBudget.Wait begun =
        memory.await(bytes, () -> context.runOnContext(run -> granted(bytes)));
    if (begun == null) {
      held += bytes;
      return true;
    }
    wait = begun;
    waited = true;
    waitingSinceNanos = ticker.nanos();
    if (response != null) {
      response.pause();
    }
    rearm();
    return false;
  }

  private void granted(long bytes) {
    if (ended) {
      memory.give(bytes);
      return;
    }
    held += bytes;
    wait = null;
    goOn();
  }

  /** There is no room for the answer. */
  public void noRoom() {
    if (!ended) {
      memory.refuse();
      owner.noRoom(this);
    }
  }

  /** Ends the attempt with a whole answer or error from the target. */
  void finish(Outcome outcome, @Nullable Reply reply) {
    if (!ended) {
      ended = true;
      cancelLimit();
      closeReader();
      forgo();
      releaseUnless(reply);
      owner.attemptEnded(this, outcome, reply);
    }
  }

  /**
   * Ends the attempt because of something the target did or left undone, and drops the connection.
   */
  void fail(Outcome.Failure failure) {
    fail(failure, null);
  }

  /**
   * The same.
   *
   * @param reply what the caller gets of it
   */
  void fail(Outcome.Failure failure, @Nullable Reply reply) {
    if (!ended) {
      ended = true;
      stop();
      releaseUnless(reply);
      owner.attemptEnded(this, failure, reply);
    }
  }

  private void forgo() {
    if (wait != null) {
      memory.forgo(wait);
      wait = null;
    }
  }

  private void releaseUnless(@Nullable Reply reply) {
    if (reply == null) {
      release();
    }
  }

  /** A frame came: from here on it is the target's own limits that count. */
  void showsLife() {
    if (!alive) {
      alive = true;
      rearm();
      owner.showedLife(this);
    }
  }

  void contentStarts(MultiMap headers) {
    alive = true;
    contentStarted = true;
    rearm();
    owner.contentStarts(this, headers);
  }

  /**
   * Passes frames on.
   *
   * @param had so many of their bytes have room already
   */
  void relay(Buffer frames, long had) {
    if (ended) {
      return;
    }
    long more = frames.length() - had;
    boolean fits = memory.take(more, more);
    if (!fits) {
      memory.hold(more);
    }
    held -= had;
    long bytes = frames.length();
    Runnable taken = () -> memory.give(bytes);
    boolean full = owner.relay(this, frames, fits ? taken : thenResumes(taken));
    if ((full || !fits) && response != null && !ended) {
      paused = true;
      response.pause();
    }
  }

  private Runnable thenResumes(Runnable taken) {
    Context context = vertx.getOrCreateContext();
    return () -> {
      taken.run();
      context.runOnContext(run -> resume());
    };
  }

  /** The answer is whole. Whether one with a flaw, if any, is still the outcome. */
  Outcome answered(@Nullable Flaw flaw, TokenUsage usage) {
    if (flaw == null) {
      return new Outcome.Succeeded(usage);
    }
    owner.flawed(this, flaw);
    return !contentStarted && call.fallbackOn().contains(flaw)
        ? new Outcome.Unwanted(flaw, usage)
        : new Outcome.Succeeded(usage);
  }

  void produced(int pieces) {
    owner.produced(this, pieces);
  }

  private void send() {
    MultiMap headers = call.headers();
    try {
      upstream.signer().sign(call.rawPath(), headers, call.body());
    } catch (NoCredentialsException e) {
      upstream.hasNoCredentials(String.valueOf(e.getMessage()));
      fail(new Outcome.Rejected(About.TARGET, ownError("The gateway has no credentials for it.")));
      return;
    } catch (RuntimeException e) {
      log.error("Target {}: signing failed", name(), e);
      fail(new Outcome.Rejected(About.TARGET, ownError("The gateway could not sign for it.")));
      return;
    }
    WireRequest wire =
        new WireRequest(upstream, upstream.post(call.rawPath()), headers, call.body(), true, this);
    request = wire;
    wire.send();
  }

  @Override
  public void name(MultiMap headers) {
    owner.name(this, headers);
  }

  @Override
  public void sent() {
    guard(() -> owner.sent(this));
  }

  @Override
  public void responded(HttpClientResponse head) {
    guard(() -> read(head));
  }

  @Override
  public void defect(Throwable cause) {
    if (cause instanceof Error) {
      owner.broke(cause);
      return;
    }
    log.error("Target {}: the request could not be sent", name(), cause);
    fail(new Outcome.Rejected(About.TARGET, ownError("The gateway could not send to it.")));
  }

  private void read(HttpClientResponse head) {
    if (ended) {
      return;
    }
    response = head;
    lastByteNanos = ticker.nanos();
    owner.responded(this, head.statusCode(), head.getHeader(HeaderRules.REQUEST_ID));
    BodyReader body = bodyReader(head);
    reader = body;
    if (ended) {
      body.close();
      return;
    }
    head.exceptionHandler(cause -> broken(cause, true));
    head.handler(
        bytes -> {
          lastByteNanos = ticker.nanos();
          feed(body, () -> body.chunk(bytes));
        });
    head.endHandler(end -> finishBody(body));
  }

  private BodyReader bodyReader(HttpClientResponse head) {
    String type = head.headers().get(HttpHeaders.CONTENT_TYPE);
    boolean stream = type != null && type.startsWith(EVENT_STREAM);
    MultiMap headers = ContentCoding.decoded(head.headers());
    Optional<List<ContentCoding>> codings = ContentCoding.of(head.headers());
    BodyReader reads;
    Consumer<String> unreadable;
    if (stream && head.statusCode() == 200 && call.operation().streaming()) {
      reads = new StreamBody(this, call, headers);
      unreadable = message -> fail(connectionFailure(message));
    } else {
      boolean decoded = codings.isEmpty() || !codings.get().isEmpty();
      long announced = decoded ? 0 : announced(head);
      WholeBody whole = new WholeBody(this, call, head.statusCode(), headers, announced);
      whole.reserve();
      reads = whole;
      unreadable = whole::unreadable;
    }
    if (codings.isEmpty()) {
      unreadable.accept(ContentCoding.objection(head.headers()));
      return reads;
    }
    for (ContentCoding coding : codings.get()) {
      reads = new DecodedBody(this, coding, reads, unreadable);
    }
    return reads;
  }

  /** The length that the head names; 0 if it names none. */
  public static long announced(HttpClientResponse head) {
    String length = head.getHeader(HttpHeaders.CONTENT_LENGTH);
    try {
      return length == null ? 0 : Math.max(0, Long.parseLong(length));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** Something that a reader does with bytes. */
  private interface Read {
    void read() throws MalformedFrameException;
  }

  private void feed(BodyReader body, Read action) {
    if (ended) {
      return;
    }
    try {
      boolean wasSettled = body.isSettled();
      action.read();
      if (body.isSettled() && !wasSettled && !ended) {
        rearm();
      }
    } catch (MalformedFrameException e) {
      fail(connectionFailure("The target sent a malformed event stream: " + e.getMessage()));
    } catch (RuntimeException e) {
      unhandled(e);
    } catch (Error e) {
      owner.broke(e);
    }
  }

  private void finishBody(BodyReader body) {
    if (ended) {
      return;
    }
    try {
      body.end();
    } catch (RuntimeException e) {
      unhandled(e);
    } catch (Error e) {
      owner.broke(e);
    }
  }

  /**
   * Thrown inside a callback of the connection it would be lost, and the call wait for its
   * deadline.
   */
  private void unhandled(RuntimeException e) {
    log.error("Target {}: its answer could not be handled", name(), e);
    ErrorInfo error = ownError("The gateway could not handle its answer.");
    fail(new Outcome.Failed(Fault.SERVICE, error));
  }

  @Override
  public void broken(Throwable cause, boolean connected) {
    if (ended) {
      return;
    }
    BodyReader body = reader;
    if (body != null && body.isComplete()) {
      finishBody(body);
    } else if (body == null || !body.settles()) {
      log.debug("Target {}: the connection failed", name(), cause);
      fail(connectionFailure(upstream.failed(cause, connected)));
    }
  }

  private void rearm() {
    cancelLimit();
    arm();
  }

  private void arm() {
    long now = ticker.nanos();
    limit = timers.after(ticker.timerMillis(dueNanos() - now), () -> guard(this::timeUp));
  }

  private void timeUp() {
    if (ended) {
      return;
    }
    long now = ticker.nanos();
    if (now - dueNanos() < 0) {
      arm();
      return;
    }
    if (wait != null) {
      noRoom();
      return;
    }
    BodyReader body = reader;
    if (body != null && body.isComplete()) {
      finishBody(body);
      stop();
      return;
    }
    if (body != null && body.settles()) {
      return;
    }
    Outcome.Limit limit = step.limitAt(now, alive, contentStarted);
    fail(new Outcome.TimedOut(limit, timeoutError(limit)));
  }

  /** A caller that reads slowly is not the target's silence: then only the longest time counts. */
  private long dueNanos() {
    if (wait != null) {
      boolean late = contentStarted || waitingSinceNanos - step.endByNanos() >= 0;
      return late ? waitingSinceNanos + step.idleNanos() : step.endByNanos();
    }
    if (!alive) {
      return waited ? step.endByNanos() : step.lifeByNanos();
    }
    BodyReader body = reader;
    if (!contentStarted) {
      return step.timeoutBeforeContent(lastByteNanos);
    }
    if (paused) {
      return step.lastNanos();
    }
    if (body != null && body.isSettled()) {
      long grace = lastByteNanos + GRACE_NANOS;
      return grace - step.lastNanos() < 0 ? grace : step.lastNanos();
    }
    return step.timeoutAfterContent(lastByteNanos);
  }

  private void cancelLimit() {
    if (limit != null) {
      limit.cancel();
    }
  }

  private void closeReader() {
    if (reader != null) {
      reader.close();
    }
  }

  private void stop() {
    cancelLimit();
    forgo();
    closeReader();
    if (request != null) {
      request.reset();
    }
  }

  private String name() {
    return upstream.config().target().name();
  }

  private ErrorInfo ownError(String message) {
    return new ErrorInfo(
        500, "InternalServerException", "Target '%s': %s".formatted(name(), message));
  }

  private static Outcome.Failure connectionFailure(String message) {
    return new Outcome.Failed(
        Fault.CONNECTION, new ErrorInfo(503, "ServiceUnavailableException", message));
  }

  private ErrorInfo timeoutError(Outcome.Limit limit) {
    String message =
        switch (limit) {
          case FIRST_FRAME -> "The target sent no answer in its time.";
          case FIRST_TOKEN -> "The model sent no content in its time.";
          case IDLE -> "The model fell silent in the middle of its answer.";
          case TOTAL -> "The answer was not complete in its longest time.";
          case DEADLINE, UPSTREAM -> "No answer by the call's deadline.";
        };
    return new ErrorInfo(408, "ModelTimeoutException", message);
  }
}
