package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.client.Answered;
import dev.forebay.client.Forebay;
import dev.forebay.core.Ticker;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyView;
import dev.forebay.testkit.ClosedPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;

/**
 * The fault matrix inside a program: every fault of an upstream through the SDK's blocking and
 * asynchronous clients, unary and as a stream, with a fallback and without. Each call ends as the
 * gateway's do, by its deadline, once.
 */
@Isolated("It measures when calls end.")
class LibraryFaultMatrixTest {
  private static final long DEADLINE_MS = 1_500;
  private static final long GRACE_MS = 250;

  /** So many calls at a time that the callers' own work does not delay what it measures. */
  private static final int AT_A_TIME = 16;

  private enum Kind {
    BLOCKING,
    FUTURE,
    STREAM
  }

  private record Cell(int fault, Kind kind, boolean fallback) {
    String name() {
      return "f%d-%s-%s"
          .formatted(fault, kind.name().toLowerCase(Locale.ROOT), fallback ? "fallback" : "alone");
    }

    boolean streaming() {
      return kind == Kind.STREAM;
    }
  }

  private record Result(String end, long millis, List<String> problems) {}

  private final List<Fault> faults = Faults.all();
  private final Map<String, Integer> ends = new ConcurrentHashMap<>();

  @TempDir Path folder;

  @Test
  void eachCallEndsAsItShouldByItsDeadlineOnce() throws Exception {
    List<AutoCloseable> upstreams = new ArrayList<>();
    try (FaultyUpstream healthy = new FaultyUpstream(Faults::answer)) {
      // The first round loads and compiles what each end needs, which is not what is measured.
      assertThat(run(healthy, upstreams)).hasSize(cells().size());
      ends.clear();
      Map<Cell, Result> results = run(healthy, upstreams);
      print(results);
      assertThat(results.values().stream().flatMap(result -> result.problems.stream())).isEmpty();
      assertThat(faults).hasSizeGreaterThanOrEqualTo(24);
    } finally {
      for (AutoCloseable upstream : upstreams) {
        upstream.close();
      }
    }
  }

  private Map<Cell, Result> run(FaultyUpstream healthy, List<AutoCloseable> upstreams)
      throws Exception {
    Map<Cell, Future<Result>> running = new ConcurrentHashMap<>();
    Map<Cell, Result> results = new ConcurrentHashMap<>();
    try (Forebay forebay = library(healthy, upstreams);
        BedrockRuntimeClient blocking = forebay.bedrockRuntime();
        BedrockRuntimeAsyncClient async = forebay.bedrockRuntimeAsync()) {
      try (ExecutorService callers = Executors.newFixedThreadPool(AT_A_TIME)) {
        cells()
            .forEach(cell -> running.put(cell, callers.submit(() -> check(blocking, async, cell))));
      }
      for (Map.Entry<Cell, Future<Result>> each : running.entrySet()) {
        results.put(each.getKey(), each.getValue().get(1, TimeUnit.MINUTES));
      }
      await().until(() -> forebay.callsUnderWay() == 0);
    }
    return results;
  }

