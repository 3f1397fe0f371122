package dev.forebay.engine.upstream;

import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Flaw;
import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.About;
import dev.forebay.core.Outcome.Fault;
import dev.forebay.core.Step;
import dev.forebay.engine.Headers;
import dev.forebay.engine.Loop;
import dev.forebay.engine.MemoryBudget;
import dev.forebay.engine.Reply;
import dev.forebay.engine.Transport;
import dev.forebay.engine.http.HeaderRules;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt on the wire: sends the request, has the answer read, keeps the time limits, and
 * reports once to its owner how it ended. Lives on one loop.
 */
public final class UpstreamAttempt {
  private static final Logger log = LoggerFactory.getLogger(UpstreamAttempt.class);

  public static final String EVENT_STREAM = "application/vnd.amazon.eventstream";

  private final Upstream upstream;
  private final Step.Attempt step;
  private final AttemptRequest request;
  private final Loop loop;
  private final AttemptOwner owner;
  private final AttemptMemory memory;
  private final AttemptTimeouts timeouts;

  private boolean ended;

  /** The caller can take no more for now. */
  private boolean paused;

  private boolean responded;
  private Transport.@Nullable Control control;
  private final AnswerBody body;

  public UpstreamAttempt(
      Upstream upstream,
      Step.Attempt step,
      AttemptRequest request,
      Loop loop,
      MemoryBudget budget,
      AttemptOwner owner) {
    this.upstream = upstream;
    this.step = step;
    this.request = request;
    this.loop = loop;
    this.owner = owner;
    this.memory = new AttemptMemory(budget, loop, this::goOn);
    this.timeouts = new AttemptTimeouts(step, loop, memory, () -> guard(this::timeUp));
    this.body = new AnswerBody(this, timeouts);
  }

  public void start() {
    timeouts.arm();
    if (upstream.signer().isReady()) {
      send();
    } else {
      // The thread that fetches credentials says so: the call comes back to its own loop.
      upstream.signer().whenReady(() -> loop.execute(() -> guard(this::sendUnlessEnded)));
    }
  }

