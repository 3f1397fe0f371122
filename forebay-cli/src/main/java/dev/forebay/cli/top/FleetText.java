package dev.forebay.cli.top;

import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a gateway shares with others, in one line. */
final class FleetText {
  private FleetText() {}

  /** The figures of {@code cluster} in a status. */
  static String of(JsonObject cluster) {
    long members = cluster.getLong("members");
    String store =
        switch (cluster.getString("store")) {
          case "leases" -> "";
          case "silent" -> ", store unreachable: each uses 1/%d of each quota".formatted(members);
          default -> ", store leases nothing: this one uses 1/%d of each quota".formatted(members);
        };
    Map<String, JsonObject> slices = new TreeMap<>();
    cluster
        .getJsonObject("slices")
        .forEach(slice -> slices.put(slice.getKey(), (JsonObject) slice.getValue()));
    String used =
        slices.entrySet().stream()
            .filter(slice -> isInUse(slice.getValue()))
            .map(slice -> slice.getKey() + " " + slice(slice.getValue()))
            .collect(Collectors.joining(", "));
    return "%d %s%s%s%s"
        .formatted(
            members,
            members == 1 ? "member" : "members",
            store,
            used.isEmpty() ? "" : "; of the quotas this one has: " + used,
            answers(cluster.getJsonObject("answers")));
  }

  /** What was found of others' answers; nothing where none are shared or none was looked for. */
  private static String answers(@Nullable JsonObject answers) {
    if (answers == null) {
      return "";
    }
    long hits = answers.getLong("hits");
    long searches = hits + answers.getLong("misses");
    String silent = answers.getBoolean("reachable") ? "" : ", not searched now as the store fails";
    return searches == 0 && silent.isEmpty()
        ? ""
        : String.format(
            Locale.ROOT,
            "; shared answers: %,d of %,d searches found one, %,d waited%s",
            hits,
            searches,
            answers.getLong("waits"),
            silent);
  }

  /** How it is shown. */
  static String style(JsonObject cluster) {
    JsonObject answers = cluster.getJsonObject("answers");
    boolean isFine =
        cluster.getString("store").equals("leases")
            && (answers == null || answers.getBoolean("reachable"));
    return isFine ? "plain" : "warning";
  }

  private static boolean isInUse(JsonObject slice) {
    return slice.getDouble("wants") > 0 || slice.getLong("open", 0L) > 0;
  }

  private static String slice(JsonObject slice) {
    double share = slice.getDouble("share");
    double wants = slice.getDouble("wants");
    long open = slice.getLong("open", 0L);
    return percent(share)
        + (wants > share ? " (wants " + percent(wants) + ")" : "")
        + (open > 0 ? " (broken for %d)".formatted(open) : "");
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", share * 100);
  }
}
