package dev.forebay.core.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.Quota;
import dev.forebay.core.Priority;
import dev.forebay.core.Step;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.admission.AdmissionQueue.Ticket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who may begin at once, and how those that may not wait for it. */
class AdmissionTest extends AdmissionFixture {
  @Test
  void aWholeMinuteIsThereAtFirst() {
    assertThat(admission.load(now))
        .isEqualTo(new TargetLoad(0, 0, 0, 0, 0, 0, 1_000, 60_000, 60_000, 1, 0, false));
    reserve(call(PER_MINUTE, 0));
    assertThat(level()).isZero();
  }

  @Test
  void aStoredCallLeavesWhatDirectCallsAskedForInTheLastMinute() {
    assertThat(admission.load(now).missing(60_000)).as("no other call").isZero();
    reserve(call(Priority.BATCH, 10_000));
    assertThat(admission.load(now).missing(50_000)).as("jobs leave nothing to jobs").isZero();

    reserve(call(Priority.STANDARD, 4_000));
    assertThat(admission.load(now).missing(42_000)).isZero();
    assertThat(admission.load(now).missing(43_000)).isEqualTo(1_000);
    reserve(call(Priority.INTERACTIVE, 20_000));
    assertThat(admission.load(now).missing(8_000)).as("at most 0.3 of all").isZero();
    assertThat(admission.load(now).missing(9_000)).isEqualTo(1_000);
  }

  @Test
  void anotherQuotaCountsFromNowOnAndServesWhoWaits() {
    fill();
    Ticket ticket = join(call(5_000, 0));
    assertThat(ticket.reservation().isOpen()).isFalse();

    admission.requota(new TargetQuota.Joint(0, 600_000, 5), now);

    assertThat(ticket.reservation().isOpen()).isTrue();
    assertThat(level()).isEqualTo(600_000 - 5_000);
  }

  @Test
  void nothingIsDeductedThatWasNotGranted() {
    fill();
    long before = level();

    assertThat(reserved(call(5_000, 0))).isNull();
    Ticket ticket = join(call(5_000, 0));
    assertThat(level()).isEqualTo(before);
    admission.leave(ticket, now);

    assertThat(level()).isEqualTo(before);
    assertThat(admission.load(now).interactive()).isZero();
    assertThat(admission.load(now).underWay()).as("the one that filled it").isEqualTo(1);
  }

  @Test
  void aSmallBatchCallDoesNotPassALargeInteractiveOne() {
    fill();
    Ticket large = join(call(Priority.INTERACTIVE, 8_000));
    Ticket small = join(call(Priority.BATCH, 100));

    for (int second = 1; second <= 9; second++) {
      now += SECOND;
      assertThat(admission.readyAtNanos(small, now)).isEqualTo(Step.Attempt.NEVER);
      assertThat(admission.readyAtNanos(large, now)).isGreaterThan(now);
    }
    now += 41 * SECOND;
    assertThat(admission.readyAtNanos(large, now)).isEqualTo(now);
    assertThat(large.reservation().isOpen()).isTrue();
    assertThat(small.reservation().isOpen()).isFalse();
  }

  @Test
  void eachClassLeavesWhatMoreUrgentOnesAskedFor() {
    reserve(call(Priority.INTERACTIVE, 10_000));
    for (int i = 0; i < 40; i++) {
      reserve(call(Priority.STANDARD, 1_000));
    }
    assertThat(reserved(call(Priority.STANDARD, 1_000))).isNull();
    assertThat(reserved(call(Priority.BATCH, 1_000))).isNull();
    reserve(call(Priority.INTERACTIVE, 10_000));
    assertThat(level()).isZero();
  }

  @Test
  void aBatchMayHaveTheWholeMinuteIfNoOtherCallWantsIt() {
    reserve(call(Priority.BATCH, PER_MINUTE));
    assertThat(level()).isZero();
  }

  @Test
  void theWaitIsComputedFromAllThatIsAhead() {
    for (int chunk = 0; chunk < 3; chunk++) {
      now += 10 * SECOND;
      reserve(call(Priority.INTERACTIVE, 20_000));
    }
    refuseProbe();
    join(call(Priority.INTERACTIVE, 15_000));
    join(call(Priority.STANDARD, 15_000));

    assertThat(waitSeconds(call(Priority.INTERACTIVE, 1_000))).isEqualTo(41, within(1e-3));
    assertThat(waitSeconds(call(Priority.STANDARD, 1_000))).isEqualTo(51, within(1e-3));
    assertThat(waitSeconds(call(Priority.BATCH, 25_000))).isEqualTo(61, within(1e-3));
  }

  @Test
  void theFirstKnowsItsTimeAndTheNextIsWokenWhenItIsFirst() {
    admission = of(TargetQuota.UNKNOWN);
    cooldown.closeUntil(now + 3 * SECOND);
    AtomicInteger woken = new AtomicInteger();
    Ticket first = join(call(Priority.STANDARD, 1_000), woken);
    Ticket second = join(call(Priority.STANDARD, 2_000), woken);
    assertThat(admission.readyAtNanos(first, now)).isEqualTo(now + 3 * SECOND);
    assertThat(admission.readyAtNanos(second, now)).isEqualTo(Step.Attempt.NEVER);

    now += 3 * SECOND;
    assertThat(admission.readyAtNanos(first, now)).isEqualTo(now);

    assertThat(woken).as("the second, as it is first now").hasValue(1);
    assertThat(admission.readyAtNanos(second, now)).isEqualTo(now + SlowStart.DOUBLING_NANOS);
  }

