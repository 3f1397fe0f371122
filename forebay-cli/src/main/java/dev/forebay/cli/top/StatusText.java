package dev.forebay.cli.top;

import dev.forebay.gateway.live.Wording;
import dev.forebay.gateway.live.Wording.DispositionGroup;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A gateway's status as lines of text, none wider than the terminal. */
public final class StatusText {
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
  private static final int SECONDS = 10;
  private static final int BAR = 20;

  /** Names in one line, of targets or routes with the same trouble. */
  private static final int NAMED = 4;

  /** Lines of targets, with their heading, that every picture has room for. */
  private static final int FEWEST_BELOW = 5;

  private static final int NAME = 19;

  /** Enough to see whether calls fail alike. */
  private static final int UNUSUAL = 5;

  /** Of a target's circuit, calls under way, calls that wait, quota and first token. */
  private static final int[] WIDTHS = {10, 10, 9, 8, 19};

  private static final List<DispositionGroup> GROUPS = Wording.dispositionGroups();

  private final int columns;
  private final int rows;
  private final ZoneId zone;
  private final Screen screen;

  /**
   * @param rows how many lines at most
   * @param zone for times of day
   */
  public StatusText(int columns, int rows, boolean colours, ZoneId zone) {
    this.columns = columns;
    this.rows = rows;
    this.screen = new Screen(columns, colours);
    this.zone = zone;
  }

  /**
   * The whole picture: first how it stands and what is wrong, then the rest. Where rows are few,
   * advice goes first, then dispositions without calls, then events, then targets that are well.
   */
  public List<String> picture(JsonObject status) {
    List<String> lines = above(status, true, true);
    for (int less = 0; less < 2 && lines.size() + FEWEST_BELOW > rows; less++) {
      lines = above(status, false, less == 0);
    }
    targets(status, lines, Math.max(FEWEST_BELOW - 1, rows - lines.size()));
    unusual(status, lines);
    int left = rows - lines.size() - 1;
    if (left > 0) {
      List<String> events = events(status, 0);
      lines.add("");
      events.subList(Math.max(0, events.size() - left), events.size()).reversed().stream()
          .map(screen::fit)
          .forEach(lines::add);
    }
    return lines.size() > rows ? lines.subList(0, rows) : lines;
  }

  private List<String> above(JsonObject status, boolean advice, boolean allGroups) {
    List<String> lines = new ArrayList<>();
    JsonObject overall = status.getJsonObject("verdict");
    String level = overall.getString("level");
    screen.wrapped(clock(status) + "  ", Screen.plain(overall.getString("headline")), level, lines);
    alarms(status, lines, advice);
    lines.add("");
    ladder(status, lines, allGroups);
    screen.wrapped("  ", speeds(status), "plain", lines);
    JsonObject cluster = status.getJsonObject("cluster");
    if (cluster != null) {
      screen.wrapped("  ", FleetText.of(cluster), FleetText.style(cluster), lines);
    }
    lines.add("");
    return lines;
  }

  /** Those with the same words stand together. */
  private void alarms(JsonObject status, List<String> lines, boolean advice) {
    Map<String, List<JsonObject>> alike = new LinkedHashMap<>();
    for (JsonObject alarm : objects(status.getJsonArray("alarms"))) {
      alike
          .computeIfAbsent(
              alarm.getString("level") + alarm.getString("text") + alarm.getString("advice"),
              same -> new ArrayList<>())
          .add(alarm);
    }
    for (List<JsonObject> same : alike.values()) {
      JsonObject first = same.getFirst();
      String level = first.getString("level");
      String about =
          same.stream()
              .map(alarm -> alarm.getString("about"))
              .limit(NAMED)
              .collect(Collectors.joining(", "));
      String more = same.size() > NAMED ? " and %d more".formatted(same.size() - NAMED) : "";
      screen.wrapped(
          "%-10s".formatted(Wording.level(level)),
          about + more + (about.isEmpty() ? "" : ": ") + Screen.plain(first.getString("text")),
          level,
          lines);
      if (advice) {
        screen.wrapped(" ".repeat(10), Screen.plain(first.getString("advice")), "plain", lines);
      }
    }
  }

