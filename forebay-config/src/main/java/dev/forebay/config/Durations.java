package dev.forebay.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as people write them: {@code 250ms}, {@code 20s}, {@code 1m30s}, {@code 24h}. */
final class Durations {
  private static final Pattern FORM =
      Pattern.compile("(?=.)(?:(\\d{1,9})h)?(?:(\\d{1,9})m)?(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?");
  private static final Pattern BARE_NUMBER = Pattern.compile("[+-]?[0-9.]+");

  /** A year; beyond it is surely a slip, and nanoseconds would overflow. */
  private static final Duration MAX = Duration.ofDays(365);

  private Durations() {}

  static Duration parse(Substituted given) throws Refusal {
    String text = given.text();
    if (text.startsWith("-")) {
      throw new Refusal("negative duration " + given.quoted(), "give a length of time");
    }
    if (BARE_NUMBER.matcher(text).matches()) {
      throw new Refusal(
          "duration " + given.quoted() + " has no unit", "add one of ms, s, m, h, such as 20s");
    }
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new Refusal(
          given.quoted() + " is not a duration",
          "write whole numbers with units, such as 250ms, 20s, 1m30s or 24h");
    }
    Duration duration =
        Duration.ofHours(number(form.group(1)))
            .plusMinutes(number(form.group(2)))
            .plusSeconds(number(form.group(3)))
            .plusMillis(number(form.group(4)));
    if (duration.compareTo(MAX) > 0) {
      throw new Refusal("duration " + given.quoted() + " is over a year", "give a shorter one");
    }
    return duration;
  }

  static Duration parsePositive(Substituted given) throws Refusal {
    Duration duration = parse(given);
    if (duration.isZero()) {
      throw new Refusal("duration " + given.quoted() + " is zero", "give a positive one");
    }
    return duration;
  }

  /**
   * A form that {@link #parse} reads back, in seconds alone below two minutes; what is below a
   * millisecond is dropped.
   */
  static String show(Duration duration) {
    if (duration.compareTo(Duration.ofMinutes(2)) < 0 && duration.toMillisPart() == 0) {
      return duration.toSeconds() + "s";
    }
    StringBuilder text = new StringBuilder();
    append(text, duration.toHours(), "h");
    append(text, duration.toMinutesPart(), "m");
    append(text, duration.toSecondsPart(), "s");
    append(text, duration.toMillisPart(), "ms");
    return text.toString();
  }

  private static void append(StringBuilder text, long number, String unit) {
    if (number != 0) {
      text.append(number).append(unit);
    }
  }

  private static long number(@Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
