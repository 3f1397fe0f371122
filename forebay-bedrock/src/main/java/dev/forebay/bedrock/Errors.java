package dev.forebay.bedrock;

import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.About;
import dev.forebay.core.Outcome.Failure;
import dev.forebay.core.Outcome.Fault;
import dev.forebay.core.Outcome.Limit;
import dev.forebay.core.Outcome.Quota;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one classifier of errors, in answers and in streams.
 *
 * <p>The exception's name decides, else the status. The message only distinguishes a minute's quota
 * from a day's, and which validation errors are the target's own ({@link RefusalReason}): "too many
 * tokens" at any status but 429 is a context that overflows, not a throttle.
 */
public final class Errors {
  private Errors() {}

  /**
   * Classifies an HTTP answer that is no success.
   *
   * @param status any status; one outside 400 to 599 counts as a broken service
   * @param headers {@code x-amzn-ErrorType}, {@code Retry-After} and {@code x-amz-retry-after} are
   *     looked up
   * @param body whatever came; only its first 64 KiB are looked at
   * @param now the wall clock, for a {@code Retry-After} that is a date
   */
  public static Failure classify(int status, Headers headers, byte[] body, Instant now) {
    ErrorPayload payload = ErrorPayload.read(body);
    boolean isError = status >= 400 && status <= 599;
    int shown = isError ? status : KnownError.INTERNAL_SERVER.status();
    String code = ErrorPayload.code(headers.get("x-amzn-ErrorType")).or(payload::code).orElse("");
    KnownError known = KnownError.ofType(code).orElse(KnownError.ofStatus(shown));
    String message =
        payload.message().orElse("The service answered %d without a message.".formatted(status));
    ErrorInfo error = new ErrorInfo(shown, code.isEmpty() ? known.type() : code, message);
    return outcome(known, RetryHint.of(headers, now), error);
  }

  /**
   * Classifies an exception event.
   *
   * @param exceptionType the {@code :exception-type} header, such as {@code throttlingException}
   */
  public static Failure classifyEvent(@Nullable String exceptionType, byte[] payload) {
    String type =
        exceptionType == null || exceptionType.isEmpty()
            ? ""
            : exceptionType.substring(0, 1).toUpperCase(Locale.ROOT) + exceptionType.substring(1);
    return inStream(type, ErrorPayload.read(payload).message());
  }

  /** Classifies a frame of {@code :message-type: error}, by its two headers. */
  public static Failure classifyErrorFrame(
      @Nullable String errorCode, @Nullable String errorMessage) {
    return inStream(errorCode, Optional.ofNullable(errorMessage));
  }

  private static Failure inStream(@Nullable String type, Optional<String> message) {
    String code = ErrorPayload.code(type).orElse("");
    KnownError known = KnownError.ofType(code).orElse(KnownError.INTERNAL_SERVER);
    ErrorInfo error =
        new ErrorInfo(
            known.status(),
            code.isEmpty() ? known.type() : code,
            message.orElse("The stream broke off without a message."));
    return outcome(known, Duration.ZERO, error);
  }

  private static Failure outcome(KnownError known, Duration hint, ErrorInfo error) {
    return switch (known) {
      case THROTTLING -> new Outcome.Throttled(quota(error), hint, error);
      case MODEL_NOT_READY -> new Outcome.NotReady(hint, error);
      case SERVICE_UNAVAILABLE -> new Outcome.Unavailable(hint, error);
      case INTERNAL_SERVER -> new Outcome.Failed(Fault.SERVICE, error);
      case MODEL_ERROR, MODEL_STREAM_ERROR -> new Outcome.Failed(Fault.MODEL, error);
      case MODEL_TIMEOUT -> new Outcome.TimedOut(Limit.UPSTREAM, error);
      case ACCESS_DENIED, RESOURCE_NOT_FOUND, SERVICE_QUOTA_EXCEEDED ->
          rejected(About.TARGET, RefusalReason.of(error), error);
      case VALIDATION -> {
        RefusalReason reason = RefusalReason.of(error);
        yield rejected(reason.about(), reason, error);
      }
    };
  }

  private static Quota quota(ErrorInfo error) {
    String message = error.message().toLowerCase(Locale.ROOT);
    return error.status() == KnownError.THROTTLING.status() && message.contains("per day")
        ? Quota.DAY
        : Quota.MINUTE;
  }

  private static Failure rejected(About about, RefusalReason reason, ErrorInfo error) {
    return new Outcome.Rejected(about, error, reason.words(error));
  }
}
