package dev.forebay.core.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Call;
import dev.forebay.core.Priority;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.Tenant;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.admission.QuotaHypothesis.Span;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Ten minutes of a limiter that always has another call to send, against a {@link ToyQuota}. A
 * refusal takes 20 to 80 ms, an answer 1 to 8 s.
 */
class LimiterSimulationTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long STEP = SECOND / 50;
  private static final long START = Long.MAX_VALUE - 7; // an origin whose sums overflow
  private static final int MINUTES = 10;
  private static final long QUOTA = 600_000;
  private static final double BURNDOWN = 5;

  /** What is configured of a quota. */
  enum Known {
    RIGHT(1),
    HALF(0.5),
    DOUBLE(2),
    UNKNOWN(0);

    final double factor;

    Known(double factor) {
      this.factor = factor;
    }
  }

  private record Result(double utilisation, double refused) {}

  private record Ending(long atNanos, Reservation held, ToyQuota.@Nullable Admitted admitted) {}

  /** Utilisation above one is the minute's worth that is there at first. */
  @ParameterizedTest
  @CsvSource({
    "RIGHT,   SLIDING, false, 0.97, 0.04", "RIGHT,   SLIDING, true, 0.92, 0.07",
    "RIGHT,   BUCKET,  false, 1.07, 0.02", "RIGHT,   BUCKET,  true, 1.06, 0.03",
    "RIGHT,   FIXED,   false, 1.01, 0.09", "RIGHT,   FIXED,   true, 0.97, 0.15",
    "HALF,    SLIDING, false, 0.96, 0.06", "HALF,    SLIDING, true, 0.83, 0.13",
    "HALF,    BUCKET,  false, 1.06, 0.17", "HALF,    BUCKET,  true, 1.05, 0.17",
    "HALF,    FIXED,   false, 1.04, 0.09", "HALF,    FIXED,   true, 0.98, 0.16",
    "DOUBLE,  SLIDING, false, 0.97, 0.05", "DOUBLE,  SLIDING, true, 0.83, 0.17",
    "DOUBLE,  BUCKET,  false, 1.06, 0.14", "DOUBLE,  BUCKET,  true, 1.06, 0.04",
    "DOUBLE,  FIXED,   false, 1.07, 0.08", "DOUBLE,  FIXED,   true, 0.98, 0.16",
    "UNKNOWN, SLIDING, false, 0.97, 0.14", "UNKNOWN, SLIDING, true, 0.91, 0.23",
    "UNKNOWN, BUCKET,  false, 1.07, 0.26", "UNKNOWN, BUCKET,  true, 1.06, 0.26",
    "UNKNOWN, FIXED,   false, 1.07, 0.12", "UNKNOWN, FIXED,   true, 1.04, 0.25",
  })
  void usesTheQuotaWithFewRefusals(
      Known known, Span span, boolean burnt, double utilisation, double refused) {
    Result result = average(known, span, burnt, 0);

    assertThat(result.utilisation).as("utilisation").isBetween(utilisation, 1.11);
    assertThat(result.refused).as("refused").isLessThan(refused);
  }

  @ParameterizedTest
  @CsvSource({
    "RIGHT,   0.02, 0.93, 0.13", "RIGHT,   0.1, 0.85, 0.28",
    "HALF,    0.02, 0.90, 0.15", "HALF,    0.1, 0.85, 0.28",
    "DOUBLE,  0.02, 0.91, 0.15", "DOUBLE,  0.1, 0.85, 0.30",
    "UNKNOWN, 0.02, 0.97, 0.22", "UNKNOWN, 0.1, 0.90, 0.32",
  })
  void refusalsByChanceDoNotHideTheQuota(
      Known known, double chance, double utilisation, double refused) {
    Result result = average(known, Span.SLIDING, false, chance);

    assertThat(result.utilisation).as("utilisation").isGreaterThan(utilisation);
    assertThat(result.refused).as("refused").isLessThan(refused);
  }

  /** What cannot go at once waits and goes later. */
  @ParameterizedTest
  @CsvSource({"20, 0.01", "20, 0.05", "20, 0.1", "200, 0.01", "200, 0.05"})
  void refusalsByChanceTeachNoLimitThatHurts(int perSecond, double chance) {
    for (int seed = 1; seed <= 3; seed++) {
      Run run =
          new Run(Known.UNKNOWN, Span.SLIDING, false, chance, TargetQuota.MAX_PER_MINUTE, seed);
      run.perSecond = perSecond;
      run.mostWaiting = 30 * perSecond;
      run.run();

      assertThat(run.attempts).isGreaterThan((int) (0.99 * MINUTES * 60 * perSecond));
    }
  }

  private static Result average(Known known, Span span, boolean burnt, double chance) {
    double utilisation = 0;
    double refused = 0;
    int seeds = 3;
    for (int seed = 1; seed <= seeds; seed++) {
      Result result = new Run(known, span, burnt, chance, QUOTA, seed).run();
      utilisation += result.utilisation / seeds;
      refused += result.refused / seeds;
    }
    return new Result(utilisation, refused);
  }

  /** One run in virtual time. */
  private static final class Run {
    private final SplittableRandom random;
    private final ToyQuota service;
    private final Limiter limiter;
    private final boolean burnt;
    private final double chance;
    private final long quota;
    private final PriorityQueue<Ending> endings =
        new PriorityQueue<>(Comparator.comparingLong(e -> e.atNanos - START));
    private long now = START;
    private long charged;
    private int perSecond = 200;
    private double mostWaiting;
    private double due;
    private int attempts;
    private int refused;

    Run(Known known, Span span, boolean burnt, double chance, long quota, long seed) {
      this.random = new SplittableRandom(seed);
      this.service = new ToyQuota(span, quota, now);
      this.limiter =
          new Limiter(new TargetQuota.Joint(0, (long) (known.factor * quota), BURNDOWN), now);
      this.burnt = burnt;
      this.chance = chance;
      this.quota = quota;
    }

    Result run() {
      Reservation next = draw();
      while (now - START < MINUTES * 60 * SECOND) {
        now += STEP;
        for (Ending end = endings.peek();
            end != null && end.atNanos - now <= 0;
            end = endings.peek()) {
          end(endings.remove());
        }
        for (due += perSecond * STEP / (double) SECOND; due >= 1; due--) {
          limiter.price(next, now);
          if (!limiter.has(next, false, now)) {
            due = Math.min(due, mostWaiting);
            break;
          }
          send(next);
          next = draw();
        }
      }
      return new Result(
          (double) charged / (MINUTES * quota), (double) refused / Math.max(1, attempts));
    }

    private Reservation draw() {
      Call call =
          new Call(
              true,
              random.nextInt(200, 3_000),
              random.nextInt(200, 1_000),
              Call.ROUTE_DEADLINE,
              Priority.INTERACTIVE,
              Tenant.ANYONE,
              0,
              0,
              false);
      return new Reservation(call, now + 60 * SECOND);
    }

    private void send(Reservation held) {
      limiter.take(held, now);
      attempts++;
      long output = held.call().maxOutputTokens();
      long asked = held.call().inputTokens() + (long) (burnt ? BURNDOWN * output : output);
      ToyQuota.Admitted admitted = random.nextDouble() < chance ? null : service.admit(asked, now);
      long takes =
          admitted == null
              ? random.nextLong(20, 80) * SECOND / 1_000
              : random.nextLong(1_000, 8_000) * SECOND / 1_000;
      endings.add(new Ending(now + takes, held, admitted));
    }

    private void end(Ending ending) {
      if (ending.admitted == null) {
        refused++;
        limiter.throttled(ending.held, now);
        return;
      }
      int input = ending.held.call().inputTokens();
      int output = random.nextInt(1, 1 + ending.held.call().maxOutputTokens() / 3);
      long used = input + (long) (BURNDOWN * output);
      charged += used;
      service.settle(ending.admitted, used, now);
      limiter.answered(ending.held, new TokenUsage(input, output, 0, 0), now);
    }
  }
}
