package dev.forebay.core.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.forebay.core.Call;
import dev.forebay.core.Priority;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.Tenant;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.estimate.LatencyProfile;
import dev.forebay.core.health.Cooldown;
import dev.forebay.core.health.RetryBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A limiter whose quota is shared with other processes. */
class LimiterSliceTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  /** A thousand tokens and a call in a second. */
  private static final TargetQuota QUOTA = new TargetQuota.Joint(6_000, 60_000, 1);

  private long now = Long.MAX_VALUE - 7; // an origin whose sums overflow

  @Test
  void aSliceGivesItsPartOfTheRateAndOfTheBurst() {
    Limiter limiter = limiter(new QuotaSlice(0.25, now + 60 * SECOND, 0.5));
    assertThat(limiter.capacity()).isEqualTo(2_500);
    drain(limiter);
    now += 4 * SECOND;
    assertThat(limiter.level(now)).isEqualTo(1_000);
  }

  @Test
  void whatComesAfterItsEndIsTheFairPart() {
    Limiter limiter = limiter(new QuotaSlice(0.25, now + 2 * SECOND, 0.5));
    drain(limiter);
    now += 3 * SECOND;
    assertThat(limiter.level(now)).as("two quarters and a half").isEqualTo(1_000);
  }

  @Test
  void withoutAShareOneCallBeginsAndTheNextOneIsForeseenByTheFairPart() {
    Limiter limiter = limiter(new QuotaSlice(0, now + 60 * SECOND, 0.5));
    Reservation call = call(limiter);
    assertThat(limiter.has(call, false, now)).isTrue();
    limiter.take(call, now);
    now += 10 * SECOND;
    Reservation next = call(limiter);
    assertThat(limiter.has(next, false, now)).isFalse();
    assertThat(limiter.waitNanos(next, 0, 0, now)).isEqualTo(SECOND);
    limiter.slice(new QuotaSlice(1, now + 60 * SECOND, 0.5), now);
    now += SECOND / 2;
    assertThat(limiter.has(next, false, now)).isTrue();
  }

  @Test
  void useIsInSecondsOfTheWholeQuota() {
    Limiter limiter = limiter(new QuotaSlice(0.25, now + 60 * SECOND, 0.5));
    Reservation call = call(limiter);
    limiter.take(call, now);
    assertThat(limiter.use(2_000, 4, now)).isEqualTo(new QuotaConsumption(true, 0.5, 0, 0.01, 2));
    limiter.answered(call, new TokenUsage(100, 100, 0, 0), now);
    assertThat(limiter.use(0, 40, now).tokenSeconds()).isEqualTo(0.2, within(1e-9));
    assertThat(limiter.use(0, 40, now).owedSeconds()).as("calls").isEqualTo(0.4, within(1e-9));
  }

  @Test
  void whereOutputHasAQuotaOfItsOwnItIsPartedToo() {
    Limiter limiter = new Limiter(new TargetQuota.Split(60_000, 6_000), now);
    limiter.slice(new QuotaSlice(0.1, now + 60 * SECOND, 0.5), now);
    Reservation call = call(limiter);
    for (int i = 0; i < 2; i++) {
      assertThat(limiter.has(call, false, now)).isTrue();
      limiter.take(call, now);
      now += SECOND;
    }
    assertThat(limiter.has(call, false, now))
        .as("ten output tokens a second for each hundred")
        .isFalse();
    assertThat(limiter.use(0, 0, now).outputSeconds()).isEqualTo(2.0, within(1e-9));
  }

  @Test
  void anotherQuotaKeepsTheSlice() {
    Admission admission =
        new Admission(QUOTA, new Cooldown(now), new LatencyProfile(), new RetryBudget(now), now);
    admission.slice(new QuotaSlice(0.25, now + 60 * SECOND, 0.5), now);
    admission.requota(new TargetQuota.Joint(0, 120_000, 1), now);
    assertThat(admission.load(now).capacity()).isEqualTo(5_000);
  }

  @Test
  void callsThatComeWhileThereIsNoPartAreHeardOf() {
    Admission admission =
        new Admission(QUOTA, new Cooldown(now), new LatencyProfile(), new RetryBudget(now), now);
    AtomicInteger heard = new AtomicInteger();
    admission.listen(heard::incrementAndGet);
    admission.slice(new QuotaSlice(0, now + SECOND, 0.5), now);
    assertThat(admission.isReady(fresh(), now)).isTrue();
    assertThat(heard).as("a question").hasValue(0);
    assertThat(admission.reserve(fresh(), now)).isTrue();
    assertThat(heard).as("one that begins").hasValue(1);
    assertThat(admission.reserve(fresh(), now)).isFalse();
    assertThat(heard).as("it may go elsewhere").hasValue(1);
    admission.join(fresh(), now, now + SECOND, () -> {}, now);
    assertThat(heard).as("one that waits").hasValue(2);
    admission.slice(new QuotaSlice(0.25, now + SECOND, 0.5), now);
    admission.join(fresh(), now, now + SECOND, () -> {}, now);
    assertThat(heard).as("there is a part").hasValue(2);
  }

  @Test
  void aQuotaThatIsNotKnownIsNotMissed() {
    Admission admission =
        new Admission(
            TargetQuota.UNKNOWN,
            new Cooldown(now),
            new LatencyProfile(),
            new RetryBudget(now),
            now);
    AtomicInteger heard = new AtomicInteger();
    admission.listen(heard::incrementAndGet);
    admission.slice(new QuotaSlice(0, now + SECOND, 0.5), now);
    assertThat(admission.reserve(fresh(), now)).isTrue();
    assertThat(heard).hasValue(0);
  }

  @Test
  void nothingIsProbedThatOthersMayUse() {
    Limiter limiter = limiter(new QuotaSlice(0.25, now + 120 * SECOND, 0.25));
    drain(limiter);
    for (int call = 0; call < 20; call++) {
      now += 2 * SECOND - 1;
      assertThat(limiter.has(call(limiter), true, now)).as("a last chance").isFalse();
      now++;
      Reservation next = call(limiter);
      assertThat(limiter.has(next, false, now)).isTrue();
      limiter.take(next, now);
    }
  }

  @Test
  void aPartThatIsRefusedIsLessForAWhileAndTeachesNoLimit() {
    Limiter limiter = limiter(new QuotaSlice(0.25, now + 120 * SECOND, 0.25));
    assertThat(limiter.throttled(take(limiter), now)).as("may be chance").isFalse();
    assertThat(limiter.throttled(take(limiter), now)).isTrue();

    assertThat(limiter.level(now)).as("their turns are over").isEqualTo(1_500);
    assertThat(limiter.capacity()).isEqualTo(2_375);
    assertThat(limiter.learned(now).keySet()).allMatch(name -> name.startsWith("used."));
    assertThat(limiter.tokensPerSecond(now)).isEqualTo(250);
    for (int second = 0; second < 20; second++) {
      now += SECOND;
      limiter.level(now);
    }
    assertThat(limiter.level(now)).isEqualTo(2_500);
  }

  @Test
  void whatIsNotConfiguredIsLearnedByEachForItself() {
    Limiter limiter = new Limiter(TargetQuota.UNKNOWN, now);
    limiter.slice(new QuotaSlice(0.25, now + 600 * SECOND, 0.25), now);
    for (int second = 0; second < 59; second++) {
      now += SECOND;
      limiter.answered(take(limiter), new TokenUsage(400, 100, 0, 0), now);
    }
    limiter.throttled(take(limiter), now);
    assertThat(limiter.throttled(take(limiter), now)).isTrue();

    assertThat(limiter.learned(now).get("sliding.limit")).isEqualTo(60 * 500 - 1);
    assertThat(limiter.tokensPerSecond(now)).isEqualTo((60 * 500 - 1) / 60.0);
  }

  @Test
  void slicesOfAllTogetherGrantNoMoreThanTheQuota() {
    SplittableRandom random = new SplittableRandom(7);
    List<Limiter> limiters = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      limiters.add(limiter(new QuotaSlice(0, now + SECOND, 0.25)));
    }
    long granted = 0;
    double[] share = new double[4];
    for (int step = 0; step < 100_000; step++) {
      now += SECOND / 1_000;
      if (step % 300 == 0) {
        double left = 1;
        for (int i = 0; i < 4; i++) {
          share[i] = random.nextDouble(left);
          left -= share[i];
          limiters.get(i).slice(new QuotaSlice(share[i], now + SECOND, 0.25), now);
        }
      }
      Limiter one = limiters.get(random.nextInt(4));
      Reservation call = call(one);
      if (one.has(call, false, now)) {
        one.take(call, now);
        granted += call.tokens();
      }
    }
    // A thousand tokens a second for 100 s, a first call for each, and no bucket that began full.
    assertThat(granted).isBetween(80_000L, 100_000L + 4 * 500 + 10_000);
  }

  @Test
  void partsAreChecked() {
    assertThatThrownBy(() -> new QuotaSlice(1.5, 0, 1)).hasMessageContaining("share");
    assertThatThrownBy(() -> new QuotaSlice(0.5, 0, 0)).hasMessageContaining("fair");
  }

  private Limiter limiter(QuotaSlice slice) {
    Limiter limiter = new Limiter(QUOTA, now);
    limiter.slice(slice, now);
    return limiter;
  }

  private Reservation take(Limiter limiter) {
    Reservation call = call(limiter);
    assertThat(limiter.has(call, false, now)).isTrue();
    limiter.take(call, now);
    return call;
  }

  private void drain(Limiter limiter) {
    for (long left = limiter.level(now); left > 0; left -= 500) {
      limiter.take(call(limiter), now);
    }
    assertThat(limiter.level(now)).isZero();
  }

  private Reservation call(Limiter limiter) {
    Reservation asked = fresh();
    limiter.price(asked, now);
    return asked;
  }

  private Reservation fresh() {
    Call call =
        new Call(
            false, 400, 100, Call.ROUTE_DEADLINE, Priority.INTERACTIVE, Tenant.ANYONE, 0, 0, false);
    return new Reservation(call, now + 60 * SECOND);
  }
}
