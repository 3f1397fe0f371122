package dev.forebay.engine.call;

import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Step;
import dev.forebay.core.journey.Journey;
import dev.forebay.core.journey.StepLoop;
import dev.forebay.engine.Headers;
import dev.forebay.engine.Loop;
import dev.forebay.engine.ResponseSink;
import dev.forebay.engine.http.Refusals;
import dev.forebay.engine.upstream.AttemptOwner;
import dev.forebay.engine.upstream.UpstreamAttempt;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drives the journey of a call by attempts on the wire, on one {@link Loop}. */
public abstract class JourneyDriver extends StepLoop implements AttemptOwner {
  private static final Logger log = LoggerFactory.getLogger(JourneyDriver.class);

  protected final CallRegistry calls;
  protected final Loop loop;
  protected final ResponseSink sink;

  private Loop.@Nullable Timer waitTimer;

  /** A journey that is yet to start. */
  protected JourneyDriver(CallRegistry calls, ResponseSink sink, Journey journey) {
    super(journey);
    this.calls = calls;
    this.loop = calls.loop();
    this.sink = sink;
  }

  /** What was changed in the request for the attempt's target; empty if nothing was. */
  protected abstract String adapted(UpstreamAttempt attempt);

  protected abstract void cancelAttempts();

  /** Ends the call with an error that no target is to blame for. */
  protected abstract void endWithout(ErrorInfo error);

  /** The last byte of the answer is out, or the caller has left. Once. */
  protected abstract void ended();

  /** Starts the journey, and ends it when its caller leaves. */
  protected final void begin(Function<Runnable, @Nullable Step> first) {
    sink.whenGone(this::callerLeft);
    start(first);
  }

  @Override
  protected final void execute(Runnable action) {
    loop.execute(action);
  }

  @Override
  protected final void waitUntil(long nanos) {
    waitTimer =
        timer(
            nanos,
            () -> {
              waitTimer = null;
              waited();
            });
  }

  protected final Loop.Timer timer(long nanos, Runnable action) {
    return loop.timer(nanos - now(), action);
  }

  @Override
  protected void cancelTimers() {
    if (waitTimer != null) {
      waitTimer.cancel();
      waitTimer = null;
    }
  }

  @Override
  public final void name(UpstreamAttempt attempt, Headers headers) {
    journey.trace().name(attempt.step(), headers::set);
  }

  @Override
  public final void sent(UpstreamAttempt attempt) {
    if (!isOver()) {
      journey.sent(attempt.step(), adapted(attempt), now());
    }
  }

  @Override
  public final void responded(UpstreamAttempt attempt, int status, @Nullable String requestId) {
    if (!isOver()) {
      journey.responded(attempt.step(), status, requestId, now());
    }
  }

  @Override
  public final void noRoom(UpstreamAttempt attempt) {
    giveUp(Refusals.NO_ROOM, "there is no room for the answer");
  }

  @Override
  public final void broke(Throwable defect) {
    calls.environment().defect(defect);
    log.error("A call failed by a defect of Forebay", defect);
    giveUp(Refusals.DEFECT, "Forebay failed");
  }

  private void giveUp(ErrorInfo error, String why) {
    if (!isOver()) {
      cancelTimers();
      cancelAttempts();
      journey.giveUp(error, why, now());
      endWithout(error);
    }
  }

  /** Ends the call. It has ended once the last byte is out, also for a shutdown. */
  protected final void finish(Consumer<Runnable> answer) {
    // First, since on HTTP/2 the stream may close, and say so, within the write of its last byte.
    close();
    answer.accept(this::ended);
  }

  private void callerLeft() {
    if (!isOver()) {
      close();
      abandon();
      ended();
    }
  }

  /** Ends the journey and its attempts. */
  protected final void abandon() {
    cancelTimers();
    cancelAttempts();
    journey.callerLeft(now());
  }

  @Override
  protected final long now() {
    return loop.nanos();
  }
}
