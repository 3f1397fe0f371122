package dev.forebay.it.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Ticker;
import dev.forebay.it.fleet.Table;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What callers get over the wire: gateways as {@code forebay serve} runs them, each with an
 * emulator and callers of its own, on the loopback address. Bounds come from formulas, never from
 * what was measured.
 *
 * <p>Not found by a usual build; {@code .ci/wire} runs it. {@code -Dwire.only=NAME,...} does those
 * {@link WireCheck}s whose names begin so.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class WireGates {
  private static final List<String> ONLY = List.of(System.getProperty("wire.only", "").split(","));

  /** The gates of one list take place at the same time, as far as two processors carry them. */
  private static final List<List<WireCheck>> WAVES =
      List.of(
          List.of(
              new Throttled.Once(),
              new Throttled.AtRandom(0.01),
              new Throttled.AtRandom(0.1),
              new Throttled.AtRandom(0.25),
              new LightTraffic()),
          List.of(
              new RandomFailures(0.1, 503),
              new RandomFailures(0.2, 503),
              new RandomFailures(0.3, 503),
              new RandomFailures(0.4, 503),
              new RandomFailures(0.45, 503)),
          List.of(
              new RandomFailures(0.1, 500),
              new RandomFailures(0.2, 500),
              new RandomFailures(0.3, 500),
              new RandomFailures(0.4, 500),
              new RandomFailures(0.45, 500)),
          List.of(
              DeadTiers.REFUSED,
              DeadTiers.HANGING,
              DeadTiers.UNAVAILABLE,
              new Spike("fixed"),
              new Spike("sliding"),
              new Spike("bucket")),
          List.of(
              new Paused(5),
              new Paused(10),
              new Paused(60),
              new Restart("fixed"),
              new Restart("sliding"),
              new Restart("bucket")));

  private final Table table = new Table("what", "is", "bound", "");
  @TempDir private Path folder;

  @Test
  void callersGetWhatIndependentRetriesWouldGiveThem() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      for (List<WireCheck> wave : WAVES) {
        measure(vertx, wave.stream().filter(WireGates::isAsked).toList());
      }
    } finally {
      System.out.print(table);
      vertx
          .close()
          .toCompletionStage()
          .toCompletableFuture()
          .orTimeout(20, TimeUnit.SECONDS)
          .join();
    }
    assertThat(table.missed()).isEmpty();
  }

  private static boolean isAsked(WireCheck check) {
    return ONLY.stream().anyMatch(check.label()::startsWith);
  }

  private void measure(Vertx vertx, List<WireCheck> wave) throws Exception {
    long began = Ticker.system().nanos();
    List<List<Site>> sites = new ArrayList<>();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      for (WireCheck check : wave) {
        List<Site> opened = new ArrayList<>();
        sites.add(opened);
        for (Site.Plan plan : check.plans()) {
          opened.add(Site.open(vertx, folder, plan));
        }
      }
      sites.stream().flatMap(List::stream).forEach(Site::awaitReady);
      List<Future<List<WireCheck.Row>>> rows = new ArrayList<>();
      for (int i = 0; i < wave.size(); i++) {
        WireCheck check = wave.get(i);
        List<Site> of = sites.get(i);
        rows.add(threads.submit(() -> check.measure(of)));
      }
      for (Future<List<WireCheck.Row>> each : rows) {
        each.get().forEach(this::report);
      }
      for (int i = 0; i < wave.size(); i++) {
        for (Site site : sites.get(i)) {
          System.out.println(wave.get(i).label() + ", calls by status: " + site.load().statuses());
        }
      }
    } finally {
      sites.stream().flatMap(List::stream).forEach(Site::close);
    }
    String names = String.join(", ", wave.stream().map(WireCheck::label).toList());
    long seconds = Duration.ofNanos(Ticker.system().nanos() - began).toSeconds();
    if (!wave.isEmpty()) {
      System.out.printf("%s: %d s%n", names, seconds);
    }
  }

  private void report(WireCheck.Row row) {
    if (row.isLeast()) {
      table.atLeast(row.what(), row.is(), row.bound());
    } else {
      table.atMost(row.what(), row.is(), row.bound());
    }
  }
}
