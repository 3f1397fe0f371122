package dev.forebay.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.it.process.RealTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a cluster adds to a call's latency: two gateways with it and two without, and as many
 * programs, are called in turns, each turn one of them at one rate. A median counts as equal if it
 * differs by no more than those of the two without a cluster do in most rounds. The p99 is that of
 * all turns together.
 *
 * <p>Not found by a usual build; {@code .ci/fleet latency} runs it.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class FleetLatency {
  private static final int CALLS_PER_SECOND = Integer.getInteger("fleet.busy", 200);
  private static final int ROUNDS = Integer.getInteger("fleet.rounds", 20);
  private static final int WARM_UPS = 4;
  private static final Duration TURN = Duration.ofSeconds(2);
  private static final Duration ENDS = Duration.ofMillis(200);

  private final Table table =
      new Table(
          "who",
          "calls",
          "p50 ms, without",
          "another one",
          "with a cluster",
          "p99 ms, without",
          "another one",
          "with a cluster",
          "p50 differs by ms",
          "of two without");
  @TempDir private Path folder;

  /** The times of one member's calls in ms, by rounds. */
  private record Times(List<double[]> rounds) {
    double[] each(double part) {
      return rounds.stream().mapToDouble(round -> percentile(round, part)).toArray();
    }
  }

  @Test
  void aClusterAddsNothingToACall() throws Exception {
    try (Rig rig = Rig.start(folder, Duration.ZERO, index -> index % 2 == 1)) {
      rig.load().route("wide");
      measure(rig, "gateways", Rig.GATEWAY);
      measure(rig, "programs", Rig.PROGRAM);
    } finally {
      System.out.print(table);
    }
    assertThat(table.missed()).isEmpty();
  }

  private void measure(Rig rig, String who, int first) {
    List<Times> all = new ArrayList<>();
    for (int i = 0; i < Rig.GATEWAYS; i++) {
      all.add(new Times(new ArrayList<>()));
    }
    for (int round = 0; round < WARM_UPS + ROUNDS; round++) {
      for (int turn = 0; turn < Rig.GATEWAYS; turn++) {
        // Another one begins each round, so that none has the same neighbour in time always.
        int one = (turn + round) % Rig.GATEWAYS;
        List<Load.Ended> calls = turn(rig, first + one);
        if (round >= WARM_UPS) {
          // A process that has just begun may refuse some.
          assertThat(calls).allMatch(call -> call.status() == 200);
          all.get(one)
              .rounds
              .add(
                  calls.stream()
                      .mapToDouble(call -> call.took().toNanos() / 1e6)
                      .sorted()
                      .toArray());
        }
      }
    }
    report(who, all);
  }

  private static List<Load.Ended> turn(Rig rig, int member) {
    double[] rates = new double[Rig.MEMBERS];
    rates[member] = CALLS_PER_SECOND;
    long from = rig.load().nanos();
    rig.load().rates(rates);
    RealTime.pass(TURN);
    rig.load().rates(new double[Rig.MEMBERS]);
    long until = rig.load().nanos();
    RealTime.pass(ENDS);
    return rig.load().began(from, until);
  }

  private void report(String who, List<Times> all) {
    Times without = all.get(0);
    Times with = all.get(1);
    Times alike = all.get(2);
    double[] shared = pooled(with, all.get(3));
    double differs = percentile(differences(with, without), 0.5);
    double[] noise = differences(alike, without);
    double usual = Math.max(Math.abs(percentile(noise, 0.25)), Math.abs(percentile(noise, 0.75)));
    double without99 = p99(without, alike);
    double with99 = p99(with, all.get(3));
    table.row(
        who,
        Integer.toString(shared.length),
        millis(percentile(pooled(without), 0.5)),
        millis(percentile(pooled(alike), 0.5)),
        millis(percentile(shared, 0.5)),
        millis(p99(without)),
        millis(p99(alike)),
        millis(with99),
        millis(differs),
        "up to " + millis(usual));
    table.check(differs <= usual, who + ": p50 differs by " + differs + " ms, usually " + usual);
    table.check(with99 <= 1.05 * without99, who + ": p99 " + with99 + " ms, not " + without99);
  }

  private static double p99(Times... of) {
    return percentile(pooled(of), 0.99);
  }

  private static String millis(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** Of the medians, round by round. */
  private static double[] differences(Times of, Times from) {
    double[] one = of.each(0.5);
    double[] other = from.each(0.5);
    double[] all = new double[one.length];
    Arrays.setAll(all, i -> one[i] - other[i]);
    return DoubleStream.of(all).sorted().toArray();
  }

  private static double[] pooled(Times... of) {
    return Arrays.stream(of)
        .flatMap(each -> each.rounds.stream())
        .flatMapToDouble(Arrays::stream)
        .sorted()
        .toArray();
  }

  private static double percentile(double[] sorted, double part) {
    return sorted[Math.min(sorted.length - 1, (int) (part * sorted.length))];
  }
}
