package dev.forebay.it.fleet;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four gateways on one quota under twice the load that it allows, while members and the store are
 * killed, stopped, emptied and cut off: what is asked of the quota meanwhile and afterwards, how
 * callers fare, and how soon all is as before.
 *
 * <p>Not found by a usual build; {@code .ci/fleet chaos} runs it. {@code -Dfleet.only=FLUSH} does
 * one {@link Disturbance}.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class FleetDisturbed {
  private static final String ONLY = System.getProperty("fleet.only", "");
  private static final boolean SHARES =
      Boolean.parseBoolean(System.getProperty("fleet.shares", "true"));

  /** Parts of the quota that callers ask of each member. */
  private static final double[] LOAD = {0.8, 0.6, 0.4, 0.2};

  private static final Duration RECOVERY = Duration.ofSeconds(10);

  /** What is measured afterwards. */
  private static final Duration SPAN = Duration.ofSeconds(10);

  private static final Duration WINDOW = Duration.ofSeconds(3);

  /** Of a window: as many calls as a member's clock and the emulator's may differ by. */
  private static final double TOLERANCE = 0.05;

  private static final double USED = 0.9;

  /** Answered, refused as more came than the quota allows, or its deadline passed. */
  private static final Set<Integer> OUTCOMES = Set.of(200, 429, 408);

  /** Of the calls: on a busy machine some miss their deadlines without any fault, too. */
  private static final double LATE = 0.02;

  private final Table table =
      new Table(
          "what happens",
          "for s",
          "used",
          "asked, mean",
          "asked, most in 3 s",
          "after 10 s: used",
          "asked",
          "failed",
          "too late",
          "recovery s");
  @TempDir private Path folder;

  @Test
  void whateverHappensTheQuotaIsKeptAndNobodyWaits() throws Exception {
    try (Rig rig = Rig.start(folder, SHARES)) {
      System.out.printf("%d gateways, Redis %s%n", Rig.MEMBERS, rig.redis().version());
      rig.load().rates(rates(-1, 0.6));
      Rig.pass(Duration.ofSeconds(15));
      rig.load().rates(rates(-1, 1));
      Rig.pass(Duration.ofSeconds(15));
      for (Disturbance each : Disturbance.values()) {
        if (ONLY.isEmpty() || ONLY.equals(each.name())) {
          measure(rig, each);
        }
      }
      System.out.println("without an answer: " + rig.load().failures());
    } finally {
      System.out.print(table);
    }
    assertThat(table.missed()).isEmpty();
  }

  private void measure(Rig rig, Disturbance what) throws Exception {
    long from = rig.load().nanos();
    if (what.hitsFirst) {
      rig.load().rates(rates(0, 1));
    }
    what.begin(rig);
    Rig.pass(what.lasts);
    String status = SHARES ? status(rig) : "";
    what.end(rig);
    long ended = rig.load().nanos();
    if (what != Disturbance.KILL_MEMBER) {
      rig.load().rates(rates(-1, 1));
    }
    Rig.pass(RECOVERY.plus(SPAN));
    long until = rig.load().nanos();
    what.clear(rig);
    rig.load().rates(rates(-1, 1));
    // The last calls end.
    Rig.pass(Load.DEADLINE.plusSeconds(2));
    System.out.println(what.label + ": " + status);
    report(what, rig, from, ended, until);
  }

  /** What the members say of the store. */
  private static String status(Rig rig) {
    return IntStream.range(0, Rig.MEMBERS)
        .mapToObj(i -> rig.member(i).store())
        .collect(Collectors.groupingBy(said -> said, TreeMap::new, Collectors.counting()))
        .toString();
  }

  private void report(Disturbance what, Rig rig, long from, long ended, long until) {
    long settled = ended + RECOVERY.toNanos();
    long most = Math.max(ended, from + WINDOW.toNanos());
    QuotaWatch.Use during = rig.watch().use(from, most);
    QuotaWatch.Use after = rig.watch().use(settled, until);
    double peak = peak(rig, from, settled);
    List<Load.Ended> calls =
        rig.load().began(from, until).stream()
            .filter(call -> !(what.hitsFirst && call.member() == 0))
            .toList();
    Map<Integer, Long> failures =
        calls.stream()
            .filter(call -> !OUTCOMES.contains(call.status()))
            .collect(
                Collectors.groupingBy(Load.Ended::status, TreeMap::new, Collectors.counting()));
    long failed = failures.values().stream().mapToLong(count -> count).sum();
    if (failed > 0) {
      System.out.println(what.label + ", by status: " + failures);
    }
    long late =
        calls.stream()
            .filter(
                call ->
                    call.status() == 408 || call.took().compareTo(Load.DEADLINE.plusSeconds(1)) > 0)
            .count();
    double recovery = recovery(rig, ended, until);
    table.row(
        what.label,
        Table.number((double) what.lasts.toSeconds()),
        Table.number(during.used()),
        Table.number(during.asked()),
        Table.number(peak),
        Table.number(after.used()),
        Table.number(after.asked()),
        failed + " of " + calls.size(),
        Long.toString(late),
        Table.number(recovery));
    table.check(peak <= 1.5, what.label + ": asked " + peak);
    table.check(after.asked() <= 1 + TOLERANCE, what.label + ": afterwards " + after.asked());
    table.check(after.used() >= USED, what.label + ": used afterwards " + after.used());
    table.check(
        failed == 0 && late <= LATE * calls.size(),
        what.label + ": failed " + failed + ", late " + late);
    table.check(
        recovery <= RECOVERY.toSeconds(), what.label + ": recovers after " + recovery + " s");
  }

  private static double peak(Rig rig, long from, long until) {
    double most = 0;
    for (long at = from; at + WINDOW.toNanos() <= until; at += MILLISECONDS.toNanos(100)) {
      most = Math.max(most, rig.watch().use(at, at + WINDOW.toNanos()).asked());
    }
    return most;
  }

  /** From the end of it until every window has the quota used and kept. */
  private static double recovery(Rig rig, long ended, long until) {
    long well = ended;
    for (long at = ended; at + WINDOW.toNanos() <= until; at += MILLISECONDS.toNanos(100)) {
      QuotaWatch.Use use = rig.watch().use(at, at + WINDOW.toNanos());
      if (use.asked() > 1 + 2 * TOLERANCE || use.used() < USED) {
        well = at + MILLISECONDS.toNanos(100);
      }
    }
    return (well - ended) / (double) SECONDS.toNanos(1);
  }

  /** Without one member, whose callers go to the others. */
  private static double[] rates(int without, double factor) {
    double[] rates = LOAD.clone();
    if (without >= 0) {
      double each = rates[without] / (rates.length - 1);
      Arrays.setAll(rates, i -> i == without ? 0 : LOAD[i] + each);
    }
    Arrays.setAll(rates, i -> rates[i] * factor * Rig.CALLS_PER_SECOND);
    return rates;
  }
}
