package dev.forebay.it.fleet;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.emulator.RequestRecord;
import dev.forebay.it.process.RealTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four gateways and four programs on one quota under a load that is skewed and moves: how much of
 * the quota they use, what is refused, how soon a cooldown holds for all and a spike is served
 * elsewhere, and what they ask of the store.
 *
 * <p>Not found by a usual build; {@code .ci/fleet} runs it. {@code -Dfleet.shares=false} leaves the
 * cluster out of the configurations: then it must fail.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class FleetUnderLoad {
  private static final boolean SHARES =
      Boolean.parseBoolean(System.getProperty("fleet.shares", "true"));

  /** A node's calls per second where operations of the store are counted. */
  private static final int BUSY = Integer.getInteger("fleet.busy", 200);

  private static final Duration FIRST_TOKEN = Duration.ofMillis(20);
  private static final Duration ROUND = Duration.ofSeconds(5);
  private static final int ROUNDS = Rig.MEMBERS;
  private static final int MOVES = Rig.MEMBERS;
  private static final int GATES = 5;

  /** So many members had calls to send when a cooldown began. */
  private static final int OTHERS = 3;

  private static final long GATE_SECONDS = 2;

  private final Table table = new Table("what", "is", "bound", "");
  @TempDir private Path folder;

  @Test
  void oneQuotaIsUsedByAllAndExceededByNone() throws Exception {
    try (Rig rig = Rig.start(folder, FIRST_TOKEN, index -> SHARES)) {
      System.out.printf(
          "%d gateways and %d programs, %s, a quota of %.0f calls a second%n",
          Rig.GATEWAYS, Rig.MEMBERS - Rig.GATEWAYS, rig.redis().version(), Rig.CALLS_PER_SECOND);
      warmUp(rig);
      utilisation(rig);
      spike(rig);
      gate(rig);
      operations(rig, "gateways", Rig.GATEWAY);
      operations(rig, "programs", Rig.PROGRAM);
    } finally {
      System.out.print(table);
    }
    assertThat(table.missed()).isEmpty();
  }

  /** Until the JVMs have compiled what calls need, and what buckets held at first is used. */
  private static void warmUp(Rig rig) {
    rig.load().rates(even(Rig.CALLS_PER_SECOND * 0.6));
    RealTime.pass(Duration.ofSeconds(15));
    rig.load().rates(even(Rig.CALLS_PER_SECOND * 1.5));
    RealTime.pass(Duration.ofSeconds(15));
  }

  /** Twice what the quota allows, nearly all of it at one member, another one every round. */
  private void utilisation(Rig rig) {
    long from = rig.load().nanos();
    for (int round = 0; round < ROUNDS; round++) {
      rig.load().rates(skewed(round, 1.7, 0.3));
      RealTime.pass(ROUND);
    }
    QuotaWatch.Use use = rig.watch().use(from, rig.load().nanos());
    table.atLeast("utilisation of the quota", use.used(), 0.95);
    table.atMost("429s of the emulator's answers", use.refused(), 0.01);
  }

  /** What fits the quota, nearly all at one member, and every five seconds at another one. */
  private void spike(Rig rig) {
    rig.load().rates(even(Rig.CALLS_PER_SECOND * 0.5));
    RealTime.pass(Duration.ofSeconds(8));
    // From an even load, and so no move yet.
    rig.load().rates(skewed(Rig.MEMBERS - 1, 0.7, 0.15));
    RealTime.pass(Duration.ofSeconds(5));
    double[] longest = new double[MOVES];
    for (int move = 0; move < MOVES; move++) {
      int at = move;
      long from = rig.load().nanos();
      rig.load().rates(skewed(at, 0.7, 0.15));
      RealTime.pass(Duration.ofSeconds(5));
      long until = rig.load().nanos() - SECONDS.toNanos(2);
      longest[move] =
          rig.load().began(from, until).stream()
              .filter(call -> call.member() == at)
              .mapToDouble(call -> call.status() == 200 ? seconds(call.took()) : 60)
              .max()
              .orElse(60);
    }
    double worst = Arrays.stream(longest).max().orElse(60);
    System.out.println("longest answers after each move, s: " + Arrays.toString(longest));
    table.atMost("s until a moved spike is served", worst, 1);
  }

  private void gate(Rig rig) {
    rig.load().rates(even(Rig.CALLS_PER_SECOND * 0.8));
    RealTime.pass(Duration.ofSeconds(5));
    double[] each = new double[GATES];
    for (int i = 0; i < GATES; i++) {
      rig.emulator()
          .faults(
              """
              [{"model":"%s","count":1,"throttle":{"retryAfter":"%ds"}}]
              """
                  .formatted(Rig.NARROW, GATE_SECONDS));
      long from = rig.load().nanos() - SECONDS.toNanos(1);
      long until = rig.load().nanos();
      RealTime.pass(Duration.ofSeconds(GATE_SECONDS + 2));
      assertThat(rig.load().began(from, until).stream().mapToInt(Load.Ended::member).distinct())
          .as("members with calls to send")
          .hasSizeGreaterThanOrEqualTo(OTHERS);
      each[i] = millisAfterGate(rig);
      rig.emulator().faults(List.of());
      RealTime.pass(Duration.ofSeconds(2));
    }
    System.out.println("after a Retry-After, ms: " + Arrays.toString(each));
    double worst = Arrays.stream(each).max().orElse(0);
    table.atMost("ms until one's Retry-After stops all", worst, 100);
  }

  /** From the refusal to the last request that arrived while it held. */
  private static double millisAfterGate(Rig rig) {
    List<RequestRecord> recent = rig.emulator().stats().recent();
    RequestRecord refused =
        recent.reversed().stream()
            .filter(each -> Objects.equals(each.status(), 429))
            .findFirst()
            .orElseThrow();
    long holds = refused.arrivedMs() + GATE_SECONDS * 1_000 * Rig.SPEED * 9 / 10;
    return recent.stream()
        .filter(each -> each.arrivedMs() >= refused.arrivedMs() && each.arrivedMs() < holds)
        .mapToLong(RequestRecord::arrivedMs)
        .map(arrived -> (arrived - refused.arrivedMs()) / Rig.SPEED)
        .max()
        .orElse(0);
  }

  /** A quota that is not exhausted, so that calls are as many as the machine carries. */
  private void operations(Rig rig, String who, int first) {
    double[] rates = new double[Rig.MEMBERS];
    Arrays.fill(rates, first, first + Rig.GATEWAYS, BUSY);
    rig.load().route("wide");
    rig.load().rates(rates);
    // Programs without calls leave after ten seconds.
    RealTime.pass(Duration.ofSeconds(12));
    long from = rig.load().nanos();
    long before = rig.redis().operations();
    RealTime.pass(Duration.ofSeconds(10));
    long until = rig.load().nanos();
    long operations = rig.redis().operations() - before;
    rig.load().rates(even(0));
    RealTime.pass(Duration.ofSeconds(2));
    long answered =
        rig.load().began(from, until).stream().filter(call -> call.status() == 200).count();
    double span = (until - from) / 1e9;
    System.out.printf(
        "%s: %.0f answers a second and node; %.2f operations a second and node%n",
        who, answered / span / Rig.GATEWAYS, operations / span / Rig.GATEWAYS);
    table.atMost(
        "operations of the store for a call, " + who, (double) operations / answered, 0.05);
  }

  private static double seconds(Duration of) {
    return of.toMillis() / 1_000.0;
  }

  private static double[] even(double calls) {
    double[] rates = new double[Rig.MEMBERS];
    Arrays.fill(rates, calls / Rig.MEMBERS);
    return rates;
  }

  /** Of the quota's calls, so much at one member and the rest at all others together. */
  private static double[] skewed(int at, double most, double others) {
    double[] rates = new double[Rig.MEMBERS];
    Arrays.fill(rates, others * Rig.CALLS_PER_SECOND / (Rig.MEMBERS - 1));
    rates[at] = most * Rig.CALLS_PER_SECOND;
    return rates;
  }
}
