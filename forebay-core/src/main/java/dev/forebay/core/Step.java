package dev.forebay.core;

import java.time.Duration;

/** What the driver of a {@link Journey} has to do next. Times are those of its {@link Ticker}. */
public sealed interface Step {

  /** Send the request to a target. It stands for this attempt in all that is told of it later. */
  sealed interface Attempt extends Step permits Permit {
    /** A time that does not come. */
    long NEVER = Long.MAX_VALUE;

    Target target();

    /** 1 for the call's first attempt. */
    int number();

    /**
     * When the first content must have come (a unary answer: the whole of it); later than that the
     * attempt is given up, which leaves time for a fallback.
     */
    long contentByNanos();

    /** The longest pause between bytes once the answer has begun. */
    default long idleNanos() {
      return target().timeouts().idle().toNanos();
    }

    /** The call's deadline. */
    long endByNanos();

    /**
     * When to call {@link Journey#hedge} if no content has come by then; {@link #NEVER} if there is
     * nothing to hedge with. As things stand: to be asked once, before the attempt is started.
     */
    long hedgeAtNanos();

    /** When to give up an attempt of which nothing has come yet but what was not content. */
    default long timeoutBeforeContent() {
      return contentByNanos();
    }

    /** When to give up an attempt whose content has begun, and which last sent a byte then. */
    default long timeoutAfterContent(long lastByteNanos) {
      return endByNanos() - lastByteNanos <= idleNanos()
          ? endByNanos()
          : lastByteNanos + idleNanos();
    }

    /** Which limit that moment is. */
    default Outcome.Limit limitAt(long nowNanos, boolean contentStarted) {
      if (nowNanos - endByNanos() >= 0) {
        return Outcome.Limit.TOTAL;
      }
      return contentStarted ? Outcome.Limit.IDLE : Outcome.Limit.FIRST_TOKEN;
    }
  }

  /**
   * Call {@link Journey#timer} at that time, unless the caller leaves or {@link Journey#woken}
   * gives another step before.
   */
  record WaitUntil(long nanos, String why) implements Step {}

  /**
   * The journey is over: in place of the error, the caller gets what the driver said that it has.
   *
   * @param source what that is
   * @param instead what the caller would have been told
   */
  record Degrade(Source source, Refuse instead) implements Step {}

  /** Nothing to do: another attempt of the call is still under way. */
  record Continue() implements Step {}

  /** The journey is over: the attempt that just ended has the answer. */
  record Answer(Source source, Target target, int attempts) implements Step {}

  /**
   * The journey is over, with content already at the caller and the rest lost: tell the caller by a
   * typed error inside the stream.
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