  @Test
  void whatASuccessGivesBackWakesWhoWaitedForIt() {
    Reservation held = fill();
    AtomicInteger woken = new AtomicInteger();
    Ticket waiting = join(call(Priority.INTERACTIVE, 5_000), woken);

    settle(held, succeeded(0, 10));

    assertThat(woken).hasValue(1);
    assertThat(waiting.reservation().isOpen()).isTrue();
    assertThat(level()).isEqualTo(60_000 - 50 - 5_000);
  }

  @Test
  void whoLeavesAfterItsTurnCameGivesItBack() {
    Reservation held = fill();
    Ticket waiting = join(call(Priority.INTERACTIVE, 5_000));
    settle(held, succeeded(1, 0));
    assertThat(waiting.reservation().isOpen()).isTrue();

    admission.leave(waiting, now);

    assertThat(admission.load(now).underWay()).isZero();
    assertThat(level()).isEqualTo(59_999);
  }

  @Test
  void noCallPassesACooldownAndItsEndIsPartOfTheWait() {
    cooldown.closeUntil(now + 3 * SECOND);

    assertThat(reserved(call(0, 1))).isNull();
    assertThat(waitSeconds(call(Priority.INTERACTIVE, 1))).isEqualTo(3);
    now += 3 * SECOND;
    reserve(call(0, 1));
  }

  @Test
  void aCallBeyondAMinutesQuotaCanNeverBeServed() {
    assertThat(admission.waitNanos(new Reservation(call(1, 60_000), now), now))
        .isEqualTo(Long.MAX_VALUE);
    assertThat(admission.waitNanos(new Reservation(call(0, 60_000), now), now))
        .isLessThan(DEADLINE);
  }

  @Test
  void anUnknownQuotaHoldsNoCallBack() {
    admission = of(TargetQuota.UNKNOWN);
    for (int i = 0; i < 1_000; i++) {
      reserve(call(1_000_000, 1_000_000));
    }
    assertThat(admission.load(now).fill()).isEqualTo(1);
  }

  @Test
  void aThrottleThatWasNotForeseenMayBeChanceUntilTheNextAttemptIsAccepted() {
    settle(reserve(call(1_000, 0)), new Outcome.Throttled(Quota.MINUTE, Duration.ZERO, ERROR));
    assertThat(admission.suspectsChance()).isTrue();
    now += SECOND;
    Reservation next = reserve(call(1_000, 0));
    assertThat(admission.isReady(new Reservation(call(1_000, 0), now), now))
        .as("one at a time")
        .isFalse();

    admission.contentStarted(next, now);

    assertThat(admission.suspectsChance()).isFalse();
    assertThat(admission.isReady(new Reservation(call(1_000, 0), now), now)).isTrue();
  }

  @Test
  void theFirstInTheQueueIsSentInTheLastSecondBeforeItIsRefused() {
    fill();
    Ticket ticket = join(call(5_000, 0), now + 3 * SECOND);
    now += 2 * SECOND;
    assertThat(admission.readyAtNanos(ticket, now)).as("a second is left").isGreaterThan(now);
    assertThat(ticket.reservation().isOpen()).isFalse();
    now += 1;
    assertThat(admission.readyAtNanos(ticket, now)).isEqualTo(now);
    assertThat(ticket.reservation().isOpen()).isTrue();
  }

  @Test
  void theNextOneIsNotBeforeItIsKnownWhetherTheFirstWasLetIn() {
    fill();
    Ticket first = join(call(5_000, 0), now + SECOND);
    Ticket second = join(call(5_000, 0), now + SECOND);
    now += 1;
    admission.readyAtNanos(first, now);
    assertThat(first.reservation().isOpen()).isTrue();
    assertThat(admission.readyAtNanos(second, now)).isGreaterThan(now);
    assertThat(second.reservation().isOpen()).isFalse();

    admission.contentStarted(first.reservation(), now);

    assertThat(admission.readyAtNanos(second, now)).isEqualTo(now);
  }

  @Test
  void noCallPassesACooldownAsALastChance() {
    cooldown.closeUntil(now + 30 * SECOND);
    Ticket ticket = join(call(5_000, 0), now + SECOND / 2);
    assertThat(admission.readyAtNanos(ticket, now)).isEqualTo(now + 30 * SECOND);
    assertThat(ticket.reservation().isOpen()).isFalse();
  }

  @Test
  void aTargetThatSuddenlyTakesFarLongerGathersNoCallsWithoutEnd() {
    admission = of(new TargetQuota.Joint(0, 60_000_000, 1));
    for (int i = 0; i < 500; i++) {
      Reservation held = reserve(call(0, 10_000));
      now += SECOND / 10;
      settle(held, succeeded(0, 10_000));
    }
    List<Reservation> held = new ArrayList<>();
    @Nullable Reservation next = reserved(call(0, 1_000));
    while (next != null) {
      held.add(next);
      next = reserved(call(0, 1_000));
    }

    // The minute is 6,000 of the usual calls; 100 a second of 0.1 s are 10 at a time, and half
    // more.
    assertThat(held).hasSize(6_015);
    settle(held.getFirst(), succeeded(0, 1));
    reserve(call(0, 1_000));
  }
}
