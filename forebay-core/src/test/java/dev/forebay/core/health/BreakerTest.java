package dev.forebay.core.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.core.BreakerPolicy;
import dev.forebay.core.health.Breaker.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BreakerTest {
  private static final long LEASE = Duration.ofSeconds(20).toNanos();
  private static final BreakerPolicy POLICY = BreakerPolicy.DEFAULTS;

  private final SplittableRandom random = new SplittableRandom(1);
  private long now = Long.MAX_VALUE - 7; // an origin whose sums overflow
  private Breaker breaker = new Breaker(now);

  @Test
  void defaultsArePinned() {
    assertThat(POLICY).isEqualTo(new BreakerPolicy(0.5, 10, Duration.ofSeconds(5)));
    assertThat(Breaker.FAILURES_IN_A_ROW).isEqualTo(5);
    assertThat(Breaker.HALF_LIFE).isEqualTo(Duration.ofSeconds(30));
    assertThat(Breaker.MAX_OPEN).isEqualTo(Duration.ofMinutes(1));
    assertThat(Breaker.probesToConfirmOutage(POLICY)).isEqualTo(4);
    assertThat(Breaker.SLOW_RATIO).isEqualTo(0.8);
  }

  @Test
  void fiveFailuresInARowOpen() {
    fail(4);
    assertThat(breaker.position(now)).isEqualTo(Position.CLOSED);
    fail(1);
    assertThat(breaker.position(now)).isEqualTo(Position.OPEN);
    assertThat(breaker.tryAcquire(LEASE, now)).isEqualTo(Breaker.REFUSED);
  }

  @Test
  void aSuccessBreaksTheRow() {
    for (int i = 0; i < 4; i++) {
      succeed(2);
      fail(1);
    }
    assertThat(breaker.position(now)).isEqualTo(Position.CLOSED);
  }

  /**
   * A row that comes by chance once in a thousand times among so many calls, at a rate of a half.
   */
  @ParameterizedTest
  @CsvSource({"1, 5", "2, 5", "4, 8", "5, 10", "10, 14", "100, 17", "1000, 20"})
  void aRowOpensWhenItIsLongerThanChanceMakesItBesideSoManySuccesses(int successes, int row) {
    succeed(successes);
    fail(row - 1);
    assertThat(breaker.position(now)).isEqualTo(Position.CLOSED);
    fail(1);
    assertThat(breaker.position(now)).isEqualTo(Position.OPEN);
  }

  @Test
  void aRowCountsHoweverSlowlyItsFailuresCome() {
    for (int i = 0; i < 5; i++) {
      assertThat(breaker.position(now)).isEqualTo(Position.CLOSED);
      fail(1);
      pass(Duration.ofMinutes(2));
    }
    assertThat(breaker.tryAcquire(LEASE, now)).as("a probe").isNotEqualTo(Breaker.REFUSED);
    assertThat(breaker.position(now)).isEqualTo(Position.HALF_OPEN);
  }

  @Test
  void aRowIsNoneBesideAsManyAttemptsThatBeganMeanwhileAndHaveNotFailed() {
    for (int i = 0; i < 30; i++) {
      breaker.failed(acquire(), 100 + i, FailureTime.UNKNOWN, POLICY, random, now);
    }
    assertThat(breaker.position(now)).isEqualTo(Position.CLOSED);
    breaker = new Breaker(now);
    for (int i = 0; i < 10; i++) {
      breaker.failed(acquire(), 100, FailureTime.UNKNOWN, POLICY, random, now);
    }
    assertThat(breaker.position(now))
        .as("those that began before say nothing")
        .isEqualTo(Position.OPEN);
  }

  /**
   * A single target that fails at random, less often than its circuit bears, is hardly ever left
   * alone, at any rate of calls.
   */
  @ParameterizedTest
  @ValueSource(ints = {10, 20, 30, 40, 45})
  void aTargetThatFailsLessOftenThanTheRateStaysInUse(int percent) {
    int calls = 0;
    int passed = 0;
    for (int gapMs : List.of(5, 50, 250, 2_000)) {
      for (int run = 0; run < 50; run++) {
        breaker = new Breaker(now);
        for (int i = 0; i < 400; i++) {
          pass(Duration.ofMillis(gapMs));
          calls++;
          long stamp = acquire();
          if (stamp == Breaker.REFUSED) {
            continue;
          }
          passed++;
          if (random.nextInt(100) < percent) {
            breaker.failed(stamp, POLICY, random, now);
          } else {
            breaker.succeeded(stamp, now);
          }
        }
      }
    }
    assertThat((double) passed / calls).isGreaterThan(percent <= 30 ? 0.99 : 0.9);
  }

  @Test
  void oneThatFailsMoreOftenOpens() {
    for (int i = 0; i < 400 && breaker.position(now) == Position.CLOSED; i++) {
      pass(Duration.ofMillis(25));
      if (random.nextInt(100) < 75) {
        fail(1);
      } else {
        succeed(1);
      }
    }
    assertThat(breaker.position(now)).isEqualTo(Position.OPEN);
  }

  @Test
  void aHalfOpenCircuitToleratesTheRateThatItIsConfiguredFor() {
    fail(5);
    pass(Duration.ofSeconds(5));
    breaker.succeeded(acquire(), now);
    breaker.failed(acquire(), POLICY, random, now);
    breaker.succeeded(acquire(), now);
    breaker.failed(acquire(), POLICY, random, now);
    assertThat(breaker.position(now)).isEqualTo(Position.HALF_OPEN);
    breaker.succeeded(acquire(), now);
    breaker.succeeded(acquire(), now);
    assertThat(breaker.position(now)).isEqualTo(Position.CLOSED);
  }

  @Test
  void moreFailuresThanThatReopenItForTheFirstPauseAgain() {
    fail(5);
    for (int i = 0; i < 4; i++) {
      pass(Duration.ofSeconds(5));
      breaker.failed(acquire(), POLICY, random, now);
    }
    pass(Duration.ofSeconds(10));
    breaker.succeeded(acquire(), now);
    for (int i = 0; i < 7; i++) {
      assertThat(breaker.position(now)).isEqualTo(Position.HALF_OPEN);
      breaker.failed(acquire(), POLICY, random, now);
    }
    assertThat(breaker.availableAtNanos(now) - now).isBetween(1L, Duration.ofSeconds(5).toNanos());
  }

  @Test
  void evidenceFadesWithAHalfLifeOf30Seconds() {
    for (int i = 0; i < 4; i++) {
      fail(1);
      succeed(1);
    }
    pass(Duration.ofSeconds(60));
    succeed(1);
    fail(1);
    assertThat(breaker.position(now)).as("8 calls have become 2").isEqualTo(Position.CLOSED);
  }

  @Test
  void whatSaysNothingAboutHealthChangesNothing() {
    for (int i = 0; i < 100; i++) {
      breaker.release(acquire());
    }
    fail(4);
    assertThat(breaker.position(now)).isEqualTo(Position.CLOSED);
  }

  @Test
  void afterItsPauseOneProbePasses() {
    fail(5);
    pass(Duration.ofSeconds(5));

    assertThat(breaker.position(now)).isEqualTo(Position.HALF_OPEN);
    assertThat(acquire()).isNotEqualTo(Breaker.REFUSED);
    assertThat(acquire()).isEqualTo(Breaker.REFUSED);
  }

  @Test
  void successesRampTheProbesUpOneTwoFourEightThenClose() {
    fail(5);
    pass(Duration.ofSeconds(5));
    for (int allowed : List.of(1, 2, 4, 8)) {
      List<Long> probes = acquireAll();
      assertThat(probes).hasSize(allowed);
      breaker.succeeded(probes.getFirst(), now);
      probes.stream().skip(1).forEach(breaker::release);
    }
    assertThat(breaker.position(now)).isEqualTo(Position.CLOSED);
  }

  @Test
  void thePauseGrowsByAQuarterWhenAsManyProbesHaveFailedAsAreNoChanceAndThenEachTimeUpToAMinute() {
    fail(5);
    for (int probe = 1; probe <= 20; probe++) {
      pass(Duration.ofMinutes(1));
      breaker.failed(acquire(), POLICY, random, now);
      double longest = Math.min(60, 5 * Math.pow(1.25, Math.max(0, probe - 3)));
      assertThat(pauseSeconds()).isBetween(longest / 2, longest);
    }
  }

  /** The answers of a target that works again may take minutes, its failures take no time. */
  @ParameterizedTest
  @CsvSource({"20, 1000", "333, 1000", "2000, 6000"})
  void probesThatOutliveWhatWouldHaveFailedLetTwiceAsManyMorePass(int failureMs, int aliveMs) {
    failAfter(Duration.ofMillis(failureMs), 5);
    pass(Duration.ofSeconds(5));
    List<Long> probes = new ArrayList<>(acquireAll());
    assertThat(probes).hasSize(1);
    for (int allowed : List.of(2, 4, 8, 16)) {
      assertThat(breaker.availableAtNanos(now) - now)
          .isEqualTo(Duration.ofMillis(aliveMs).toNanos());
      pass(Duration.ofMillis(aliveMs - 1));
      assertThat(acquireAll()).isEmpty();
      pass(Duration.ofMillis(1));
      List<Long> more = acquireAll();
      assertThat(more).hasSize(allowed);
      probes.addAll(more);
    }
    assertThat(breaker.position(now))
        .as("no probe has been answered")
        .isEqualTo(Position.HALF_OPEN);
    breaker.succeeded(probes.getFirst(), now);
    assertThat(breaker.position(now)).isEqualTo(Position.CLOSED);
  }

  @Test
  void probesThatFailAfterAllOpenItAgain() {
    failAfter(Duration.ofMillis(20), 5);
    pass(Duration.ofSeconds(5));
    List<Long> probes = new ArrayList<>(acquireAll());
    pass(Duration.ofSeconds(1));
    probes.addAll(acquireAll());
    for (long probe : probes) {
      breaker.failed(probe, 0, Duration.ofSeconds(20).toNanos(), POLICY, random, now);
    }
    assertThat(breaker.position(now)).isEqualTo(Position.OPEN);
    pass(Duration.ofSeconds(5));
    assertThat(acquireAll()).hasSize(1);
    pass(Duration.ofSeconds(10));
    assertThat(acquireAll()).as("its failures take long by now").isEmpty();
  }

  /** What a slow target needs to show is that it is fast. */
  @Test
  void aProbeOfASlowTargetOutlivesNothing() {
    failAfter(Duration.ofMillis(20), 1);
    slow(12);
    assertThat(breaker.openedForSlowness(now)).isTrue();
    pass(Duration.ofSeconds(5));
    assertThat(acquireAll()).hasSize(1);
    assertThat(breaker.availableAtNanos(now) - now).isEqualTo(LEASE);
    pass(Duration.ofSeconds(10));
    assertThat(acquireAll()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0.01, 1", "0.1, 2", "0.2, 2", "0.5, 4", "0.7, 5", "0.9, 5", "1, 5"})
  void howManyProbesTellAnOutageDependsOnWhatTheCircuitBears(double rate, int probes) {
    assertThat(Breaker.probesToConfirmOutage(new BreakerPolicy(rate, 10, Duration.ofSeconds(5))))
        .isEqualTo(probes);
  }

  @Test
  void thePauseIsSpreadOverItsUpperHalf() {
    LongSummaryStatistics pauses =
        LongStream.generate(
                () -> {
                  breaker = new Breaker(now);
                  fail(5);
                  return breaker.availableAtNanos(now) - now;
                })
            .limit(5_000)
            .summaryStatistics();

    assertThat(pauses.getMin()).isBetween(2_500_000_000L, 2_530_000_000L);
    assertThat(pauses.getMax()).isBetween(4_970_000_000L, 5_000_000_000L);
  }

  @Test
  void aProbeThatNeverReportsDoesNotWedgeTheCircuit() {
    fail(5);
    pass(Duration.ofSeconds(5));
    long lost = acquire();
    assertThat(breaker.availableAtNanos(now) - now).isEqualTo(LEASE);
    pass(Duration.ofNanos(LEASE));

    long next = acquire();
    assertThat(next).isNotEqualTo(Breaker.REFUSED).isNotEqualTo(lost);
    breaker.failed(lost, POLICY, random, now);
    assertThat(breaker.position(now)).as("the lost one has no say").isEqualTo(Position.HALF_OPEN);
  }

  @Test
  void aCallBegunInAnotherStateHasNoSay() {
    long old = acquire();
    fail(5);
    breaker.succeeded(old, now);
    assertThat(breaker.position(now)).isEqualTo(Position.OPEN);
    pass(Duration.ofSeconds(5));
    long probe = acquire();
    breaker.failed(old, POLICY, random, now);
    breaker.succeeded(old, now);
    breaker.release(old);
    assertThat(acquireAll()).as("still one probe").isEmpty();
    breaker.succeeded(probe, now);
    assertThat(acquireAll()).hasSize(2);
  }

  @Test
  void eightOfTenSlowSuccessesOpen() {
    succeed(2);
    slow(7);
    assertThat(breaker.position(now)).as("nine are no evidence").isEqualTo(Position.CLOSED);
    slow(1);
    assertThat(breaker.position(now)).isEqualTo(Position.OPEN);
    assertThat(breaker.openedForSlowness(now)).isTrue();
  }

  @Test
  void slowEvidenceFadesToo() {
    slow(9);
    pass(Duration.ofSeconds(30));
    succeed(2);
    slow(4);
    assertThat(breaker.position(now)).as("8.5 of 10.5").isEqualTo(Position.OPEN);
    breaker = new Breaker(now);
    slow(9);
    pass(Duration.ofSeconds(60));
    succeed(2);
    slow(6);
    assertThat(breaker.position(now)).as("8.25 of 10.25").isEqualTo(Position.OPEN);
    breaker = new Breaker(now);
    slow(9);
    pass(Duration.ofSeconds(60));
    succeed(3);
    slow(6);
    assertThat(breaker.position(now)).as("8.25 of 11.25").isEqualTo(Position.CLOSED);
  }

  @Test
  void aSlowProbeReopensForTwiceAsLong() {
    slow(10);
    pass(Duration.ofSeconds(5));
    succeed(1);
    slow(1);
    assertThat(breaker.position(now)).isEqualTo(Position.OPEN);
    assertThat((breaker.availableAtNanos(now) - now) / 1e9).isBetween(5.0, 10.0);
    assertThat(breaker.openedForSlowness(now)).isTrue();
  }

  @Test
  void afterAnOutageASlowProbeIsAGoodSign() {
    fail(5);
    pass(Duration.ofSeconds(5));
    slow(1);
    assertThat(breaker.position(now)).isEqualTo(Position.HALF_OPEN);
    assertThat(acquireAll()).as("the ramp goes on").hasSize(2);
  }

  @Test
  void aSlowTargetIsTheLastResortAndABrokenOneIsNot() {
    slow(10);
    assertThat(breaker.tryAcquire(LEASE, now)).isEqualTo(Breaker.REFUSED);
    assertThat(lastResort()).isEqualTo(Breaker.LAST_RESORT);
    breaker.succeeded(Breaker.LAST_RESORT, now);
    breaker.failed(Breaker.LAST_RESORT, POLICY, random, now);
    breaker.release(Breaker.LAST_RESORT);
    pass(Duration.ofSeconds(5));
    long probe = lastResort();
    assertThat(probe).as("a probe, if one is allowed").isNotNegative();
    assertThat(lastResort()).isEqualTo(Breaker.LAST_RESORT);
    breaker.failed(probe, POLICY, random, now);
    assertThat(breaker.openedForSlowness(now)).as("broken now").isFalse();
    assertThat(lastResort()).isEqualTo(Breaker.REFUSED);
    breaker = new Breaker(now);
    assertThat(lastResort()).isEqualTo(acquire());
    assertThat(breaker.openedForSlowness(now)).isFalse();
  }

  @Test
  void whoRefusesWithReasonIsAliveWhichCountsInAHalfOpenCircuitOnly() {
    for (int i = 0; i < 100; i++) {
      breaker.responded(acquire(), now);
    }
    fail(4);
    breaker.responded(acquire(), now);
    fail(1);
    assertThat(breaker.position(now)).as("the row went on").isEqualTo(Position.OPEN);
    pass(Duration.ofSeconds(5));
    for (int i = 0; i < 4; i++) {
      assertThat(breaker.position(now)).isEqualTo(Position.HALF_OPEN);
      breaker.responded(acquire(), now);
    }
    assertThat(breaker.position(now)).isEqualTo(Position.CLOSED);
  }

  /** A model of the ramp: what may be under way in a half-open circuit, by stamp. */
  @Test
  void neverMoreProbesAreUnderWayThanTheRampAllows() {
    int probesSeen = 0;
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom dice = new SplittableRandom(seed);
      breaker = new Breaker(now);
      List<Long> underWay = new ArrayList<>();
      long ramping = Breaker.REFUSED;
      int allowed = 0;
      for (int i = 0; i < 500; i++) {
        pass(Duration.ofMillis(dice.nextInt(1_500)));
        Position before = breaker.position(now);
        if (dice.nextInt(3) > 0) {
          long stamp = breaker.tryAcquire(Duration.ofDays(1).toNanos(), now);
          if (before == Position.OPEN) {
            assertThat(stamp).isEqualTo(Breaker.REFUSED);
          }
          if (stamp != Breaker.REFUSED) {
            underWay.add(stamp);
          }
          if (before == Position.HALF_OPEN && stamp != Breaker.REFUSED && stamp != ramping) {
            ramping = stamp;
            allowed = 1;
          }
        } else if (!underWay.isEmpty()) {
          long stamp = underWay.remove(dice.nextInt(underWay.size()));
          boolean broken = i / 50 % 2 == 0;
          boolean success = dice.nextInt(4) > (broken ? 2 : 0);
          if (success) {
            breaker.succeeded(stamp, now);
          } else {
            breaker.failed(stamp, POLICY, random, now);
          }
          allowed = stamp == ramping && success ? allowed * 2 : allowed;
        }
        if (breaker.position(now) == Position.HALF_OPEN && ramping != Breaker.REFUSED) {
          long current = ramping;
          long probes = underWay.stream().filter(stamp -> stamp == current).count();
          assertThat(probes).as("seed %d, step %d", seed, i).isLessThanOrEqualTo(allowed);
          probesSeen += probes > 0 ? 1 : 0;
        }
      }
    }
    assertThat(probesSeen).as("the runs reach half-open circuits").isGreaterThan(1_000);
  }

  @Test
  void nonsenseIsRefused() {
    assertThatThrownBy(() -> new BreakerPolicy(0, 10, Duration.ofSeconds(5)))
        .hasMessageContaining("failureRate must be above 0 and at most 1, was 0.0");
    assertThatThrownBy(() -> new BreakerPolicy(0.5, 0, Duration.ofSeconds(5)))
        .hasMessageContaining("minimumCalls must be at least 1, was 0");
    assertThatThrownBy(() -> new BreakerPolicy(0.5, 10, Duration.ZERO))
        .hasMessageContaining("openFor must be positive, was PT0S");
  }

  private long acquire() {
    return breaker.tryAcquire(LEASE, now);
  }

  private List<Long> acquireAll() {
    return LongStream.generate(this::acquire)
        .limit(100)
        .takeWhile(stamp -> stamp != Breaker.REFUSED)
        .boxed()
        .toList();
  }

  private void failAfter(Duration took, int times) {
    for (int i = 0; i < times; i++) {
      breaker.failed(acquire(), 0, took.toNanos(), POLICY, random, now);
    }
  }

  private void fail(int times) {
    IntStream.range(0, times).forEach(i -> breaker.failed(acquire(), POLICY, random, now));
  }

  private void succeed(int times) {
    IntStream.range(0, times).forEach(i -> breaker.succeeded(acquire(), now));
  }

  private void slow(int times) {
    IntStream.range(0, times).forEach(i -> breaker.succeeded(acquire(), true, POLICY, random, now));
  }

  private long lastResort() {
    return breaker.tryAcquireLastResort(LEASE, now);
  }

  private double pauseSeconds() {
    assertThat(breaker.position(now)).isEqualTo(Position.OPEN);
    return (breaker.availableAtNanos(now) - now) / 1e9;
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }
}