  private List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < faults.size(); i++) {
      for (Kind kind : Kind.values()) {
        cells.add(new Cell(i, kind, false));
        cells.add(new Cell(i, kind, true));
      }
    }
    return cells;
  }

  private Result check(BedrockRuntimeClient blocking, BedrockRuntimeAsyncClient async, Cell cell) {
    Fault fault = faults.get(cell.fault);
    List<String> problems = new ArrayList<>();
    String name = fault.name() + " (" + cell.name() + "): ";
    long began = Ticker.system().nanos();
    String shown;
    StringBuilder text = new StringBuilder();
    try {
      End end = end(blocking, async, cell, text);
      shown = end.shown();
      End expected = expected(fault, cell);
      if (!end.equals(expected) && !end.equals(asNettyTellsIt(fault, cell))) {
        problems.add(name + shown + " in place of " + expected.shown());
      }
      // More than the one text would be that of two attempts.
      if ((end instanceof End.Answer || end instanceof End.Break)
          && !text.toString().equals(Faults.TEXT)) {
        problems.add(name + "the text '" + text + "'");
      }
    } catch (RuntimeException | AssertionError e) {
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

  /** The SDK's exceptions of streams are named like types, those of frames like members. */
  private static End expected(Fault fault, Cell cell) {
    End expected = fault.expected(cell.streaming(), cell.fallback);
    return expected instanceof End.Break broken
        ? new End.Break(
            broken.exception().substring(0, 1).toUpperCase(Locale.ROOT)
                + broken.exception().substring(1))
        : expected;
  }

  /**
   * What the SDK's Netty client makes of some faults, where no other target answers: it connects
   * again and again as long as each connection is closed at once, takes a broken chunk for the end
   * of the body, and gives a head that is too long as one without a body.
   */
  private static @Nullable End asNettyTellsIt(Fault fault, Cell cell) {
    if (cell.kind == Kind.BLOCKING || cell.fallback) {
      return null;
    }
    return switch (fault.name()) {
      case "reset when connected", "closed when connected" ->
          new End.Refusal(408, "ModelTimeoutException");
      case "a header of 100 kB" -> new End.Refusal(500, "InternalServerException");
      case "a chunk without a size" ->
          cell.streaming()
              ? new End.Refusal(424, "ModelStreamErrorException")
              : new End.Refusal(500, "InternalServerException");
      default -> null;
    };
  }

  private static End end(
      BedrockRuntimeClient blocking,
      BedrockRuntimeAsyncClient async,
      Cell cell,
      StringBuilder text) {
    try {
      return switch (cell.kind) {
        case BLOCKING -> answer(blocking.converse(Calls.converse(cell.name())), text);
        case FUTURE -> answer(async.converse(Calls.converse(cell.name())).join(), text);
        case STREAM -> stream(async, cell, text);
      };
    } catch (AwsServiceException e) {
      return refusal(e);
    } catch (CompletionException e) {
      if (e.getCause() instanceof AwsServiceException refused) {
        return text.isEmpty() ? refusal(refused) : broken(refused);
      }
      throw e;
    }
  }

  private static End answer(ConverseResponse response, StringBuilder text) {
    text.append(response.output().message().content().getFirst().text());
    return new End.Answer(by(Answered.of(response)));
  }

  private static End stream(BedrockRuntimeAsyncClient async, Cell cell, StringBuilder text) {
    AtomicReference<@Nullable Answered> answered = new AtomicReference<>();
    List<String> events = new ArrayList<>();
    async
        .converseStream(
            Calls.converseStream(cell.name()),
            ConverseStreamResponseHandler.builder()
                .onResponse(response -> answered.set(Answered.of(response)))
                .subscriber(
                    ConverseStreamResponseHandler.Visitor.builder()
                        .onContentBlockDelta(delta -> text.append(delta.delta().text()))
                        .onMessageStop(stop -> events.add("stop"))
                        .build())
                .build())
        .join();
    Answered by = answered.get();
    return by == null || events.isEmpty()
        ? new End.Answer("an incomplete stream without an error")
        : new End.Answer(by(by));
  }

  private static String by(Answered answered) {
    return answered.answer().name().toLowerCase(Locale.ROOT);
  }

  private static End refusal(AwsServiceException thrown) {
    return new End.Refusal(thrown.statusCode(), thrown.awsErrorDetails().errorCode());
  }

  private static End broken(AwsServiceException thrown) {
    return new End.Break(thrown.getClass().getSimpleName());
  }

  /** One route for each cell, by the file that the gateway reads too. */
  private Forebay library(FaultyUpstream healthy, List<AutoCloseable> upstreams)
      throws IOException {
    StringBuilder targets = new StringBuilder(target("healthy", healthy.endpoint()));
    StringBuilder routes = new StringBuilder();
    for (Cell cell : cells()) {
      Fault fault = faults.get(cell.fault);
      targets.append(target(cell.name(), endpoint(fault, cell.streaming(), upstreams)));
      routes.append(
          route(cell.name(), "[" + cell.name() + "]" + (cell.fallback ? ", [healthy]" : "")));
    }
    Path file = folder.resolve("matrix.yaml");
    Files.writeString(file, "targets:\n" + targets + "routes:\n" + routes);
    return Forebay.builder().config(file).listener(this::heard).build();
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
            row(
                "fault",
                "blocking, alone",
                "blocking, fallback",
                "future, alone",
                "future, fallback",
                "stream, alone",
                "stream, fallback"));
    for (int i = 0; i < faults.size(); i++) {
      int fault = i;
      table.append(
          row(
              faults.get(i).name(),
              cells().stream()
                  .filter(cell -> cell.fault == fault)
                  .map(results::get)
                  .map(result -> "%s, %d ms".formatted(result.end, result.millis))
                  .toArray(String[]::new)));
    }
    System.out.println(table);
  }

  private static String row(String name, String... cells) {
    return "%-50s| %s%n"
        .formatted(
            name,
            String.join("| ", Arrays.stream(cells).map(cell -> "%-30s".formatted(cell)).toList()));
  }
}
