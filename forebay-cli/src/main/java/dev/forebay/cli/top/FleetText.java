package dev.forebay.cli.top;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a gateway shares with others, in one line. */
final class FleetText {
  /** Members by name in the line. */
  private static final int MOST_NAMED = 3;

  /** Less is none: needs and parts are rounded on their way. */
  private static final double LACK = 0.01;

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
    return "%d %s%s%s%s%s"
        .formatted(
            members,
            members == 1 ? "member" : "members",
            store,
            used.isEmpty() ? "" : "; of the quotas this one has: " + used,
            waiting(slices, cluster.getString("member")),
            answers(cluster.getJsonObject("answers")));
  }

  /** Which other members lack most. */
  private static String waiting(Map<String, JsonObject> slices, String own) {
    Set<String> quotas = new HashSet<>();
    String names =
        slices.entrySet().stream()
            .filter(slice -> quotas.add(slice.getValue().getString("quota")))
            .flatMap(slice -> parts(slice.getValue()).map(part -> lack(slice.getKey(), part, own)))
            .flatMap(Optional::stream)
            .limit(MOST_NAMED)
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "" : "; waiting elsewhere: " + names;
  }

  private static Stream<JsonObject> parts(JsonObject slice) {
    return slice.getJsonArray("members", new JsonArray()).stream().map(JsonObject.class::cast);
  }

  private static Optional<String> lack(String target, JsonObject part, String own) {
    double share = part.getDouble("share");
    double wants = part.getDouble("wants");
    String name = part.getString("name");
    return name.equals(own) || wants - share < LACK
        ? Optional.empty()
        : Optional.of(
            "%s has %s of %s (wants %s)".formatted(name, percent(share), target, percent(wants)));
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