  private void sendUnlessEnded() {
    if (!ended) {
      send();
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

  void broke(Throwable defect) {
    owner.broke(defect);
  }

  public Step.Attempt step() {
    return step;
  }

  public Upstream upstream() {
    return upstream;
  }

  public AttemptRequest request() {
    return request;
  }

  /** The answer is not wanted any more: closes the connection and reports nothing. */
  public void cancel() {
    if (!ended) {
      ended = true;
      stop();
      release();
    }
  }

  /** Whether bytes of the answer have somewhere to go. */
  boolean takesMore() {
    return !ended && !paused && !memory.isWaiting();
  }

  /** The caller can take more again. */
  public void resume() {
    if (paused && responded && !ended) {
      paused = false;
      timeouts.paused(false);
      goOn();
    }
  }

  /** Reads on, if nothing else stands against it. */
  private void goOn() {
    timeouts.touched();
    timeouts.arm();
    if (takesMore()) {
      body.resume();
    }
    if (takesMore() && responded && control != null) {
      control.resume();
    }
  }

  private void pauseReading() {
    if (responded && control != null) {
      control.pause();
    }
  }

  AttemptMemory memory() {
    return memory;
  }

  boolean isOver() {
    return ended;
  }

  /** Takes room for what the attempt needs besides its answer, if there is any. */
  public boolean take(long bytes) {
    return memory.take(bytes, bytes);
  }

  /** What this attempt holds is needed no more. */
  public void release() {
    memory.release();
  }

  /**
   * Takes room for so many bytes, or stops reading until it is there; then {@link
   * BodyReader#resumed} is called. The call is given up if it is not there in time.
   *
   * @return whether it is there
   */
  boolean await(long bytes) {
    if (!memory.canHave(bytes)) {
      noRoom();
      return false;
    }
    if (memory.await(bytes)) {
      return true;
    }
    pauseReading();
    timeouts.arm();
    return false;
  }

  /** There is no room for the answer. */
  public void noRoom() {
    if (!ended) {
      memory.budget().refuse();
      owner.noRoom(this);
    }
  }

  /** Ends the attempt with a whole answer or error from the target. */
  public void finish(Outcome outcome, @Nullable Reply reply) {
    if (!ended) {
      ended = true;
      timeouts.cancel();
      body.close();
      memory.forgo();
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

  /** The same, with what the caller gets of it. */
  void fail(Outcome.Failure failure, @Nullable Reply reply) {
    if (!ended) {
      ended = true;
      stop();
      releaseUnless(reply);
      owner.attemptEnded(this, failure, reply);
    }
  }

  private void releaseUnless(@Nullable Reply reply) {
    if (reply == null) {
      release();
    }
  }

  /** A frame came: from here on it is the target's own limits that count. */
  void firstFrameReceived() {
    if (timeouts.firstFrameReceived()) {
      owner.firstFrameReceived(this);
    }
  }

  void contentStarts(Headers headers) {
    timeouts.contentStarts();
    owner.contentStarts(this, headers);
  }

  /** Whether content went out to the caller. */
  boolean contentStarted() {
    return timeouts.contentStarted();
  }

  /**
   * Passes frames on.
   *
   * @param had so many of their bytes have room already
   */
  void relay(ByteBuffer frames, long had) {
    if (ended) {
      return;
    }
    MemoryBudget budget = memory.budget();
    long bytes = frames.remaining();
    boolean fits = memory.handOver(bytes, had);
    Runnable taken = () -> budget.give(bytes);
    boolean full = owner.relay(this, frames, fits ? taken : thenResumes(taken));
    if ((full || !fits) && responded && !ended) {
      paused = true;
      timeouts.paused(true);
      pauseReading();
    }
  }

  private Runnable thenResumes(Runnable taken) {
    return () -> {
      taken.run();
      loop.execute(this::resume);
    };
  }

  /** The answer is whole and has a flaw. */
  void flawed(Flaw flaw) {
    owner.flawed(this, flaw);
  }

  void produced(int pieces) {
    owner.produced(this, pieces);
  }

  private void send() {
    Headers headers = request.headers();
    String problem = upstream.sign(request, headers);
    if (problem != null) {
      fail(new Outcome.Rejected(About.TARGET, ownError(problem)));
      return;
    }
    owner.name(this, headers);
    upstream
        .transport()
        .send(
            new Transport.Request(
                request.method(), request.uri(), headers, request.body(), request.repeatable()),
            new Answer());
  }

  /** Receives the events of the request. */
  private final class Answer implements Transport.Receiver {
    @Override
    public void begins(Transport.Control begun) {
      control = begun;
    }

    @Override
    public void sent() {
      if (!ended) {
        guard(() -> owner.sent(UpstreamAttempt.this));
      }
    }

    @Override
    public void head(Transport.Head head) {
      if (!ended) {
        guard(() -> read(head));
      }
    }

    @Override
    public void piece(ByteBuffer bytes) {
      body.piece(bytes);
    }

    @Override
    public void end() {
      body.end();
    }

    @Override
    public void failed(Transport.Failure failure) {
      broken(failure);
    }

    @Override
    public void defect(Throwable cause) {
      if (cause instanceof Error) {
        owner.broke(cause);
        return;
      }
      log.error("Target {}: the request could not be sent", upstream.name(), cause);
      fail(new Outcome.Rejected(About.TARGET, ownError("The request could not be sent.")));
    }
  }

  private void read(Transport.Head head) {
    responded = true;
    timeouts.touched();
    owner.responded(this, head.status(), head.headers().get(HeaderRules.REQUEST_ID));
    body.begin(head);
  }

  private void broken(Transport.Failure failure) {
    if (ended) {
      return;
    }
    if (!body.endsEarly()) {
      log.debug("Target {}: the connection failed", upstream.name(), failure.cause());
      fail(connectionFailure(upstream.failed(failure)));
    }
  }

  private void timeUp() {
    if (ended) {
      return;
    }
    if (memory.isWaiting()) {
      noRoom();
      return;
    }
    if (body.endsEarly()) {
      stop();
    } else {
      fail(timeouts.outcome());
    }
  }

  private void stop() {
    timeouts.cancel();
    memory.forgo();
    body.close();
    if (control != null) {
      control.cancel();
    }
  }

  /** A failure as callers may know it. */
  Outcome.Failure shown(Outcome.Failure failure) {
    return upstream.shown(failure);
  }

  /** An error that is not the target's. */
  ErrorInfo ownError(String message) {
    return new ErrorInfo(
        500, "InternalServerException", "Target '%s': %s".formatted(upstream.name(), message));
  }

  static Outcome.Failure connectionFailure(String message) {
    return new Outcome.Failed(
        Fault.CONNECTION, new ErrorInfo(503, "ServiceUnavailableException", message));
  }
}
