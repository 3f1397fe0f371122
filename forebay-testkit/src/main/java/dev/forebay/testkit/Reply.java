package dev.forebay.testkit;

import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Flaw;
import dev.forebay.core.Outcome;
import dev.forebay.core.TokenUsage;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a scripted target does with one attempt.
 *
 * @param life after what time the first frame without content comes, null for none
 * @param content after what time the first content comes, null for none
 * @param end after what time the attempt ends, null for never
 * @param outcome how it ends
 */
public record Reply(
    @Nullable Duration life, @Nullable Duration content, @Nullable Duration end, Outcome outcome) {
  /** One that shows nothing before its content. */
  public Reply(@Nullable Duration content, @Nullable Duration end, Outcome outcome) {
    this(null, content, end, outcome);
  }

  /** A whole answer after some time. */
  public static Reply answer(Duration after) {
    return new Reply(null, after, new Outcome.Succeeded(new TokenUsage(100, 50, 0, 0)));
  }

  /** A stream whose content begins and ends at those times. */
  public static Reply stream(Duration content, Duration end) {
    return new Reply(content, end, new Outcome.Succeeded(new TokenUsage(100, 50, 0, 0)));
  }

  /** A failure at once. */
  public static Reply fail(Outcome.Failure failure) {
    return new Reply(null, Duration.ZERO, failure);
  }

  /** A failure after some time. */
  public Reply after(Duration delay) {
    return new Reply(life, content, delay, outcome);
  }

  /** The same with content before the end. */
  public Reply withContent(Duration at) {
    return new Reply(life, at, end, outcome);
  }

  /** The same with a frame without content before. */
  public Reply withLife(Duration at) {
    return new Reply(at, content, end, outcome);
  }

  /** No answer, ever. */
  public static Reply hang() {
    return new Reply(null, null, new Outcome.Cancelled());
  }

  /** 429 for the quota of the minute. */
  public static Reply throttled() {
    return throttled(Duration.ZERO);
  }

  /** 429 with a hint of when to come back. */
  public static Reply throttled(Duration hint) {
    return fail(
        new Outcome.Throttled(Outcome.Quota.MINUTE, hint, error(429, "ThrottlingException")));
  }

  /** 429 for the quota of the day. */
  public static Reply throttledForTheDay() {
    return fail(
        new Outcome.Throttled(Outcome.Quota.DAY, Duration.ZERO, error(429, "ThrottlingException")));
  }

  /** 503. */
  public static Reply unavailable() {
    return fail(new Outcome.Unavailable(Duration.ZERO, error(503, "ServiceUnavailableException")));
  }

  /** 500, 424 or a lost connection. */
  public static Reply failed(Outcome.Fault fault) {
    return fail(
        new Outcome.Failed(
            fault,
            fault == Outcome.Fault.MODEL
                ? error(424, "ModelErrorException")
                : error(500, "InternalServerException")));
  }

  /** 400 or 403. */
  public static Reply rejected(Outcome.About about) {
    return fail(
        new Outcome.Rejected(
            about,
            about == Outcome.About.CALL
                ? error(400, "ValidationException")
                : error(403, "AccessDeniedException")));
  }

  /** 200, with an answer that the call's route does not want. */
  public static Reply unwanted(Flaw flaw) {
    return fail(new Outcome.Unwanted(flaw, new TokenUsage(100, 50, 0, 0)));
  }

  private static ErrorInfo error(int status, String type) {
    return new ErrorInfo(status, type, "scripted " + type);
  }
}
