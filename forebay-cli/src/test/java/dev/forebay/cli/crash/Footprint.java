package dev.forebay.cli.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * What a process holds, sampled over time. Flat means: what it holds at most in the last third of
 * the samples is not above what it held at most in the second third, plus a tolerance. The first
 * third is its warm-up.
 */
final class Footprint {
  /**
   * One look.
   *
   * @param rss resident memory in MB
   */
  record Sample(long rss, long threads, long descriptors) {
    static Sample of(long pid) throws IOException {
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
        return new Sample(rss, threads, open.count());
      }
    }
  }

  private final List<Sample> samples = new ArrayList<>();

  void add(Sample sample) {
    samples.add(sample);
  }

  /** What grew, in words; empty if all is flat. */
  List<String> growth() {
    List<String> growth = new ArrayList<>();
    compare("RSS in MB", Sample::rss, 1.1, 24, growth);
    compare("threads", Sample::threads, 1.0, 8, growth);
    compare("descriptors", Sample::descriptors, 1.1, 24, growth);
    return growth;
  }

  private void compare(
      String what, ToLongFunction<Sample> of, double factor, long more, List<String> growth) {
    int third = samples.size() / 3;
    long before = max(samples.subList(third, 2 * third), of);
    long after = max(samples.subList(2 * third, samples.size()), of);
    System.out.printf(
        Locale.ROOT,
        "%-14s %6d after the start, %6d in the middle, %6d at the end%n",
        what,
        max(samples.subList(0, third), of),
        before,
        after);
    if (after > before * factor + more) {
      growth.add(what + " grew from " + before + " to " + after);
    }
  }

  private static long max(List<Sample> samples, ToLongFunction<Sample> of) {
    return samples.stream().mapToLong(of).max().orElse(0);
  }
}
