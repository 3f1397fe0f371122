package dev.forebay.benchmarks.fleet;

import dev.forebay.core.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * {@value #NODES} nodes on one quota and one Redis, in several ways: Forebay's leases, a counter in
 * the store that each call asks, and bucket4j on Lettuce. First without a pause and with room for
 * all, which shows what a decision costs; then under twice the load that the quota allows, most of
 * it at one node and every two seconds at another one, which shows how the quota is used and kept.
 *
 * <p>Arguments: the seconds of each measurement, and a redis-server (by default the library's).
 */
public final class FleetBenchmark {
  static final int NODES = 4;

  /** What a bucket holds, in all of them. */
  static final long BURST_SECONDS = 10;

  private static final int CALLERS = 16;
  private static final long AMPLE = 10_000_000;
  private static final long SCARCE = 500;
  private static final long WARM_UP_SECONDS = 15;
  private static final int TICK_MILLIS = 5;

  /** Decisions of a node at a time; a call that finds no place is refused. */
  private static final int MOST_UNDER_WAY = 256;

  private final Ticker ticker = Ticker.system();
  private final Server server;
  private final long seconds;
  private int runs;

  private FleetBenchmark(Server server, long seconds) {
    this.server = server;
    this.seconds = seconds;
  }

  /** Measures all. */
  public static void main(String[] args) throws Exception {
    long seconds = args.length > 0 ? Long.parseLong(args[0]) : 10;
    Map<String, Node.Kind> kinds = new LinkedHashMap<>();
    kinds.put("Forebay's leases", LeaseNode::new);
    kinds.put("a counter in the store", CounterNode::new);
    kinds.put("bucket4j", (store, quota, rate) -> new Bucket4jNode(store, quota, rate, false));
    kinds.put(
        "bucket4j, batching", (store, quota, rate) -> new Bucket4jNode(store, quota, rate, true));
    try (Server server = new Server(args.length > 1 ? args[1] : "")) {
      FleetBenchmark benchmark = new FleetBenchmark(server, seconds);
      System.out.printf("%d nodes, Redis %s%n", NODES, server.version());
      String head = "%-24s %12s %10s %10s %10s%n";
      System.out.printf(head, "room for all", "decisions/s", "p50 us", "p99 us", "ops/call");
      for (Map.Entry<String, Node.Kind> kind : kinds.entrySet()) {
        benchmark.ample(kind.getKey(), kind.getValue());
      }
      System.out.printf(head, "twice the quota", "used", "most in 1 s", "", "ops/call");
      for (Map.Entry<String, Node.Kind> kind : kinds.entrySet()) {
        benchmark.scarce(kind.getKey(), kind.getValue());
      }
    }
  }

  private List<Node> connect(Node.Kind kind, long perSecond) {
    String quota = "quota-" + runs++;
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      nodes.add(kind.connect(server.url(), quota, perSecond));
    }
    return nodes;
  }

  /** Callers without a pause; each decision is timed. */
  private void ample(String name, Node.Kind kind) throws InterruptedException {
    List<Node> nodes = connect(kind, AMPLE);
    try {
      Samples warmUp = new Samples(NODES * CALLERS);
      callWithoutPause(nodes, warmUp);
      long before = server.operations();
      Samples samples = new Samples(NODES * CALLERS);
      callWithoutPause(nodes, samples);
      long operations = server.operations() - before;
      row(
          name,
          number(samples.count() / (double) seconds),
          number(samples.quantile(0.5) / 1e3),
          number(samples.quantile(0.99) / 1e3),
          String.format(Locale.ROOT, "%.5f", (double) operations / samples.count()));
    } finally {
      nodes.forEach(Node::close);
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // Callers that never block take turns.
  private void callWithoutPause(List<Node> nodes, Samples samples) throws InterruptedException {
    long end = ticker.nanos() + TimeUnit.SECONDS.toNanos(seconds);
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < NODES * CALLERS; i++) {
        int caller = i;
        var unused =
            callers.submit(
                () -> {
                  Node node = nodes.get(caller % NODES);
                  for (long now = ticker.nanos(); now < end; now = ticker.nanos()) {
                    if (!node.admit()) {
                      throw new IllegalStateException("there was room for all");
                    }
                    samples.add(caller, ticker.nanos() - now);
                    // A caller that never waits must let the others run.
                    Thread.yield();
                  }
                  return null;
                });
      }
    }
  }

  private void scarce(String name, Node.Kind kind) throws InterruptedException {
    List<Node> nodes = connect(kind, SCARCE);
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor()) {
      Shifting load = new Shifting(nodes, callers);
      load.begin(timer);
      timer.schedule(load::mark, WARM_UP_SECONDS, TimeUnit.SECONDS).get();
      long before = server.operations();
      long callsBefore = load.calls.get();
      long[] marks = new long[(int) seconds + 1];
      marks[0] = load.admitted.get();
      long from = ticker.nanos();
      for (int second = 1; second <= seconds; second++) {
        long due = from + TimeUnit.SECONDS.toNanos(second) - ticker.nanos();
        timer.schedule(load::mark, due, TimeUnit.NANOSECONDS).get();
        marks[second] = load.admitted.get();
      }
      long operations = server.operations() - before;
      long calls = load.calls.get() - callsBefore;
      double most = 0;
      for (int second = 1; second <= seconds; second++) {
        most = Math.max(most, (marks[second] - marks[second - 1]) / (double) SCARCE);
      }
      timer.shutdownNow();
      row(
          name,
          String.format(
              Locale.ROOT, "%.3f", (marks[(int) seconds] - marks[0]) / (double) SCARCE / seconds),
          String.format(Locale.ROOT, "%.3f", most),
          "",
          String.format(Locale.ROOT, "%.5f", (double) operations / calls));
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } finally {
      nodes.forEach(Node::close);
    }
  }

  /** Twice what the quota allows, 85 % of it at one node for two seconds, then at the next. */
  private final class Shifting {
    private static final long NODE_NANOS = 2_000_000_000L;

    final AtomicLong calls = new AtomicLong();
    final AtomicLong admitted = new AtomicLong();
    private final List<Node> nodes;
    private final ExecutorService callers;
    private final double[] due = new double[NODES];
    private final Semaphore[] places = new Semaphore[NODES];
    private long atNanos = ticker.nanos();

    Shifting(List<Node> nodes, ExecutorService callers) {
      this.nodes = nodes;
      this.callers = callers;
      Arrays.setAll(places, i -> new Semaphore(MOST_UNDER_WAY));
    }

    void begin(ScheduledExecutorService timer) {
      var unused =
          timer.scheduleAtFixedRate(this::callWhatIsDue, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    void mark() {}

    private void callWhatIsDue() {
      long now = ticker.nanos();
      double passed = (now - atNanos) / (double) Duration.ofSeconds(1).toNanos();
      atNanos = now;
      int loaded = (int) (now / NODE_NANOS % NODES);
      for (int i = 0; i < NODES; i++) {
        double part = i == loaded ? 0.85 : 0.05;
        due[i] += 2 * SCARCE * part * passed;
        Node node = nodes.get(i);
        for (; due[i] >= 1; due[i]--) {
          calls.incrementAndGet();
          if (places[i].tryAcquire()) {
            Semaphore place = places[i];
            var unused =
                callers.submit(
                    () -> {
                      if (node.admit()) {
                        admitted.incrementAndGet();
                      }
                      place.release();
                      return null;
                    });
          }
        }
      }
    }
  }

  /** How long decisions took, at most so many of each caller. */
  private static final class Samples {
    private static final int MOST = 200_000;

    private final long[][] nanos;
    private final long[] counts;

    Samples(int callers) {
      nanos = new long[callers][MOST];
      counts = new long[callers];
    }

    void add(int caller, long took) {
      nanos[caller][(int) (counts[caller]++ % MOST)] = took;
    }

    long count() {
      return Arrays.stream(counts).sum();
    }

    double quantile(double q) {
      long[] all = new long[(int) Arrays.stream(counts).map(n -> Math.min(n, MOST)).sum()];
      int at = 0;
      for (int i = 0; i < nanos.length; i++) {
        int length = (int) Math.min(counts[i], MOST);
        System.arraycopy(nanos[i], 0, all, at, length);
        at += length;
      }
      Arrays.sort(all);
      return all[(int) Math.min(all.length - 1, q * all.length)];
    }
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : "%.2f", value);
  }

  private static void row(String name, String... cells) {
    System.out.printf("%-24s %12s %10s %10s %10s%n", (Object[]) cells(name, cells));
  }

  private static String[] cells(String name, String... cells) {
    List<String> all = new ArrayList<>(List.of(name));
    all.addAll(List.of(cells));
    return all.toArray(String[]::new);
  }
}
