package dev.forebay.benchmarks.library;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import dev.forebay.core.Ticker;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The CPU time and the bytes that a call costs the whole process, with the SDK's bare client and
 * with Forebay under it. Both run in one process, in turns, so that what the machine and the
 * compiler do happens to both. {@code CpuPerCall [SECONDS OF A TURN [TURNS [KIND ...]]]}
 */
public final class CpuPerCall {
  private static final int THREADS = 2;
  private static final int WARM_UP_TURNS = 4;

  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final ThreadMXBean MEMORY = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private CpuPerCall() {}

  /** A kind of call. */
  private enum Kind {
    BLOCKING("unary, blocking") {
      @Override
      void call(Sdk sdk) {
        sdk.blocking().converse(Sdk.REQUEST);
      }
    },
    ASYNC("unary, asynchronous") {
      @Override
      void call(Sdk sdk) {
        sdk.async().converse(Sdk.REQUEST).join();
      }
    },
    STREAM("stream of 24 frames") {
      @Override
      void call(Sdk sdk) {
        Events events = new Events();
        sdk.async().converseStream(Sdk.STREAM_REQUEST, events.handler()).join();
        if (events.count() == 0) {
          throw new IllegalStateException("a stream without events");
        }
      }
    };

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    abstract void call(Sdk sdk);
  }

  /** What calls of one turn cost on average. */
  private record Cost(double cpuMicros, double bytes) {}

  /** Prints a table. */
  public static void main(String[] arguments) throws InterruptedException, ExecutionException {
    int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
    int turns = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 9;
    List<Kind> kinds =
        arguments.length > 2
            ? Arrays.stream(arguments).skip(2).map(Kind::valueOf).toList()
            : List.of(Kind.values());
    System.out.println(
        "| | CPU us, bare | with Forebay | x | bytes, bare | with Forebay | added |\n"
            + "|---|---|---|---|---|---|---|");
    try (Upstream upstream = Upstream.start();
        ExecutorService callers = Executors.newFixedThreadPool(THREADS)) {
      Sdk bare = Sdk.bare(upstream.endpoint());
      for (Kind kind : kinds) {
        turn(callers, kind, bare, 1);
      }
      Map<String, Integer> threads = threads();
      Sdk forebay = Sdk.withForebay(upstream.endpoint());
      for (Kind kind : kinds) {
        measure(callers, kind, bare, forebay, seconds, turns);
      }
      Map<String, Integer> added = threads();
      threads.forEach((name, count) -> added.merge(name, -count, Integer::sum));
      added.values().removeIf(count -> count == 0);
      System.out.println("threads beside those of the bare client: " + added);
      bare.close();
      forebay.close();
    }
  }

  private static void measure(
      ExecutorService callers, Kind kind, Sdk bare, Sdk forebay, int seconds, int turns)
      throws InterruptedException, ExecutionException {
    for (int i = 0; i < WARM_UP_TURNS; i++) {
      turn(callers, kind, bare, seconds);
      turn(callers, kind, forebay, seconds);
    }
    List<Cost> without = new ArrayList<>();
    List<Cost> with = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < turns; i++) {
      without.add(turn(callers, kind, bare, seconds));
      with.add(turn(callers, kind, forebay, seconds));
      ratios.add(with.getLast().cpuMicros() / without.getLast().cpuMicros());
    }
    double bytesBare = median(without.stream().map(Cost::bytes).toList());
    double bytesForebay = median(with.stream().map(Cost::bytes).toList());
    System.out.printf(
        Locale.ROOT,
        "| %s | %.1f | %.1f | %.3f | %.0f | %.0f | %.0f |%n",
        kind.label,
        median(without.stream().map(Cost::cpuMicros).toList()),
        median(with.stream().map(Cost::cpuMicros).toList()),
        median(ratios),
        bytesBare,
        bytesForebay,
        bytesForebay - bytesBare);
  }

  private static Cost turn(ExecutorService callers, Kind kind, Sdk sdk, int seconds)
      throws InterruptedException, ExecutionException {
    AtomicLong calls = new AtomicLong();
    long until = Ticker.system().nanos() + TimeUnit.SECONDS.toNanos(seconds);
    long cpu = PROCESS.getProcessCpuTime();
    long bytes = MEMORY.getTotalThreadAllocatedBytes();
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      running.add(
          callers.submit(
              () -> {
                long own = 0;
                while (Ticker.system().nanos() - until < 0) {
                  kind.call(sdk);
                  own++;
                }
                calls.addAndGet(own);
              }));
    }
    for (Future<?> each : running) {
      each.get();
    }
    double made = calls.get();
    return new Cost(
        (PROCESS.getProcessCpuTime() - cpu) / made / 1_000,
        (MEMORY.getTotalThreadAllocatedBytes() - bytes) / made);
  }

  /** The threads of the process by their names, without numbers. */
  private static Map<String, Integer> threads() {
    Map<String, Integer> threads = new TreeMap<>();
    for (ThreadInfo thread : MEMORY.getThreadInfo(MEMORY.getAllThreadIds())) {
      if (thread != null) {
        threads.merge(thread.getThreadName().replaceAll("\\d+", "N"), 1, Integer::sum);
      }
    }
    return threads;
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
