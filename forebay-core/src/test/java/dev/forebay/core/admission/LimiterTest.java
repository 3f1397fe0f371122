package dev.forebay.core.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Call;
import dev.forebay.core.Priority;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.Tenant;
import dev.forebay.core.TokenUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a limiter joins what is believed, what is risked and what is left to others. */
class LimiterTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private long now = Long.MAX_VALUE - 7; // an origin whose sums overflow
  private Limiter limiter = known();

  @Test
  void aQuotaThatIsNotKnownIsLearnedFromTwoRefusals() {
    limiter = new Limiter(TargetQuota.UNKNOWN, now);
    take(Priority.INTERACTIVE, 30_000);
    assertThat(limiter.limits()).isFalse();

    assertThat(limiter.throttled(take(Priority.INTERACTIVE, 1_000), now)).isFalse();
    assertThat(limiter.suspects()).isTrue();
    assertThat(limiter.throttled(take(Priority.INTERACTIVE, 1_000), now)).isTrue();

    assertThat(limiter.limits()).isTrue();
    assertThat(limiter.tokensPerSecond(now)).isEqualTo(30_999 / 60.0);
    assertThat(has(Priority.INTERACTIVE, 1_000)).as("a hold").isFalse();
  }

  @Test
  void whatWasSentLaterAndRefusedShowsThatEarlierOnesWereLetIn() {
    take(Priority.INTERACTIVE, 60_000);
    Reservation probe = take(Priority.INTERACTIVE, 1_000);
    now += SECOND / 10;
    assertThat(has(Priority.INTERACTIVE, 1_000)).as("one at a time").isFalse();
    now += SECOND;
    Reservation next = take(Priority.INTERACTIVE, 1_000);

    assertThat(limiter.throttled(next, now)).isTrue();

    assertThat(limiter.capacity()).as("with the first probe").isEqualTo(61_000);
    assertThat(probe.isOpen()).isTrue();
  }

  @Test
  void whatAsksForMoreThanAMinutesQuotaIsNotEvenProbed() {
    assertThat(has(Priority.INTERACTIVE, 60_000)).isTrue();
    assertThat(has(Priority.INTERACTIVE, 60_001)).isFalse();
  }

  @Test
  void contentShowsThatAnAttemptWasLetIn() {
    take(Priority.INTERACTIVE, 60_000);
    Reservation probe = take(Priority.INTERACTIVE, 1_000);
    assertThat(limiter.capacity()).isEqualTo(60_000);

    limiter.accepted(probe, now);

    assertThat(limiter.capacity()).isEqualTo(61_000);
  }

  @Test
  void anAttemptThatWasRefusedForAnotherReasonShowsNothing() {
    take(Priority.INTERACTIVE, 60_000);
    Reservation probe = take(Priority.INTERACTIVE, 1_000);
    limiter.refused(probe, now);
    now += SECOND;

    assertThat(has(Priority.INTERACTIVE, 1_000)).isTrue();
    assertThat(limiter.capacity()).isEqualTo(60_000);
  }

  @Test
  void answersBringCreditForProbes() {
    List<Reservation> held = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      held.add(take(Priority.INTERACTIVE, 1_000));
    }
    while (has(Priority.INTERACTIVE, 10)) {
      limiter.usageUnknown(take(Priority.INTERACTIVE, 10), now);
    }
    held.forEach(each -> limiter.answered(each, new TokenUsage(1_000, 0, 0, 0), now));

    assertThat(has(Priority.INTERACTIVE, 10)).isTrue();
  }

  private Limiter known() {
    return new Limiter(new TargetQuota.Joint(0, 60_000, 1), now);
  }

  private boolean has(Priority priority, int input) {
    return limiter.has(ask(priority, input), false, now);
  }

  private Reservation take(Priority priority, int input) {
    Reservation asked = ask(priority, input);
    assertThat(limiter.has(asked, false, now)).isTrue();
    limiter.take(asked, now);
    return asked;
  }

  private Reservation ask(Priority priority, int input) {
    Call call =
        new Call(false, input, 0, Call.ROUTE_DEADLINE, priority, Tenant.ANYONE, 0, 0, false);
    Reservation asked = new Reservation(call, now + 60 * SECOND);
    limiter.price(asked, now);
    return asked;
  }
}
