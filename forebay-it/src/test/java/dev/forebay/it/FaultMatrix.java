package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Ticker;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyView;
import dev.forebay.testkit.CallEnd;
import dev.forebay.testkit.ClosedPort;
import dev.forebay.testkit.FaultCase;
import dev.forebay.testkit.StreamFrames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Calls to an upstream with each fault, made in each way, with a fallback and without. Each call
 * has a route and an upstream of its own.
 */
final class FaultMatrix implements AutoCloseable {
  private static final long DEADLINE_MS = 1_500;
  private static final long GRACE_MS = 250;

  /** So many calls at a time that the callers' own work does not delay what it measures. */
  private static final int AT_A_TIME = 32;

  /** A way to make a call. */
  record Way(String name, boolean streaming) {}

  /** One call. */
  record Cell(int number, FaultCase<FaultyUpstream.Script> fault, Way way, boolean fallback) {
    /** That of its route, which is the model id too. */
    String name() {
      return "f%d-%s-%s".formatted(number, way.name, fallback ? "fallback" : "alone");
    }

    CallEnd expected() {
      return fault.expected(way.streaming, fallback);
    }
  }

  /** What the caller got. */
  record Got(CallEnd end, String text) {}

  /** Makes calls. */
  interface Caller {
    Got call(Cell cell) throws Exception;

    /** The ends that are right; the first is the usual one. */
    default List<CallEnd> expected(Cell cell) {
      return List.of(cell.expected());
    }
  }

  private record Result(String end, long millis, List<String> problems) {}

  private final List<FaultCase<FaultyUpstream.Script>> faults;
  private final List<Way> ways;
  private final FaultyUpstream healthy = new FaultyUpstream(Faults::answer);
  private final List<FaultyUpstream> upstreams = new ArrayList<>();
  private final List<ClosedPort> closedPorts = new ArrayList<>();

  /** The journeys that ended, by route. */
  private final Map<String, Integer> ends = new ConcurrentHashMap<>();

  FaultMatrix(List<FaultCase<FaultyUpstream.Script>> faults, Way... ways) {
    this.faults = List.copyOf(faults);
    this.ways = List.of(ways);
  }

