package dev.forebay.core.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Call;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.Quota;
import dev.forebay.core.Priority;
import dev.forebay.core.Step;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.Tenant;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.admission.AdmissionQueue.Ticket;
import dev.forebay.core.estimate.LatencyProfile;
import dev.forebay.core.health.Cooldown;
import dev.forebay.core.health.RetryBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The token-aware limiter and its line: each known trap of such limiters, and their sums. */
class AdmissionTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long DEADLINE = 60 * SECOND;
  private static final ErrorInfo ERROR = new ErrorInfo(429, "ThrottlingException", "");

  /** 60,000 tokens a minute are 1,000 a second, and ten seconds' worth to begin with. */
  private static final TargetQuota MINUTE = new TargetQuota.Joint(0, 60_000, 5);

  private static final List<Priority> PRIORITIES = List.of(Priority.values());

  private long now = 17;
  private final Cooldown cooldown = new Cooldown(now);
  private final LatencyProfile profile = new LatencyProfile();
  private final RetryBudget budget = new RetryBudget(now);
  private Admission admission = new Admission(MINUTE, cooldown, profile, budget, now);

  @Test
  void theBucketBeginsWithTenSecondsWorth() {
    assertThat(admission.load(now))
        .isEqualTo(new TargetLoad(0, 0, 0, 0, 0, 0, 1_000, 10_000, 10_000, 1));
  }

  @Test
  void aCallLargerThanTenSecondsWorthBeginsAtOnceWhereNothingIsInUse() {
    Ticket first = join(call(0, 30_000));
    assertThat(first.reservation().isOpen()).isTrue();
    assertThat(level()).isZero();

    Ticket second = join(call(0, 30_000));
    assertThat(second.reservation().isOpen()).isFalse();
  }

  @Test
  void aBucketThatIsInUseGrowsEmpty() {
    reserve(call(0, 1_000));

    Ticket larger = join(call(0, 30_000));

    assertThat(larger.reservation().isOpen()).isFalse();
    assertThat(level()).isEqualTo(9_000);
  }

  @Test
  void aReservationIsInputAndTheWholeMaximumOfTheOutput() {
    reserve(call(400, 2_000));

    assertThat(level()).isEqualTo(10_000 - 2_400);
  }

  @Test
  void anotherQuotaCountsFromNowOnAndServesWhoWaits() {
    reserve(call(0, 9_000));
    Ticket ticket = join(call(0, 5_000));

    admission.requota(new TargetQuota.Joint(0, 600_000, 5), now);

    assertThat(ticket.reservation().isOpen()).isTrue();
    assertThat(level()).isEqualTo(100_000 - 5_000);
  }

  @Test
  void nothingIsDeductedThatWasNotGranted() {
    reserve(call(0, 9_000));
    long before = level();

    assertThat(reserved(call(0, 5_000))).isNull();
    Ticket ticket = join(call(0, 5_000));
    assertThat(level()).isEqualTo(before);
    admission.leave(ticket, now);

    assertThat(level()).isEqualTo(before);
    assertThat(admission.load(now).standard()).isZero();
  }

  @Test
  void aSuccessGivesBackWhatItDidNotUseAndChargesTheBurndown() {
    Reservation held = reserve(call(400, 2_000));

    settle(held, succeeded(400, 100));

    assertThat(level()).isEqualTo(10_000 - 400 - 5 * 100);
  }

  @Test
  void cacheReadsAreFreeAndCacheWritesAreNot() {
    Reservation held = reserve(call(400, 2_000));

    settle(held, new Outcome.Succeeded(new TokenUsage(50, 100, 300, 70)));

    assertThat(level()).isEqualTo(10_000 - 50 - 70 - 5 * 100);
  }

  @Test
  void theQuotaRefillsAfterSuccessAndItsStateOutlivesCalls() {
    settle(reserve(call(0, 10_000)), succeeded(10_000, 0));
    assertThat(level()).isZero();

    now += 4 * SECOND;
    assertThat(level()).isEqualTo(4_000);
    settle(reserve(call(0, 3_000)), succeeded(3_000, 0));
    assertThat(level()).isEqualTo(1_000);
    now += 60 * SECOND;
    assertThat(level()).isEqualTo(10_000);
  }

  @Test
  void whatWasUsedBeyondTheReservationIsADebtWithAFloor() {
    settle(reserve(call(0, 8_000)), succeeded(0, 2_500));
    assertThat(level()).isEqualTo(10_000 - 12_500);

    now += 20 * SECOND;
    settle(reserve(call(0, 100)), succeeded(0, 1_000_000));
    assertThat(level()).as("a full bucket of what such a call needs").isEqualTo(-12_500);
  }

  @Test
  void outputBeyondTheReservationIsChargedAsItIsMadeAndOnce() {
    Reservation held = reserve(call(1_000, 1_000));
    admission.extend(held, 200, now);
    assertThat(level()).as("1,000 + 5 * 200 is just what was reserved").isEqualTo(8_000);
    admission.extend(held, 500, now);
    assertThat(level()).isEqualTo(10_000 - 1_000 - 2_500);
    admission.extend(held, 500, now);
    settle(held, succeeded(1_000, 500));

    assertThat(level()).isEqualTo(10_000 - 1_000 - 2_500);
  }

  @Test
  void theUsualOutputTimesItsBurndownIsReservedWhereTheMaximumIsLess() {
    for (int i = 0; i < 50; i++) {
      settle(reserve(call(0, 100)), succeeded(0, 100));
      now += 10 * SECOND;
    }

    reserve(call(0, 100));

    assertThat(level()).isEqualTo(10_000 - 5 * 100);
  }

  @Test
  void anInputEstimateThatIsOffIsLearned() {
    for (int i = 0; i < 200; i++) {
      settle(reserve(call(1_000, 0)), succeeded(2_000, 0));
      now += 10 * SECOND;
    }

    reserve(call(1_000, 0));

    assertThat(level()).isBetween(10_000 - 2_010L, 10_000 - 1_980L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"throttled", "unavailable", "rejected"})
  void aRefusalOfTheServiceCostsNothing(String kind) {
    Reservation held = reserve(call(400, 2_000));
    Outcome outcome =
        switch (kind) {
          case "throttled" -> new Outcome.Throttled(Quota.MINUTE, Duration.ZERO, ERROR);
          case "unavailable" -> new Outcome.Unavailable(Duration.ZERO, ERROR);
          default -> new Outcome.Rejected(Outcome.About.CALL, ERROR);
        };

    settle(held, outcome);

    assertThat(level()).isEqualTo(10_000);
  }

  @Test
  void aTimeOutCostsAllAndABrokenAnswerWhatWasSeen() {
    settle(reserve(call(400, 2_000)), new Outcome.TimedOut(Outcome.Limit.TOTAL, ERROR));
    assertThat(level()).isEqualTo(10_000 - 2_400);

    Reservation held = reserve(call(400, 2_000));
    admission.settle(held, new Outcome.Interrupted(ERROR), 100, now);
    assertThat(level()).isEqualTo(10_000 - 2_400 - 400 - 500);
  }

  @Test
  void aReservationIsSettledOnce() {
    Reservation held = reserve(call(400, 2_000));
    settle(held, succeeded(0, 0));
    settle(held, succeeded(400, 10));
    settle(held, new Outcome.Unavailable(Duration.ZERO, ERROR));

    assertThat(admission.load(now).underWay()).isZero();
    assertThat(level()).isLessThanOrEqualTo(10_000);
  }

  @Test
  void aLeaseThatNobodySettledIsPaidInFullAndComesBackByTimeAlone() {
    Reservation lost = reserve(call(0, 6_000));
    now += DEADLINE + 31 * SECOND;
    assertThat(level()).as("nothing leaks").isEqualTo(10_000);
    reserve(call(0, 5_000));

    settle(lost, succeeded(0, 0));

    assertThat(level()).as("a late report gives nothing back").isEqualTo(5_000);
  }

  @Test
  void aSmallBatchCallDoesNotPassALargeInteractiveOne() {
    reserve(call(0, 10_000));
    Ticket large = join(call(Priority.INTERACTIVE, 8_000));
    Ticket small = join(call(Priority.BATCH, 100));

    for (int second = 1; second <= 7; second++) {
      now += SECOND;
      assertThat(admission.readyAtNanos(small, now)).isEqualTo(Step.Attempt.NEVER);
      assertThat(admission.readyAtNanos(large, now)).isGreaterThan(now);
    }
    now += SECOND;
    assertThat(admission.readyAtNanos(large, now)).isEqualTo(now);
    assertThat(large.reservation().isOpen()).isTrue();
    assertThat(small.reservation().isOpen()).isFalse();
  }

  @Test
  void eachClassLeavesItsHeadRoom() {
    reserve(call(Priority.INTERACTIVE, 1_000));
    assertThat(reserved(call(Priority.BATCH, 6_001))).isNull();
    assertThat(reserved(call(Priority.STANDARD, 8_501))).isNull();
    reserve(call(Priority.BATCH, 6_000));
    reserve(call(Priority.STANDARD, 2_500));
    reserve(call(Priority.INTERACTIVE, 500));
    assertThat(level()).isZero();
  }

  @Test
  void aBatchCallAsLargeAsTheBucketIsServedWhenItIsFull() {
    reserve(call(Priority.BATCH, 10_000));
    assertThat(level()).isZero();
  }

  @Test
  void theWaitIsComputedFromAllThatIsAhead() {
    reserve(call(0, 10_000));
    join(call(Priority.INTERACTIVE, 2_000));
    join(call(Priority.STANDARD, 3_000));

    assertThat(waitSeconds(call(Priority.INTERACTIVE, 1_000))).isEqualTo(3);
    assertThat(waitSeconds(call(Priority.STANDARD, 1_000))).isEqualTo(6.5);
    assertThat(waitSeconds(call(Priority.BATCH, 1_000))).isEqualTo(9);
  }

  @Test
  void whoIsFirstIsToldWhenAndTheNextIsWokenWhenItIsFirst() {
    reserve(call(0, 10_000));
    AtomicInteger woken = new AtomicInteger();
    Ticket first = join(call(Priority.STANDARD, 1_000), woken);
    Ticket second = join(call(Priority.STANDARD, 2_000), woken);
    assertThat(admission.readyAtNanos(first, now)).isEqualTo(now + SECOND + SECOND / 2);
    assertThat(admission.readyAtNanos(second, now)).isEqualTo(Step.Attempt.NEVER);

    now += SECOND + SECOND / 2;
    assertThat(admission.readyAtNanos(first, now)).isEqualTo(now);

    assertThat(woken).as("the second, as it is first now").hasValue(1);
    assertThat(admission.readyAtNanos(second, now)).isEqualTo(now + 2 * SECOND);
  }

  @Test
  void whatASuccessGivesBackWakesWhoWaitedForIt() {
    Reservation held = reserve(call(0, 10_000));
    AtomicInteger woken = new AtomicInteger();
    Ticket waiting = join(call(Priority.INTERACTIVE, 5_000), woken);

    settle(held, succeeded(0, 10));

    assertThat(woken).hasValue(1);
    assertThat(waiting.reservation().isOpen()).isTrue();
    assertThat(level()).isEqualTo(10_000 - 50 - 5_000);
  }

  @Test
  void whoLeavesAfterItsTurnCameGivesItBack() {
    Reservation held = reserve(call(0, 10_000));
    Ticket waiting = join(call(Priority.INTERACTIVE, 5_000));
    settle(held, succeeded(1, 0));
    assertThat(waiting.reservation().isOpen()).isTrue();

    admission.leave(waiting, now);

    assertThat(admission.load(now).underWay()).isZero();
    assertThat(level()).isEqualTo(9_999);
  }

  @Test
  void nobodyPassesAGateAndItsOpeningIsPartOfTheWait() {
    cooldown.closeUntil(now + 3 * SECOND);

    assertThat(reserved(call(0, 1))).isNull();
    assertThat(waitSeconds(call(Priority.INTERACTIVE, 1))).isEqualTo(3);
    now += 3 * SECOND;
    reserve(call(0, 1));
  }

  @Test
  void requestsPerMinuteAreABucketOfTheirOwn() {
    admission = new Admission(new TargetQuota.Joint(60, 0, 1), cooldown, profile, budget, now);
    for (int i = 0; i < 10; i++) {
      reserve(call(0, 1_000_000));
    }

    assertThat(reserved(call(0, 1))).isNull();
    join(call(0, 1));
    assertThat(waitSeconds(call(0, 1))).isEqualTo(2);
  }

  @Test
  void outputWithAQuotaOfItsOwnDrawsOnThatAndInputSettlesWithoutIt() {
    admission = new Admission(new TargetQuota.Split(60_000, 6_000), cooldown, profile, budget, now);
    Reservation held = reserve(call(1_000, 4_000));
    assertThat(level()).as("input and maximum must fit").isEqualTo(5_000);

    settle(held, new Outcome.Succeeded(new TokenUsage(1_000, 900, 5_000, 0)));

    assertThat(level()).as("only the input stays charged").isEqualTo(9_000);
    assertThat(reserved(call(0, 500))).isNull();
    assertThat(waitSeconds(call(0, 500))).as("500 at 100 a second, 100 are left").isEqualTo(4);
  }

  @Test
  void aCallBeyondAMinutesQuotaCanNeverBeServed() {
    assertThat(admission.waitNanos(call(1, 60_000), now)).isEqualTo(Long.MAX_VALUE);
    assertThat(admission.waitNanos(call(0, 60_000), now)).isLessThan(DEADLINE);
  }

  @Test
  void aQuotaThatIsNotKnownHoldsNobodyBack() {
    admission = new Admission(TargetQuota.UNKNOWN, cooldown, profile, budget, now);
    for (int i = 0; i < 1_000; i++) {
      reserve(call(1_000_000, 1_000_000));
    }
    assertThat(admission.load(now).fill()).isEqualTo(1);
  }

  @Test
  void aTargetThatSuddenlyTakesFarLongerGathersNoCallsWithoutEnd() {
    admission =
        new Admission(new TargetQuota.Joint(0, 60_000_000, 1), cooldown, profile, budget, now);
    for (int i = 0; i < 500; i++) {
      Reservation held = reserve(call(0, 10_000));
      now += SECOND / 10;
      settle(held, succeeded(0, 10_000));
    }
    List<Reservation> held = new ArrayList<>();
    @Nullable Reservation next = reserved(call(0, 10_000));
    while (next != null) {
      held.add(next);
      now += SECOND / 100;
      next = reserved(call(0, 10_000));
    }

    // A full bucket is 1,000 of these calls; 100 a second of 0.1 s are 10 at a time, and half more.
    assertThat(held).hasSize(1_015);
    settle(held.getFirst(), succeeded(0, 1));
    reserve(call(0, 10_000));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void whateverHappensTheSumsHoldAndTheRateIsKept(long seed) {
    new Crowd(seed).run();
  }

  /** Random calls that come, wait, leave, end in every way, or are forgotten. */
  private final class Crowd {
    private final SplittableRandom random;
    private final PriorityQueue<Ending> endings =
        new PriorityQueue<>(Comparator.comparingLong(Ending::atNanos));
    private final List<Ticket> waiting = new ArrayList<>();
    private long used;

    private record Ending(long atNanos, Reservation held) {}

    Crowd(long seed) {
      random = new SplittableRandom(seed);
    }

    void run() {
      long begun = now;
      long minutes = 10;
      while (now - begun < minutes * 60 * SECOND) {
        now += random.nextLong(SECOND / 4);
        for (Ending next = endings.peek();
            next != null && next.atNanos <= now;
            next = endings.peek()) {
          end(endings.remove().held);
        }
        arrive();
        look();
      }
      for (Ticket ticket : List.copyOf(waiting)) {
        admission.leave(ticket, now);
      }
      while (!endings.isEmpty()) {
        end(endings.remove().held);
      }

      assertThat(admission.load(now).underWay()).isZero();
      assertThat(admission.load(now).waitingTokens()).isZero();
      assertThat(admission.load(now).waitingBytes()).isZero();
      long seconds = (now - begun) / SECOND;
      assertThat(used)
          .as("granted and used: never above bucket + rate * time, and under load within 5 %%")
          .isBetween((long) (0.95 * 1_000 * seconds), 10_000 + 1_000 * seconds);
    }

    private void arrive() {
      Priority priority = PRIORITIES.get(random.nextInt(3));
      int input = random.nextInt(1_000);
      int output = random.nextInt(2_000);
      Call call =
          new Call(
              true, input, output, Call.ROUTE_DEADLINE, priority, Tenant.ANYONE, 0, 100, false);
      Reservation held = reserved(call);
      if (held != null) {
        begin(held);
        return;
      }
      Ticket ticket = admission.join(new Reservation(call, now + DEADLINE), now, () -> {}, now);
      assertThat(ticket).isNotNull();
      waiting.add(ticket);
    }

    /** Everybody looks at its ticket now and then; some leave early. */
    private void look() {
      for (Ticket ticket : List.copyOf(waiting)) {
        if (random.nextInt(50) == 0 || now - ticket.deadlineNanos() >= 0) {
          waiting.remove(ticket);
          admission.leave(ticket, now);
        } else if (admission.readyAtNanos(ticket, now) <= now) {
          waiting.remove(ticket);
          begin(ticket.reservation());
        }
      }
    }

    private void begin(Reservation held) {
      assertThat(held.isOpen()).isTrue();
      endings.add(new Ending(now + random.nextLong(20 * SECOND), held));
    }

    private void end(Reservation held) {
      int input = held.call().inputTokens();
      int output = random.nextInt(1 + held.call().maxOutputTokens() / 5);
      switch (random.nextInt(10)) {
        case 0 -> settle(held, new Outcome.Unavailable(Duration.ZERO, ERROR));
        case 1 -> {
          admission.settle(held, new Outcome.Interrupted(ERROR), output, now);
          used += input + 5L * output;
        }
        case 2 -> {
          settle(held, new Outcome.TimedOut(Outcome.Limit.IDLE, ERROR));
          used += held.tokens();
        }
        default -> {
          settle(held, succeeded(input, output));
          used += input + output == 0 ? held.tokens() : input + 5L * output;
        }
      }
    }
  }

  private Reservation reserve(Call call) {
    Reservation reservation = reserved(call);
    assertThat(reservation).isNotNull();
    return reservation;
  }

  /** Null if the call has to wait. */
  private @Nullable Reservation reserved(Call call) {
    Reservation asked = new Reservation(call, now + DEADLINE);
    return admission.reserve(asked, now) ? asked : null;
  }

  private Ticket join(Call call) {
    return join(call, new AtomicInteger());
  }

  private Ticket join(Call call, AtomicInteger woken) {
    Reservation asked = new Reservation(call, now + DEADLINE);
    Ticket ticket = admission.join(asked, now, woken::incrementAndGet, now);
    assertThat(ticket).isNotNull();
    return ticket;
  }

  private void settle(Reservation held, Outcome outcome) {
    admission.settle(held, outcome, 0, now);
  }

  private long level() {
    return admission.load(now).level();
  }

  private double waitSeconds(Call call) {
    return admission.waitNanos(call, now) / 1e9;
  }

  private static Outcome succeeded(int input, int output) {
    return new Outcome.Succeeded(new TokenUsage(input, output, 0, 0));
  }

  private static Call call(int input, int maxOutput) {
    return new Call(
        false,
        input,
        maxOutput,
        Call.ROUTE_DEADLINE,
        Priority.INTERACTIVE,
        Tenant.ANYONE,
        0,
        0,
        false);
  }

  private static Call call(Priority priority, int maxOutput) {
    return new Call(false, 0, maxOutput, Call.ROUTE_DEADLINE, priority, Tenant.ANYONE, 0, 0, false);
  }
}
