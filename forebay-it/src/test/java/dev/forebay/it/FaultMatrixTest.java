package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.config.ConfigFile;
import dev.forebay.core.Ticker;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyView;
import dev.forebay.gateway.Gateway;
import dev.forebay.testkit.ClosedPort;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Every fault of an upstream, for unary calls and streams, with a fallback and without: each call
 * ends as it should, by its deadline, once.
 */
@Isolated("It measures when calls end.")
class FaultMatrixTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final long DEADLINE_MS = 1_500;
  private static final long GRACE_MS = 250;

  /** So many calls at a time that the caller's own work does not delay what it measures. */
  private static final int AT_A_TIME = 16;

  private static final String BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}";

  private record Cell(int fault, boolean streaming, boolean fallback) {
    String name() {
      return "f%d-%s-%s"
          .formatted(fault, streaming ? "stream" : "unary", fallback ? "fallback" : "alone");
    }
  }

  private record Result(String end, long millis, List<String> problems) {}

  private final List<Fault> faults = Faults.all();
  private final Map<String, Integer> ends = new ConcurrentHashMap<>();

  @Test
  void eachCallEndsAsItShouldByItsDeadlineOnce() throws Exception {
    List<AutoCloseable> upstreams = new ArrayList<>();
    try (FaultyUpstream healthy = new FaultyUpstream(Faults::answer)) {
      // The first round loads and compiles what each end needs, which is not what is measured.
      Gateway first = gateway(healthy, upstreams);
      assertThat(run(first)).hasSize(cells().size());
      first.close().toCompletionStage().toCompletableFuture().join();
      ends.clear();
      Gateway gateway = gateway(healthy, upstreams);
      Map<Cell, Result> results = run(gateway);
      print(results);
      assertThat(results.values().stream().flatMap(result -> result.problems.stream())).isEmpty();
      assertThat(faults).hasSizeGreaterThanOrEqualTo(24);
      gateway.close().toCompletionStage().toCompletableFuture().join();
    } finally {
      for (AutoCloseable upstream : upstreams) {
        upstream.close();
      }
    }
  }

  private Map<Cell, Result> run(Gateway gateway) throws Exception {
    Map<Cell, Future<Result>> running = new ConcurrentHashMap<>();
    try (ExecutorService callers = Executors.newFixedThreadPool(AT_A_TIME)) {
      cells().forEach(cell -> running.put(cell, callers.submit(() -> check(gateway, cell))));
    }
    Map<Cell, Result> results = new ConcurrentHashMap<>();
    for (Map.Entry<Cell, Future<Result>> each : running.entrySet()) {
      results.put(each.getKey(), each.getValue().get(1, TimeUnit.MINUTES));
    }
    return results;
  }

  private List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < faults.size(); i++) {
      for (boolean streaming : new boolean[] {false, true}) {
        cells.add(new Cell(i, streaming, false));
        cells.add(new Cell(i, streaming, true));
      }
    }
    return cells;
  }

  private Result check(Gateway gateway, Cell cell) {
    Fault fault = faults.get(cell.fault);
    List<String> problems = new ArrayList<>();
    String name = fault.name() + " (" + cell.name() + "): ";
    long began = Ticker.system().nanos();
    String shown;
    try {
      Seen seen = call(gateway, cell);
      End end = End.of(seen);
      shown = end.shown();
      End expected = fault.expected(cell.streaming, cell.fallback);
      if (!end.equals(expected)) {
        problems.add(name + shown + " in place of " + expected.shown());
      }
      // More than the one text would be that of two attempts.
      if ((end instanceof End.Answer || end instanceof End.Break)
          && !seen.text().equals(Faults.TEXT)) {
        problems.add(name + "the text '" + seen.text() + "'");
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

  private static Seen call(Gateway gateway, Cell cell) throws Exception {
    String path = "/model/" + cell.name() + (cell.streaming ? "/converse-stream" : "/converse");
    try (RawHttp caller = new RawHttp(gateway.port())) {
      String wire = caller.send(RawHttp.post(path, BODY, "Connection: close")).readToEnd();
      return Seen.of(wire.getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  /** One route for each cell, and one more that works. */
  private Gateway gateway(FaultyUpstream healthy, List<AutoCloseable> upstreams) {
    StringBuilder targets = new StringBuilder(target("healthy", healthy.endpoint()));
    StringBuilder routes =
        new StringBuilder(route(new Cell(faults.size(), true, false).name(), "[healthy]"));
    for (Cell cell : cells()) {
      Fault fault = faults.get(cell.fault);
      targets.append(target(cell.name(), endpoint(fault, cell.streaming, upstreams)));
      routes.append(
          route(cell.name(), "[" + cell.name() + "]" + (cell.fallback ? ", [healthy]" : "")));
    }
    return stack.start(
        ConfigFile.parse(
            "server: { port: 0 }\ntargets:\n" + targets + "routes:\n" + routes,
            "matrix.yaml",
            Map.of()),
        this::heard);
  }

  private static String endpoint(Fault fault, boolean streaming, List<AutoCloseable> upstreams) {
    if (fault.deaf()) {
      ClosedPort closed = new ClosedPort();
      upstreams.add(closed);
      return closed.endpoint();
    }
    FaultyUpstream upstream = new FaultyUpstream(fault.script(streaming));
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

  private void heard(JourneyView journey, JourneyEvent event) {
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

  private void print(Map<Cell, Result> results) {
    StringBuilder table =
        new StringBuilder(
            row("fault", "unary, alone", "unary, fallback", "stream, alone", "stream, fallback"));
    for (int i = 0; i < faults.size(); i++) {
      int fault = i;
      List<String> shown =
          cells().stream()
              .filter(cell -> cell.fault == fault)
              .map(results::get)
              .map(result -> "%s, %d ms".formatted(result.end, result.millis))
              .toList();
      table.append(
          row(faults.get(i).name(), shown.get(0), shown.get(1), shown.get(2), shown.get(3)));
    }
    System.out.println(table);
  }

  private static String row(String name, String... cells) {
    return "%-50s| %s%n"
        .formatted(
            name,
            String.join("| ", Arrays.stream(cells).map(cell -> "%-34s".formatted(cell)).toList()));
  }
}