  private List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < faults.size(); i++) {
      for (Way way : ways) {
        cells.add(new Cell(i, faults.get(i), way, false));
        cells.add(new Cell(i, faults.get(i), way, true));
      }
    }
    return cells;
  }

  /** The targets and routes of a configuration, with new upstreams. */
  String config() {
    StringBuilder targets = new StringBuilder(target("healthy", healthy.endpoint()));
    StringBuilder routes = new StringBuilder();
    for (Cell cell : cells()) {
      targets.append(target(cell.name(), endpoint(cell)));
      routes.append(
          route(cell.name(), "[" + cell.name() + "]" + (cell.fallback ? ", [healthy]" : "")));
    }
    return "targets:\n" + targets + "routes:\n" + routes;
  }

  private String endpoint(Cell cell) {
    if (cell.fault.deaf()) {
      ClosedPort closed = new ClosedPort();
      closedPorts.add(closed);
      return closed.endpoint();
    }
    FaultyUpstream upstream = new FaultyUpstream(cell.fault.script(cell.way.streaming));
    upstreams.add(upstream);
    return upstream.endpoint();
  }

  private static String target(String name, String endpoint) {
    return "  %s: { region: us-east-1, model: amazon.nova-lite-v1:0, endpoint: \"%s\", credentials: anonymous, timeouts: { firstFrame: 400ms, firstToken: 400ms, idle: 300ms, total: 1200ms } }\n"
        .formatted(name, endpoint);
  }

  private static String route(String name, String tiers) {
    return "  %s: { tiers: [%s], deadline: %dms, retry: { maxAttempts: 3, baseDelay: 5ms, maxDelay: 5ms, jitter: none } }\n"
        .formatted(name, tiers, DEADLINE_MS);
  }

  /** To be given to what makes the calls as a listener. */
  void heard(JourneyView journey, JourneyEvent event) {
    boolean end =
        event instanceof JourneyEvent.Answered
            || event instanceof JourneyEvent.Interrupted
            || event instanceof JourneyEvent.Refused
            || event instanceof JourneyEvent.Served
            || event instanceof JourneyEvent.CallerLeft;
    if (end) {
      ends.merge(journey.route().name(), 1, Integer::sum);
    }
  }

  /** Loads and compiles what each end needs, which is not to be measured: by half of the calls. */
  void warmUp(Caller caller) throws Exception {
    // Classes are loaded by one call after the other.
    for (Cell first : cells().subList(0, 2 * ways.size())) {
      assertThat(run(caller, List.of(first))).hasSize(1);
    }
    List<Cell> half =
        cells().stream().filter(cell -> cell.fallback == (cell.number % 2 == 0)).toList();
    assertThat(run(caller, half)).hasSize(half.size());
  }

  /** Makes all calls: each ends as it should, by its deadline, once. */
  void check(Caller caller) throws Exception {
    Map<Cell, Result> results = run(caller, cells());
    print(results);
    assertThat(results.values().stream().flatMap(result -> result.problems.stream())).isEmpty();
    assertThat(results).hasSize(faults.size() * ways.size() * 2);
  }

  private Map<Cell, Result> run(Caller caller, List<Cell> cells) throws Exception {
    ends.clear();
    Map<Cell, Future<Result>> running = new ConcurrentHashMap<>();
    try (ExecutorService callers = Executors.newFixedThreadPool(AT_A_TIME)) {
      cells.forEach(cell -> running.put(cell, callers.submit(() -> check(caller, cell))));
    }
    Map<Cell, Result> results = new ConcurrentHashMap<>();
    for (Map.Entry<Cell, Future<Result>> each : running.entrySet()) {
      results.put(each.getKey(), each.getValue().get(1, TimeUnit.MINUTES));
    }
    return results;
  }

  private Result check(Caller caller, Cell cell) {
    List<String> problems = new ArrayList<>();
    String name = cell.fault.name() + " (" + cell.name() + "): ";
    long began = Ticker.system().nanos();
    String shown;
    try {
      Got got = caller.call(cell);
      shown = got.end.shown();
      List<CallEnd> expected = caller.expected(cell);
      if (!expected.contains(got.end)) {
        problems.add(name + shown + " in place of " + expected.getFirst().shown());
      }
      // More than the one text would be that of two attempts.
      if ((got.end instanceof CallEnd.Answer || got.end instanceof CallEnd.Break)
          && !got.text.equals(StreamFrames.TEXT)) {
        problems.add(name + "the text '" + got.text + "'");
      }
    } catch (Exception | AssertionError e) {
      shown = "?";
      problems.add(name + e);
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(Ticker.system().nanos() - began);
    if (millis > DEADLINE_MS + GRACE_MS) {
      problems.add(name + "took " + millis + " ms");
    }
    int ended = ends.getOrDefault(cell.name(), 0);
    if (ended != 1) {
      problems.add(name + "its journey ended " + ended + " times");
    }
    return new Result(shown, millis, problems);
  }

  private void print(Map<Cell, Result> results) {
    StringBuilder table = new StringBuilder(row("fault", heads()));
    for (FaultCase<FaultyUpstream.Script> fault : faults) {
      table.append(
          row(
              fault.name(),
              cells().stream()
                  .filter(cell -> cell.fault.equals(fault))
                  .map(results::get)
                  .map(result -> "%s, %d ms".formatted(result.end, result.millis))
                  .toList()));
    }
    System.out.println(table);
  }

  private List<String> heads() {
    List<String> heads = new ArrayList<>();
    for (Way way : ways) {
      heads.add(way.name + ", alone");
      heads.add(way.name + ", fallback");
    }
    return heads;
  }

  private static String row(String name, List<String> cells) {
    return "%-50s| %s%n"
        .formatted(
            name, String.join("| ", cells.stream().map(cell -> "%-34s".formatted(cell)).toList()));
  }

  @Override
  public void close() throws IOException {
    healthy.close();
    upstreams.forEach(FaultyUpstream::close);
    for (ClosedPort port : closedPorts) {
      port.close();
    }
  }
}
