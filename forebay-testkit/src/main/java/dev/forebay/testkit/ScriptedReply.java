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
public record ScriptedReply(
    @Nullable Duration life, @Nullable Duration content, @Nullable Duration end, Outcome outcome) {
  /** One that shows nothing before its content. */
  public ScriptedReply(@Nullable Duration content, @Nullable Duration end, Outcome outcome) {
    this(null, content, end, outcome);
  }

  /** A whole answer after some time. */
  public static ScriptedReply answer(Duration after) {
    return new ScriptedReply(null, after, new Outcome.Succeeded(new TokenUsage(100, 50, 0, 0)));
  }

  /** A stream whose content begins and ends at those times. */
  public static ScriptedReply stream(Duration content, Duration end) {
    return new ScriptedReply(content, end, new Outcome.Succeeded(new TokenUsage(100, 50, 0, 0)));
  }

  /** A failure at once. */
  public static ScriptedReply fail(Outcome.Failure failure) {
    return new ScriptedReply(null, Duration.ZERO, failure);
  }

  /** A failure after some time. */
  public ScriptedReply after(Duration delay) {
    return new ScriptedReply(life, content, delay, outcome);
  }

  /** The same with content before the end. */
  public ScriptedReply withContent(Duration at) {
    return new ScriptedReply(life, at, end, outcome);
  }

  /** The same with a frame without content before. */
  public ScriptedReply withLife(Duration at) {
    return new ScriptedReply(at, content, end, outcome);
  }

  /** No answer, ever. */
  public static ScriptedReply hang() {
    return new ScriptedReply(null, null, new Outcome.Cancelled());
  }

  /** 429 for the quota of the minute. */
  public static ScriptedReply throttled() {
    return throttled(Duration.ZERO);
  }

  /** 429 with a hint of when to come back. */
  public static ScriptedReply throttled(Duration hint) {
    return fail(
        new Outcome.Throttled(Outcome.Quota.MINUTE, hint, error(429, "ThrottlingException")));
  }

  /** 429 for the quota of the day. */
  public static ScriptedReply throttledForTheDay() {
    return fail(
        new Outcome.Throttled(Outcome.Quota.DAY, Duration.ZERO, error(429, "ThrottlingException")));
  }

  /** 503. */
  public static ScriptedReply unavailable() {
    return fail(new Outcome.Unavailable(Duration.ZERO, error(503, "ServiceUnavailableException")));
  }

  /** 500, 424 or a lost connection. */
  public static ScriptedReply failed(Outcome.Fault fault) {
    return fail(
        new Outcome.Failed(
            fault,
            fault == Outcome.Fault.MODEL
                ? error(424, "ModelErrorException")
                : error(500, "InternalServerException")));
  }

  /** 400 or 403. */
  public static ScriptedReply rejected(Outcome.About about) {
    return fail(
        new Outcome.Rejected(
            about,
            about == Outcome.About.CALL
                ? error(400, "ValidationException")
                : error(403, "AccessDeniedException")));
  }

  /** 200, with an answer that the call's route does not want. */
  public static ScriptedReply unwanted(Flaw flaw) {
    return fail(new Outcome.Unwanted(flaw, new TokenUsage(100, 50, 0, 0)));
  }

  private static ErrorInfo error(int status, String type) {
    return new ErrorInfo(status, type, "scripted " + type);
  }
}
