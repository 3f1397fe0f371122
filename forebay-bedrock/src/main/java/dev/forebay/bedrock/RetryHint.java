package dev.forebay.bedrock;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

/** The wait that a service asks for. */
final class RetryHint {
  /** A longer hint is as good as this one, and cannot overflow. */
  private static final Duration MAX = Duration.ofDays(1);

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");

  private RetryHint() {}

  /**
   * {@code x-amz-retry-after} (milliseconds), else {@code Retry-After} (seconds or an HTTP date).
   * Numbers may have any form, fractions and exponents among them. At least zero, at most a day;
   * zero if neither can be read.
   */
  static Duration of(Headers headers, Instant now) {
    String millis = headers.get("x-amz-retry-after");
    if (millis != null && isNumber(millis)) {
      return seconds(Double.parseDouble(millis.trim()) / 1_000);
    }
    String after = headers.get("Retry-After");
    if (after != null && isNumber(after)) {
      return seconds(Double.parseDouble(after.trim()));
    }
    return after == null ? Duration.ZERO : untilDate(after.trim(), now);
  }

  private static Duration seconds(double seconds) {
    double clamped = Math.clamp(seconds, 0, (double) MAX.toSeconds());
    return Duration.ofNanos(Math.round(clamped * 1e9));
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
    return NUMBER.matcher(text.trim()).matches();
  }
}
