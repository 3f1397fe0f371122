package dev.forebay.it.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What a process holds, sampled over time. Load comes and goes and only adds to what is held; a
 * leak raises the floor under it. Flat means: the least that is held in the last third of the
 * samples is not above the least of the second third, plus a tolerance. The first third is the
 * warm-up.
 *
 * <p>So a leak is found that in a third of the run makes more than the tolerance: in ten minutes
 * one of 0.1 MB of memory a second, or a thread in a minute.
 *
 * <p>Descriptors are compared otherwise. Pools keep the connections of a burst for half a minute,
 * which in a short run lifts the floor of one third and not that of another. So they must be back
 * at what they were before the load, plus the tolerance, when the pools are empty.
 */
final class Footprint {
  /** What is sampled, and by how much its floor may rise: by a share of it, and by so much more. */
  enum Kind {
    RSS("RSS in MB", 1.03, 10),
    HEAP("live heap in MB", 1.0, 8),
    THREADS("threads", 1.0, 3),
    DESCRIPTORS("descriptors", 1.0, 10),
    HELD("held bytes in KB", 1.0, 512);

    private final String label;
    private final double factor;
    private final long more;

    Kind(String label, double factor, long more) {
      this.label = label;
      this.factor = factor;
      this.more = more;
    }

    private long of(Sample sample) {
      return switch (this) {
        case RSS -> sample.rss;
        case HEAP -> sample.heap;
        case THREADS -> sample.threads;
        case DESCRIPTORS -> sample.descriptors;
        case HELD -> sample.held;
      };
    }
  }

  /**
   * One look.
   *
   * @param rss resident memory in MB
   * @param heap in MB, after a collection
   * @param held in KB, what the gateway's budget of bytes counts
   */
  record Sample(long rss, long heap, long threads, long descriptors, long held) {
    /** What the operating system says of a process. */
    static Sample of(long pid, long heap, long held) throws IOException {
      Path process = Path.of("/proc", Long.toString(pid));
      long rss = 0;
      long threads = 0;
      for (String line : Files.readAllLines(process.resolve("status"))) {
        if (line.startsWith("VmRSS:")) {
          rss = Long.parseLong(line.replaceAll("\\D", "")) / 1_024;
        } else if (line.startsWith("Threads:")) {
          threads = Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
      try (Stream<Path> open = Files.list(process.resolve("fd"))) {
        return new Sample(rss, heap, threads, open.count(), held);
      }
    }
  }

  private final Sample before;
  private final List<Sample> samples = new ArrayList<>();

  /** Nothing yet but a look before the load. */
  Footprint(Sample before) {
    this.before = before;
  }

  void add(Sample sample) {
    samples.add(sample);
  }

  /** So many descriptors may be open when the load is over and the pools are empty. */
  long mostDescriptorsInTheEnd() {
    return (long) (before.descriptors * Kind.DESCRIPTORS.factor) + Kind.DESCRIPTORS.more;
  }

  /** What grew of all but descriptors; empty if all is flat. */
  List<Kind> growth() {
    return Stream.of(Kind.values())
        .filter(kind -> kind != Kind.DESCRIPTORS)
        .filter(
            kind -> {
              long before = floor(1, kind);
              return floor(2, kind) > before * kind.factor + kind.more;
            })
        .toList();
  }

  /** A line for each kind. */
  String table() {
    StringBuilder table =
        new StringBuilder(
            String.format("%-18s %8s %8s %8s %8s%n", "least", "warm-up", "middle", "end", "most"));
    for (Kind kind : Kind.values()) {
      table.append(
          String.format(
              Locale.ROOT,
              "%-18s %8d %8d %8d %8d%n",
              kind.label,
              floor(0, kind),
              floor(1, kind),
              floor(2, kind),
              samples.stream().mapToLong(kind::of).max().orElse(0)));
    }
    return table.toString();
  }

  private long floor(int third, Kind kind) {
    int size = samples.size() / 3;
    int to = third == 2 ? samples.size() : (third + 1) * size;
    return samples.subList(third * size, to).stream().mapToLong(kind::of).min().orElse(0);
  }
}
