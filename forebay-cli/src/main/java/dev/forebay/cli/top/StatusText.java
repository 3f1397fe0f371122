package dev.forebay.cli.top;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A gateway's status as lines of text, none wider than the terminal. */
public final class StatusText {
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
  private static final int SECONDS = 10;
  private static final int BAR = 20;

  /** The rungs, by the words of the dashboard. */
  private static final List<Map.Entry<String, List<String>>> RUNGS =
      List.of(
          Map.entry("at once", List.of("first")),
          Map.entry("after retries", List.of("retried")),
          Map.entry("by a fallback", List.of("fallback")),
          Map.entry("from the cache", List.of("cached")),
          Map.entry("stale or canned", List.of("stale", "canned")),
          Map.entry("queued", List.of("queued")),
          Map.entry("refused, broken", List.of("refused", "broken")));

  private final int columns;
  private final int rows;
  private final boolean colours;
  private final ZoneId zone;

  /**
   * @param rows how many lines at most
   * @param zone for times of day
   */
  public StatusText(int columns, int rows, boolean colours, ZoneId zone) {
    this.columns = columns;
    this.rows = rows;
    this.colours = colours;
    this.zone = zone;
  }

  /** The whole picture. */
  public List<String> picture(JsonObject status) {
    List<String> lines = new ArrayList<>();
    JsonObject verdict = status.getJsonObject("verdict");
    String level = verdict.getString("level");
    lines.add(styled(fit("%s  %s".formatted(clock(status), verdict.getString("headline"))), level));
    if (!verdict.getString("why").isEmpty()) {
      lines.add(fit("          " + verdict.getString("why")));
    }
    lines.add("");
    ladder(status, lines);
    lines.add(fit("  " + speeds(status)));
    lines.add("");
    int left = rows - lines.size();
    List<String> ending = new ArrayList<>();
    endings(status, ending, Math.max(4, left / 2));
    targets(status, lines, Math.max(3, left - ending.size() - 2));
    lines.add("");
    lines.addAll(ending);
    return lines.size() > rows ? lines.subList(0, rows) : lines;
  }

  /** The same in one line. */
  public String line(JsonObject status) {
    JsonObject counts = status.getJsonObject("ladder").getJsonObject("last10s");
    long all = judged(counts);
    StringBuilder text =
        new StringBuilder(clock(status))
            .append(' ')
            .append(status.getJsonObject("verdict").getString("level"))
            .append(String.format(Locale.ROOT, " %.1f calls/s", (double) all / SECONDS));
    RUNGS.forEach(
        rung -> {
          long here = sum(counts, rung.getValue());
          if (here > 0) {
            text.append(", ").append(percent(here, all)).append(' ').append(rung.getKey());
          }
        });
    text.append(", ").append(speeds(status));
    status
        .getJsonObject("targets")
        .forEach(
            target -> {
              String breaker = ((JsonObject) target.getValue()).getString("breaker");
              if (!breaker.equals("closed")) {
                text.append(", ").append(target.getKey()).append(' ').append(words(breaker));
              }
            });
    return text.toString();
  }

  /** What happened after that event, a line for each. */
  public List<String> events(JsonObject status, long afterId) {
    return objects(status.getJsonArray("events")).stream()
        .filter(event -> event.getLong("id") > afterId)
        .map(
            event ->
                "%s %s %s%s"
                    .formatted(
                        time(event.getLong("at")),
                        event.getString("level"),
                        about(event),
                        event.getString("text")))
        .toList();
  }

  private void ladder(JsonObject status, List<String> lines) {
    JsonObject counts = status.getJsonObject("ladder").getJsonObject("last10s");
    long all = judged(counts);
    for (Map.Entry<String, List<String>> rung : RUNGS) {
      long here = sum(counts, rung.getValue());
      int full = all == 0 ? 0 : (int) Math.ceil((double) here * BAR / all);
      String line =
          String.format(
              Locale.ROOT,
              "  %-16s%6s %s%s %7.1f/s",
              rung.getKey(),
              here == 0 ? "-" : percent(here, all),
              "#".repeat(full),
              ".".repeat(BAR - full),
              (double) here / SECONDS);
      lines.add(styled(fit(line), here == 0 ? "quiet" : levelOf(rung.getValue().getFirst())));
    }
  }

  private static String levelOf(String rung) {
    return switch (rung) {
      case "fallback", "stale" -> "warning";
      case "refused" -> "critical";
      default -> "plain";
    };
  }

  private static String speeds(JsonObject status) {
    long waiting =
        objects(status.getJsonObject("targets")).stream().mapToLong(StatusText::waiting).sum();
    JsonObject queue = status.getJsonObject("queue");
    return "first token %s, answer %s, %d under way, %d waiting%s"
        .formatted(
            percentiles(status.getJsonObject("firstTokenMs")),
            percentiles(status.getJsonObject("answerMs")),
            status.getLong("calls"),
            waiting,
            queue == null ? "" : ", " + queued(queue));
  }

  private static String queued(JsonObject queue) {
    JsonObject jobs = queue.getJsonObject("jobs", new JsonObject());
    return "%d queued, %d dead letters"
        .formatted(jobs.getLong("queued", 0L), jobs.getLong("failed", 0L));
  }

