package dev.forebay.cli.top;

import io.vertx.core.json.JsonObject;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shares and times as an operator reads them. */
final class Figures {
  private Figures() {}

  /** What is there at all is not shown as nothing, nor what is missing as all. */
  static String percent(long part, long all) {
    double share = 100.0 * part / all;
    if (share > 0 && share < 1) {
      return "<1 %";
    }
    return share > 99 && share < 100 ? "99 %" : String.format(Locale.ROOT, "%.0f %%", share);
  }

  static String percentiles(@Nullable JsonObject of) {
    return of == null
        ? "-"
        : "p50 %s p99 %s".formatted(millis(of.getDouble("p50")), millis(of.getDouble("p99")));
  }

  static String millis(double millis) {
    return millis < 1_000
        ? String.format(Locale.ROOT, "%.0f ms", millis)
        : String.format(Locale.ROOT, "%.2f s", millis / 1_000);
  }
}
