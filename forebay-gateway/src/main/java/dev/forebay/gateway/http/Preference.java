package dev.forebay.gateway.http;

import dev.forebay.engine.Headers;
import dev.forebay.engine.http.HeaderRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a call's {@code Prefer} headers (RFC 7240) say of being answered later. As the standard
 * wants, the first mention of a preference counts, and what cannot be read is as good as absent.
 *
 * @param readyWithin how long to wait for the answer before it is left to later; zero: not at all
 */
public record Preference(boolean respondAsync, Duration readyWithin) {
  private static final int MAX_DIGITS = 6;

  public static Preference of(Headers headers) {
    Map<String, String> preferences = new HashMap<>();
    for (String value : headers.getAll(HeaderRules.PREFER)) {
      for (String each : split(value, ',')) {
        String preference = split(each, ';').getFirst();
        int equals = preference.indexOf('=');
        String name = equals < 0 ? preference : preference.substring(0, equals);
        preferences.putIfAbsent(
            name.trim().toLowerCase(Locale.ROOT),
            equals < 0 ? "" : unquoted(preference.substring(equals + 1).trim()));
      }
    }
    boolean async = preferences.containsKey("respond-async");
    return new Preference(async, seconds(preferences.get("wait")));
  }

  /** What a response says was applied. */
  public String applied() {
    return readyWithin.isZero()
        ? "respond-async"
        : "respond-async, wait=" + readyWithin.toSeconds();
  }

  private static Duration seconds(@Nullable String text) {
    if (text == null || text.isEmpty() || text.length() > MAX_DIGITS) {
      return Duration.ZERO;
    }
    boolean digits = text.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits ? Duration.ofSeconds(Long.parseLong(text)) : Duration.ZERO;
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  /** Parts between separators that are not quoted. */
  private static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == separator && !quoted) {
        parts.add(text.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(text.substring(start));
    return parts;
  }
}
