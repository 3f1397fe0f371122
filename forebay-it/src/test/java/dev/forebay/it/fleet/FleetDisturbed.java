package dev.forebay.it.fleet;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.it.process.RealTime;
import java.io.IOException;
import java.nio.file.Files;
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
 * Four gateways and four programs on one quota under twice the load that it allows, while members
 * and the store are killed, stopped, emptied, cut off and replaced: what is asked of the quota
 * meanwhile and afterwards, how callers fare, and how soon all is as before. The same for the
 * database of jobs, and what became of each job.
 *
 * <p>Not found by a usual build; {@code .ci/fleet chaos} runs it. {@code -Dfleet.only=FLUSH,FULL}
 * does these {@link Disturbance}s alone.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class FleetDisturbed {
  private static final List<Disturbance> CHOSEN = chosen(System.getProperty("fleet.only", ""));
  private static final boolean SHARES =
      Boolean.parseBoolean(System.getProperty("fleet.shares", "true"));

  /** Parts of the quota that callers ask of each member. */
  private static final double[] LOAD = {0.5, 0.4, 0.3, 0.2, 0.25, 0.15, 0.1, 0.1};

  /**
   * Under such a load calls begin at the last moment that leaves them one and a quarter times what
   * is usual: 200 ms of room. The machine's own pauses are shorter; who waits for a store that does
   * not answer waits for longer.
   */
  private static final Duration FIRST_TOKEN = Duration.ofMillis(800);

  private static final Duration RECOVERY = Duration.ofSeconds(10);

  /** What is measured afterwards. */
  private static final Duration SPAN = Duration.ofSeconds(10);

  private static final Duration WINDOW = Duration.ofSeconds(3);

  /** Of a window: as many calls as a member's clock and the emulator's may differ by. */
  private static final double TOLERANCE = 0.05;

  private static final double USED = 0.9;

  /** Answered, refused as more came than the quota allows, or its deadline passed. */
  private static final Set<Integer> OUTCOMES = Set.of(200, 429, 408);

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
  private final Table jobs =
      new Table("jobs", "accepted", "refused", "lost", "done twice", "taken again");
  @TempDir private Path folder;

  @Test
  void whateverHappensTheQuotaIsKeptAndNoCallWaits() throws Exception {
    List<Disturbance> alone =
        CHOSEN.stream()
            .filter(each -> !each.isOfPair() && !each.isOfJobs() && !each.isOfRelays())
            .toList();
    List<Disturbance> ofRelays = CHOSEN.stream().filter(Disturbance::isOfRelays).toList();
    List<Disturbance> ofPair = CHOSEN.stream().filter(Disturbance::isOfPair).toList();
    List<Disturbance> ofJobs = CHOSEN.stream().filter(Disturbance::isOfJobs).toList();
    try {
      if (!alone.isEmpty()) {
        try (Rig rig = Rig.start(created("alone"), FIRST_TOKEN, index -> SHARES)) {
          measure(rig, alone);
        }
      }
      if (!ofRelays.isEmpty() && SHARES) {
        try (Rig rig = Rig.startOnRelays(created("relays"), FIRST_TOKEN)) {
          measure(rig, ofRelays);
        }
      }
      if (!ofPair.isEmpty() && SHARES) {
        try (Rig rig = Rig.startOnPair(created("pair"), FIRST_TOKEN)) {
          measure(rig, ofPair);
        }
      }
      if (!ofJobs.isEmpty() && SHARES) {
        try (Rig rig = Rig.startWithJobs(created("jobs"), FIRST_TOKEN)) {
          measure(rig, ofJobs);
        }
      }
    } finally {
      System.out.print(table);
      if (!ofJobs.isEmpty()) {
        System.out.print(jobs);
      }
    }
    assertThat(table.missed()).isEmpty();
    assertThat(jobs.missed()).isEmpty();
  }

  private Path created(String name) throws IOException {
    return Files.createDirectory(folder.resolve(name));
  }

  private static List<Disturbance> chosen(String names) {
    return names.isEmpty()
        ? List.of(Disturbance.values())
        : Arrays.stream(names.split(",", -1)).map(Disturbance::valueOf).toList();
  }

  private void measure(Rig rig, List<Disturbance> all) throws Exception {
    System.out.printf(
        "%d gateways and %d programs, %s; the members' way to it: %s%n",
        Rig.GATEWAYS, Rig.MEMBERS - Rig.GATEWAYS, rig.redis().version(), rig.network());
    rig.load().rates(rates(Rig.NONE, 0.6));
    RealTime.pass(Duration.ofSeconds(15));
    rig.load().rates(rates(Rig.NONE, 1));
    RealTime.pass(Duration.ofSeconds(5));
    if (SHARES) {
      // The first page takes a gateway 100 ms, and all calls wait as long as they can.
      status(rig);
    }
    RealTime.pass(Duration.ofSeconds(10));
    for (Disturbance each : all) {
      if (each.isOfJobs()) {
        try (JobCallers callers = new JobCallers(rig)) {
          measure(rig, each);
          report(each, callers.end());
        }
      } else if (each.lacks().isEmpty()) {
        measure(rig, each);
      } else {
        table.check(false, each.label + ": left out, as this machine lacks " + each.lacks());
      }
    }
    System.out.println("without an answer: " + rig.load().failures());
  }

  private void measure(Rig rig, Disturbance what) throws Exception {
    long from = rig.load().nanos();
    rig.load().rates(rates(what.hits, 1));
    what.begin(rig);
    RealTime.pass(what.lasts);
    Map<String, Long> status = SHARES ? status(rig) : Map.of();
    if (what.isOfPair()) {
      table.check(rig.pair().hasFailedOver(), what.label + ": the sentinel named no new primary");
    }
    what.end(rig);
    long ended = rig.load().nanos();
    boolean isDead = what.hits != Rig.NONE && rig.member(what.hits).isDead();
    rig.load().rates(rates(isDead ? what.hits : Rig.NONE, 1));
    RealTime.pass(RECOVERY.plus(SPAN));
    long until = rig.load().nanos();
    if (isDead) {
      rig.member(what.hits).launch();
      rig.member(what.hits).awaitReady();
    }
    rig.load().rates(rates(Rig.NONE, 1));
    // The last calls end.
    RealTime.pass(Load.DEADLINE.plusSeconds(2));
    if (what.isOfPair()) {
      rig.pair().awaitReplica();
    }
    System.out.println(what.label + ": " + status);
    if (SHARES) {
      what.says()
          .forEach(
              (said, members) ->
                  table.check(
                      count(status, said) == members,
                      what.label + ": not " + members + " members say " + said + ": " + status));
    }
    report(what, rig, from, ended, until);
  }

  /** What the members say of the store. */
  private static Map<String, Long> status(Rig rig) {
    return IntStream.range(0, Rig.MEMBERS)
        .mapToObj(i -> rig.member(i).store())
        .collect(Collectors.groupingBy(said -> said, TreeMap::new, Collectors.counting()));
  }

  /** How many members say what begins so. */
  private static long count(Map<String, Long> status, String prefix) {
    return status.entrySet().stream()
        .filter(said -> said.getKey().startsWith(prefix))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private void report(Disturbance what, Rig rig, long from, long ended, long until) {
    long settled = ended + RECOVERY.toNanos();
    long most = Math.max(ended, from + WINDOW.toNanos());
    QuotaWatch.Use during = rig.watch().use(from, most);
    QuotaWatch.Use after = rig.watch().use(settled, until);
    double peak = peak(rig, from, settled);
    List<Load.Ended> calls =
        rig.load().began(from, until).stream().filter(call -> call.member() != what.hits).toList();
    Map<Integer, Long> failures =
        calls.stream()
            .filter(call -> !OUTCOMES.contains(call.status()))
            .collect(
                Collectors.groupingBy(Load.Ended::status, TreeMap::new, Collectors.counting()));
    long failed = failures.values().stream().mapToLong(count -> count).sum();
    if (failed > 0) {
      System.out.println(what.label + ", by status: " + failures);
    }
    List<Load.Ended> tooLate =
        calls.stream()
            .filter(
                call ->
                    call.status() == 408 || call.took().compareTo(Load.DEADLINE.plusSeconds(1)) > 0)
            .toList();
    tooLate.forEach(
        call ->
            System.out.printf(
                "%s, too late: member %d, %.1f s after the beginning, status %d after %s%n",
                what.label,
                call.member(),
                (call.beganNanos() - from) / 1e9,
                call.status(),
                call.took()));
    int late = tooLate.size();
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
        Integer.toString(late),
        Table.number(recovery));
    table.check(peak <= 1.5, what.label + ": asked " + peak);
    table.check(after.asked() <= 1 + TOLERANCE, what.label + ": afterwards " + after.asked());
    table.check(after.used() >= USED, what.label + ": used afterwards " + after.used());
    table.check(failed == 0 && late == 0, what.label + ": failed " + failed + ", late " + late);
    table.check(
        recovery <= RECOVERY.toSeconds(), what.label + ": recovers after " + recovery + " s");
  }

  private void report(Disturbance what, JobCallers.Result result) {
    jobs.row(
        what.label,
        Integer.toString(result.accepted()),
        Integer.toString(result.refused()),
        Integer.toString(result.lost().size()),
        Integer.toString(result.twice().size()),
        Integer.toString(result.retaken()));
    jobs.check(result.accepted() > 0, what.label + ": no job was accepted");
    jobs.check(result.unexpected().isEmpty(), what.label + ": " + result.unexpected());
    jobs.check(result.lost().isEmpty(), what.label + ": lost " + result.lost());
    jobs.check(result.twice().isEmpty(), what.label + ": done twice " + result.twice());
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
    if (without != Rig.NONE) {
      double each = rates[without] / (rates.length - 1);
      Arrays.setAll(rates, i -> i == without ? 0 : LOAD[i] + each);
    }
    Arrays.setAll(rates, i -> rates[i] * factor * Rig.CALLS_PER_SECOND);
    return rates;
  }
}
