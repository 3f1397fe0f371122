package dev.forebay.core;

import java.time.Duration;

/** What the driver of a journey has to do next. Times are those of its {@link Ticker}. */
public sealed interface Step {

  /** Send the request to a target. It stands for this attempt in all later events. */
  non-sealed interface Attempt extends Step {
    /** Stands for a time that never comes. */
    long NEVER = Long.MAX_VALUE;

    Target target();

    /** 1 for the call's first attempt. */
    int number();

    /** When it was sent. */
    long begunAtNanos();

    /**
     * When it must have shown life: a stream its first frame, a unary answer all of itself. Later
     * than that it is given up, which leaves time for a fallback.
     */
    long firstFrameByNanos();

    /** The call's deadline: by then a target must have begun to answer. */
    long endByNanos();

    /**
     * When to call {@code Journey.hedge} if no content has come by then; {@link #NEVER} if there is
     * nothing to hedge with. As things stand: to be asked once, before the attempt is started.
     */
    long hedgeAtNanos();

    /** The longest pause between frames once there was one. */
    default long idleNanos() {
      return target().timeouts().idle().toNanos();
    }

    /** When to give up the attempt, whatever it sends. */
    default long lastNanos() {
      return begunAtNanos() + target().timeouts().total().toNanos();
    }

    /**
     * When to give up a stream that has shown life but no content, and last sent a frame then. One
     * that still sends frames in the last sixth of its time to the first token gets a sixth more: a
     * model that pings for that long is probably about to answer.
     */
    default long timeoutBeforeContent(long lastFrameNanos) {
      long firstToken = target().timeouts().firstToken().toNanos();
      long sixth = firstToken / 6;
      long contentBy = begunAtNanos() + firstToken;
      boolean stillSends = contentBy - lastFrameNanos <= sixth;
      return earlier(
          stillSends ? contentBy + sixth : contentBy, timeoutAfterContent(lastFrameNanos));
    }

    /** When to give up a stream whose content has begun, and which last sent a frame then. */
    default long timeoutAfterContent(long lastFrameNanos) {
      return earlier(lastFrameNanos + idleNanos(), lastNanos());
    }

    /**
     * Which limit that moment is.
     *
     * @param alive whether the attempt has shown life
     */
    default Outcome.Limit limitAt(long nowNanos, boolean alive, boolean contentStarted) {
      if (nowNanos - lastNanos() >= 0) {
        return Outcome.Limit.TOTAL;
      }
      if (!alive) {
        return nowNanos - endByNanos() >= 0 ? Outcome.Limit.DEADLINE : Outcome.Limit.FIRST_FRAME;
      }
      long contentBy = begunAtNanos() + target().timeouts().firstToken().toNanos();
      return contentStarted || nowNanos - contentBy < 0
          ? Outcome.Limit.IDLE
          : Outcome.Limit.FIRST_TOKEN;
    }

    private static long earlier(long a, long b) {
      return a - b <= 0 ? a : b;
    }
  }

  /**
   * Call {@code Journey.timer} at that time, unless the caller leaves or {@code Journey.woken}
   * gives another step before.
   */
  record WaitUntil(long nanos, String why) implements Step {}

  /**
   * The journey is over: in place of the error, the caller gets the degraded answer that the driver
   * offered.
   *
   * @param source what that is
   * @param instead the error that the caller would have got
   */
  record Degrade(Source source, Refuse instead) implements Step {}

  /** Nothing to do: another attempt of the call is still under way. */
  record Continue() implements Step {}

  /**
   * The journey is over: the attempt that just ended has the answer, or, if that one failed, the
   * attempt that the journey ends with ({@code Journey.endsWith}).
   */
  record Answer(Source source, Target target, int attempts) implements Step {}

  /**
   * The journey is over, with content already at the caller and the rest lost: end the stream with
   * a typed error.
   */
  record Interrupt(Outcome.Interrupted outcome) implements Step {}

  /**
   * The journey is over without an answer.
   *
   * @param error the last attempt's own error
   * @param retryAfter when it makes sense to ask again; zero if it never does
   * @param why the decision in words
   */
  record Refuse(ErrorInfo error, Duration retryAfter, String why) implements Step {}

  /** Who answered. */
  enum Source {
    /** A target of the first tier. */
    PRIMARY("primary"),
    /** A target of a later tier. */
    FALLBACK("fallback"),
    /** An earlier answer to the same request that is still as good as new. */
    CACHED("cached"),
    /** An earlier answer that is past that, because there is no other. */
    STALE("stale"),
    /** The route's own words, because there is no other answer. */
    CANNED("canned");

    private final String label;

    Source(String label) {
      this.label = label;
    }

    /** The value of the {@code x-forebay-answer} header. */
    public String label() {
      return label;
    }

    /** Whether no model would answer, so that something else stood in. */
    public boolean isDegraded() {
      return this == STALE || this == CANNED;
    }
  }
}
