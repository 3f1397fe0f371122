package dev.forebay.jobs;

import dev.forebay.core.Checks;
import java.time.Instant;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * A job's name: 48 bits of the time in milliseconds, then 80 random ones, in Crockford's base 32
 * (<a href="https://github.com/ulid/spec">ULID</a>). It sorts by the time when it was made, and
 * cannot be guessed.
 *
 * @param text 26 characters, upper case
 */
public record JobId(String text) implements Comparable<JobId> {
  private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final Pattern FORM = Pattern.compile("[0-7][0-9A-HJKMNP-TV-Z]{25}");
  private static final int BITS = 5;
  private static final int TIME_DIGITS = 10;
  private static final int RANDOM_DIGITS = 16;
  private static final int HALF = RANDOM_DIGITS / 2;

  public JobId {
    Checks.check(
        FORM.matcher(text).matches(),
        "job id",
        "must be 26 characters of 0-9 and A-Z without I, L, O and U",
        "'" + (text.length() > 40 ? text.substring(0, 40) + "..." : text) + "'");
  }

  /**
   * A new one.
   *
   * @param random must not be predictable: knowing an id is enough to read its answer
   */
  public static JobId next(Instant now, RandomGenerator random) {
    StringBuilder text = new StringBuilder(TIME_DIGITS + RANDOM_DIGITS);
    append(text, now.toEpochMilli(), TIME_DIGITS);
    append(text, random.nextLong(), HALF);
    append(text, random.nextLong(), HALF);
    return new JobId(text.toString());
  }

  /**
   * Reads an id in either case.
   *
   * @throws IllegalArgumentException if it is none, saying how one looks
   */
  public static JobId parse(String text) {
    return new JobId(text.toUpperCase(Locale.ROOT));
  }

  private static void append(StringBuilder text, long number, int digits) {
    for (int i = digits - 1; i >= 0; i--) {
      text.append(DIGITS.charAt((int) (number >>> (i * BITS)) & 31));
    }
  }

  @Override
  public int compareTo(JobId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
