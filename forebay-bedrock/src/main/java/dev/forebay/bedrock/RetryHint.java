package dev.forebay.bedrock;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** The wait that a service asks for. */
final class RetryHint {
  /** A longer hint is as good as this one, and cannot overflow. */
  private static final Duration MAX = Duration.ofDays(1);

  private static final int MAX_DIGITS = 18;

  private RetryHint() {}

  /**
   * {@code x-amz-retry-after} (milliseconds), else {@code Retry-After} (seconds or an HTTP date);
   * at most a day, zero if neither can be read.
   */
  static Duration of(Headers headers, Instant now) {
    String millis = headers.get("x-amz-retry-after");
    if (millis != null && isNumber(millis)) {
      return capped(Duration.ofMillis(Long.parseLong(millis)));
    }
    String after = headers.get("Retry-After");
    if (after != null && isNumber(after)) {
      return capped(Duration.ofSeconds(Long.parseLong(after)));
    }
    return after == null ? Duration.ZERO : untilDate(after, now);
  }

  private static Duration untilDate(String date, Instant now) {
    try {
      Instant then = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(now, then);
      return wait.isNegative() ? Duration.ZERO : capped(wait);
    } catch (DateTimeException e) {
      return Duration.ZERO;
    }
  }

  private static Duration capped(Duration wait) {
    return wait.compareTo(MAX) < 0 ? wait : MAX;
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_DIGITS
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