  private void targets(JsonObject status, List<String> lines, int atMost) {
    lines.add(
        fit(
            "%-20s%-10s%6s%6s%9s%10s%10s  %s"
                .formatted(
                    "target", "circuit", "busy", "wait", "quota", "token p50", "p99", "minute")));
    JsonObject targets = status.getJsonObject("targets");
    List<String> names =
        targets.fieldNames().stream()
            .sorted(Comparator.comparingInt(name -> wellness(targets.getJsonObject(name))))
            .toList();
    names.stream()
        .limit(names.size() > atMost ? atMost - 1 : atMost)
        .forEach(name -> lines.add(target(name, targets.getJsonObject(name))));
    if (names.size() > atMost) {
      lines.add("  and %d more".formatted(names.size() - atMost + 1));
    }
  }

  private String target(String name, JsonObject target) {
    JsonObject minute = target.getJsonObject("lastMinute");
    JsonObject first = minute.getJsonObject("firstTokenMs");
    Double use = minute.getDouble("quotaUse");
    StringBuilder outcomes = new StringBuilder();
    minute
        .getJsonObject("outcomes")
        .forEach(
            outcome ->
                outcomes
                    .append(outcomes.isEmpty() ? "" : ", ")
                    .append(outcome.getValue())
                    .append(' ')
                    .append(words(outcome.getKey())));
    String breaker = target.getString("breaker");
    String line =
        "%-19s %-10s%6d%6d%9s%10s%10s  %s"
            .formatted(
                name.length() > 19 ? name.substring(0, 18) + '~' : name,
                words(breaker),
                target.getLong("inFlight"),
                waiting(target),
                use == null ? "-" : String.format(Locale.ROOT, "%.0f %%", use * 100),
                first == null ? "-" : millis(first.getDouble("p50")),
                first == null ? "-" : millis(first.getDouble("p99")),
                outcomes);
    return styled(fit(line), breaker.equals("closed") ? "plain" : "critical");
  }

  private void endings(JsonObject status, List<String> lines, int atMost) {
    List<JsonObject> alarms = objects(status.getJsonArray("alarms"));
    alarms.forEach(
        alarm ->
            lines.add(
                styled(
                    fit(
                        "%-9s%s%s"
                            .formatted(
                                alarm.getString("level"), about(alarm), alarm.getString("text"))),
                    alarm.getString("level"))));
    List<String> events = events(status, 0);
    int room = Math.max(0, atMost - lines.size());
    lines.addAll(
        events.subList(Math.max(0, events.size() - room), events.size()).reversed().stream()
            .map(this::fit)
            .toList());
  }

  private static String about(JsonObject of) {
    String about = of.getString("about");
    return about.isEmpty() ? "" : about + ": ";
  }

  private static int wellness(JsonObject target) {
    return switch (target.getString("breaker")) {
      case "open" -> 0;
      case "half_open" -> 1;
      default -> 2;
    };
  }

  private static String words(String label) {
    return label.replace('_', ' ');
  }

  private static long waiting(JsonObject target) {
    JsonObject waiting = target.getJsonObject("waiting");
    return waiting.getLong("interactive") + waiting.getLong("standard") + waiting.getLong("batch");
  }

  private static long judged(JsonObject counts) {
    return RUNGS.stream().mapToLong(rung -> sum(counts, rung.getValue())).sum();
  }

  private static long sum(JsonObject counts, List<String> names) {
    return names.stream().mapToLong(name -> counts.getLong(name, 0L)).sum();
  }

  /** What is there at all is not shown as nothing. */
  private static String percent(long part, long all) {
    double share = 100.0 * part / all;
    return share > 0 && share < 1 ? "<1 %" : String.format(Locale.ROOT, "%.0f %%", share);
  }

  private static String percentiles(@Nullable JsonObject of) {
    return of == null
        ? "-"
        : "p50 %s p99 %s".formatted(millis(of.getDouble("p50")), millis(of.getDouble("p99")));
  }

  private static String millis(double millis) {
    return millis < 1_000
        ? String.format(Locale.ROOT, "%.0f ms", millis)
        : String.format(Locale.ROOT, "%.2f s", millis / 1_000);
  }

  private String clock(JsonObject status) {
    return time(status.getLong("at"));
  }

  private String time(long atMillis) {
    return CLOCK.format(Instant.ofEpochMilli(atMillis).atZone(zone));
  }

  private String fit(String line) {
    return line.length() <= columns ? line : line.substring(0, columns - 1) + '~';
  }

  private String styled(String line, String style) {
    String code =
        switch (style) {
          case "ok" -> "1;32";
          case "warning" -> "33";
          case "critical" -> "31";
          case "quiet" -> "2";
          default -> "";
        };
    return !colours || code.isEmpty() ? line : "\u001b[" + code + "m" + line + "\u001b[0m";
  }

  private static List<JsonObject> objects(JsonArray array) {
    return array.stream().map(JsonObject.class::cast).toList();
  }

  private static List<JsonObject> objects(JsonObject object) {
    return object.stream().map(entry -> (JsonObject) entry.getValue()).toList();
  }
}