  /** The same in one line. */
  public String line(JsonObject status) {
    JsonObject counts = status.getJsonObject("ladder").getJsonObject("last10s");
    long all = judged(counts);
    StringBuilder text =
        new StringBuilder(clock(status))
            .append(' ')
            .append(Wording.level(status.getJsonObject("verdict").getString("level")))
            .append(String.format(Locale.ROOT, " %.1f calls/s", (double) all / SECONDS));
    GROUPS.forEach(
        group -> {
          long here = sum(counts, group.ends());
          if (here > 0) {
            text.append(", ")
                .append(Figures.percent(here, all))
                .append(' ')
                .append(group.title().toLowerCase(Locale.ROOT));
          }
        });
    text.append(", ").append(speeds(status));
    objects(status.getJsonArray("alarms")).stream()
        .filter(alarm -> alarm.getBoolean("banner", false))
        .forEach(
            alarm ->
                text.append(", ")
                    .append(alarm.getString("about"))
                    .append(' ')
                    .append(Wording.level(alarm.getString("level"))));
    status
        .getJsonObject("targets")
        .forEach(
            target -> {
              String breaker = ((JsonObject) target.getValue()).getString("breaker");
              if (!breaker.equals("closed")) {
                text.append(", ")
                    .append(target.getKey())
                    .append(' ')
                    .append(Wording.circuit(breaker));
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
                        Wording.level(event.getString("level")),
                        about(event),
                        Screen.plain(event.getString("text"))))
        .toList();
  }

  private void ladder(JsonObject status, List<String> lines, boolean allGroups) {
    JsonObject counts = status.getJsonObject("ladder").getJsonObject("last10s");
    long all = judged(counts);
    for (DispositionGroup group : GROUPS) {
      long here = sum(counts, group.ends());
      if (here == 0 && !allGroups) {
        continue;
      }
      int full = all == 0 ? 0 : (int) Math.ceil((double) here * BAR / all);
      String line =
          String.format(
              Locale.ROOT,
              "  %-23s%6s %s%s %7.1f/s",
              group.title(),
              here == 0 ? "-" : Figures.percent(here, all),
              "#".repeat(full),
              ".".repeat(BAR - full),
              (double) here / SECONDS);
      lines.add(screen.styled(screen.fit(line), here == 0 ? "quiet" : levelOf(group.id())));
    }
    long left = counts.getLong("left", 0L);
    if (left > 0) {
      lines.add(
          screen.styled(screen.fit("  %d %s".formatted(left, Wording.end("left"))), "warning"));
    }
  }

  private static String levelOf(String id) {
    return switch (id) {
      case "fallback", "kept" -> "warning";
      case "refused" -> "critical";
      default -> "plain";
    };
  }

  private static String speeds(JsonObject status) {
    long waiting =
        objects(status.getJsonObject("targets")).stream().mapToLong(StatusText::waiting).sum();
    JsonObject queue = status.getJsonObject("queue");
    return "%s %s, %s %s, %d %s, %d %s%s"
        .formatted(
            Wording.figure("firstToken"),
            Figures.percentiles(status.getJsonObject("firstTokenMs")),
            Wording.figure("answer"),
            Figures.percentiles(status.getJsonObject("answerMs")),
            status.getLong("calls"),
            Wording.figure("underWay"),
            waiting,
            Wording.figure("waiting"),
            queue == null ? "" : ", " + queued(queue));
  }

  private static String queued(JsonObject queue) {
    JsonObject jobs = queue.getJsonObject("jobs", new JsonObject());
    return "%d %s, %d %s"
        .formatted(
            jobs.getLong("queued", 0L),
            Wording.job("queued"),
            jobs.getLong("failed", 0L),
            Wording.job("failed"));
  }

  /** The troubled first, and as many as there is room for. */
  private void targets(JsonObject status, List<String> lines, int room) {
    JsonObject targets = status.getJsonObject("targets");
    List<String> names =
        targets.fieldNames().stream()
            .sorted(Comparator.comparingInt(name -> wellness(targets.getJsonObject(name))))
            .toList();
    lines.add(
        row(
            "target",
            "circuit",
            Wording.figure("underWay"),
            Wording.figure("waiting"),
            "quota",
            Wording.figure("firstToken")));
    int end = lines.size() - 1 + room;
    for (int i = 0; i < names.size(); i++) {
      List<String> target = target(names.get(i), targets.getJsonObject(names.get(i)));
      boolean last = i == names.size() - 1;
      if (lines.size() + target.size() + (last ? 0 : 1) > end) {
        lines.add("  and %d more".formatted(names.size() - i));
        return;
      }
      lines.addAll(target);
    }
  }

  /** Its figures, and how its requests ended: whole, if need be in lines of their own. */
  private List<String> target(String name, JsonObject target) {
    JsonObject minute = target.getJsonObject("lastMinute");
    JsonObject first = minute.getJsonObject("firstTokenMs");
    Double use = minute.getDouble("quotaUse");
    String outcomes =
        minute.getJsonObject("outcomes").stream()
            .map(outcome -> outcome.getValue() + " " + Wording.outcome(outcome.getKey()))
            .collect(Collectors.joining(", "));
    String breaker = target.getString("breaker");
    String style = breaker.equals("closed") ? "plain" : "critical";
    String figures =
        row(
            name,
            Wording.circuit(breaker),
            Long.toString(target.getLong("inFlight")),
            Long.toString(waiting(target)),
            use == null ? "-" : String.format(Locale.ROOT, "%.0f %%", use * 100),
            first == null
                ? "-"
                : Figures.millis(first.getDouble("p50"))
                    + " / "
                    + Figures.millis(first.getDouble("p99")));
    List<String> lines = new ArrayList<>();
    if (figures.length() + 2 + outcomes.length() <= columns) {
      lines.add(screen.styled((figures + "  " + outcomes).stripTrailing(), style));
    } else {
      lines.add(screen.styled(figures, style));
      screen.wrapped("    ", outcomes, style, lines);
    }
    return lines;
  }

  /** As many of the cells as the terminal has room for. */
  private String row(String name, String... cells) {
    StringBuilder line =
        new StringBuilder(
            "%-20s".formatted(name.length() > NAME ? name.substring(0, NAME - 1) + '~' : name));
    for (int i = 0; i < cells.length; i++) {
      String cell = (i == 0 ? "%-" + WIDTHS[i] + "s" : "%" + WIDTHS[i] + "s").formatted(cells[i]);
      if (line.length() + cell.length() > columns) {
        break;
      }
      line.append(cell);
    }
    return line.toString();
  }

  /** The newest of the calls that alarms speak of, if there is room for one and its heading. */
  private void unusual(JsonObject status, List<String> lines) {
    List<JsonObject> calls = objects(status.getJsonArray("unusual", new JsonArray()));
    if (calls.isEmpty() || lines.size() + 3 > rows) {
      return;
    }
    lines.add("");
    lines.add("last unusual calls");
    for (JsonObject call : calls.reversed().subList(0, Math.min(UNUSUAL, calls.size()))) {
      List<String> text = new ArrayList<>();
      screen.wrapped(
          time(call.getLong("at")) + " ",
          call.getString("route") + ": " + end(call),
          "plain",
          text);
      if (lines.size() + text.size() > rows) {
        return;
      }
      lines.addAll(text);
    }
  }

  /** How a call ended, and where it was answered all the same, what went wrong last. */
  private static String end(JsonObject call) {
    String attempt = "";
    String failure = "";
    for (JsonObject step : objects(call.getJsonArray("steps"))) {
      String text = step.getString("text");
      if (step.getString("kind").equals("attempt")) {
        attempt = text.replaceFirst(" \\(.*", "");
      } else if (step.getString("kind").equals("failure")) {
        failure = attempt + ": " + text.replaceFirst("^attempt \\d+ ", "");
      }
    }
    boolean known = failure.isEmpty() || call.getString("rung").equals("refused");
    return call.getString("end") + (known ? "" : "; " + failure);
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

  private static long waiting(JsonObject target) {
    JsonObject waiting = target.getJsonObject("waiting");
    return waiting.getLong("interactive") + waiting.getLong("standard") + waiting.getLong("batch");
  }

  private static long judged(JsonObject counts) {
    return GROUPS.stream().mapToLong(group -> sum(counts, group.ends())).sum();
  }

  private static long sum(JsonObject counts, List<String> names) {
    return names.stream().mapToLong(name -> counts.getLong(name, 0L)).sum();
  }

  private String clock(JsonObject status) {
    return time(status.getLong("at"));
  }

  private String time(long atMillis) {
    return CLOCK.format(Instant.ofEpochMilli(atMillis).atZone(zone));
  }

  private static List<JsonObject> objects(JsonArray array) {
    return array.stream().map(JsonObject.class::cast).toList();
  }

  private static List<JsonObject> objects(JsonObject object) {
    return object.stream().map(entry -> (JsonObject) entry.getValue()).toList();
  }
}
