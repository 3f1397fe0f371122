package dev.forebay.client;

import dev.forebay.core.Seam;
import dev.forebay.core.Ticker;
import dev.forebay.engine.Headers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The options of all calls that a thread makes, see {@link CallOptions#during}. Immutable.
 *
 * @param options without a deadline
 * @param endNanos when the deadline passes, by {@link Ticker#system}; null if there is none
 */
@Seam("libraries between a program and its client pass no options on")
record OptionsScope(Map<String, String> options, @Nullable Long endNanos) {
  private static final ThreadLocal<@Nullable OptionsScope> CURRENT = new ThreadLocal<>();

  /** That of the calling thread; null if there is none. */
  static @Nullable OptionsScope current() {
    return CURRENT.get();
  }

  /** Runs an action in a scope within the present one. */
  static <T, E extends Exception> T run(
      Map<String, String> headers, CallOptions.Action<T, E> action) throws E {
    OptionsScope outer = CURRENT.get();
    CURRENT.set(within(outer, headers));
    try {
      return action.run();
    } finally {
      if (outer == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(outer);
      }
    }
  }

  private static OptionsScope within(@Nullable OptionsScope outer, Map<String, String> headers) {
    Map<String, String> all = new LinkedHashMap<>();
    Long end = null;
    if (outer != null) {
      all.putAll(outer.options);
      end = outer.endNanos;
    }
    all.putAll(headers);
    String millis = all.remove(CallOptions.DEADLINE);
    if (millis != null) {
      long own = Ticker.system().nanos() + Duration.ofMillis(Long.parseLong(millis)).toNanos();
      end = end == null || own - end < 0 ? own : end;
    }
    return new OptionsScope(Map.copyOf(all), end);
  }

  /** What is left until the deadline, in milliseconds; null if there is none. */
  private @Nullable Long millisLeft() {
    return endNanos == null
        ? null
        : Math.max(0, TimeUnit.NANOSECONDS.toMillis(endNanos - Ticker.system().nanos()));
  }

  /** Adds what a request does not say itself; of two deadlines the earlier one counts. */
  void addTo(Headers headers) {
    options.forEach(
        (name, value) -> {
          if (!headers.contains(name)) {
            headers.add(name, value);
          }
        });
    Long left = millisLeft();
    if (left != null && isEarlier(left, headers.get(CallOptions.DEADLINE))) {
      headers.set(CallOptions.DEADLINE, Long.toString(left));
    }
  }

  /** The options of a call with what they do not say themselves. */
  CallOptions addTo(CallOptions own) {
    CallOptions all = own.orElse(options);
    Long left = millisLeft();
    Duration deadline = all.deadline().orElse(null);
    return left == null || (deadline != null && deadline.toMillis() <= left)
        ? all
        : all.deadline(Duration.ofMillis(left));
  }

  /** A value that is no number stays, so that the call is refused for it. */
  private static boolean isEarlier(long left, @Nullable String own) {
    try {
      return own == null || left < Long.parseLong(own);
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
