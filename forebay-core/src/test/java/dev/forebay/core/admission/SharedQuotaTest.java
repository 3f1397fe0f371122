package dev.forebay.core.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SharedQuotaTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private long now = Long.MAX_VALUE - 7; // an origin whose sums overflow

  /** A thousand tokens a second, and no quota of requests. */
  private SharedQuota quota = tokens(new QuotaSlice(0.25, now + 600 * SECOND, 0.5));

  @Test
  void tenSecondsOfThePartAreThereAtFirst() {
    assertThat(quota.level(now)).isEqualTo(2_500);
    assertThat(quota.capacity()).isEqualTo(2_500);
  }

  @Test
  void itIsFilledAtTheRateOfThePart() {
    quota.take(2_500);
    now += 4 * SECOND;
    assertThat(quota.level(now)).isEqualTo(1_000);
    now += 60 * SECOND;
    assertThat(quota.level(now)).as("no more than it holds").isEqualTo(2_500);
  }

  @Test
  void afterTheEndOfASliceTheFairPartComes() {
    quota.slice(new QuotaSlice(0.25, now + 2 * SECOND, 0.5), now);
    quota.take(2_500);
    now += 4 * SECOND;
    assertThat(quota.level(now)).isEqualTo(2 * 250 + 2 * 500);
  }

  @Test
  void whatCameUntilAnotherSliceCameByTheLastOne() {
    quota.take(2_500);
    now += 2 * SECOND;
    quota.slice(new QuotaSlice(1, now + 600 * SECOND, 0.5), now);
    assertThat(quota.level(now)).isEqualTo(500);
    now += SECOND;
    assertThat(quota.level(now)).isEqualTo(1_500);
    assertThat(quota.capacity()).isEqualTo(10_000);
  }

  @Test
  void aLargerPartIsNotThereBeforeItHasCome() {
    assertThat(quota.level(now)).as("full").isEqualTo(2_500);
    quota.slice(new QuotaSlice(1, now + 600 * SECOND, 0.5), now);
    assertThat(quota.level(now)).isEqualTo(2_500);
    assertThat(quota.has(2_501, now)).isFalse();
  }

  @Test
  void aSmallerPartHoldsLess() {
    quota.slice(new QuotaSlice(0.1, now + 600 * SECOND, 0.5), now);
    assertThat(quota.level(now)).isEqualTo(1_000);
  }

  @Test
  void itHoldsTheLargestCall() {
    quota.take(2_500);
    now += 10 * SECOND - 1;
    assertThat(quota.has(4_000, now)).isFalse();
    now += 6 * SECOND;
    assertThat(quota.has(4_000, now)).isFalse();
    now++;
    assertThat(quota.has(4_000, now)).isTrue();
    assertThat(quota.capacity()).isEqualTo(4_000);
  }

  @Test
  void whereItIsFullALargerCallThanAllBeforeHasRoomAtOnceAndOnlyOnce() {
    assertThat(quota.has(4_000, now)).isTrue();
    quota.take(4_000);
    assertThat(quota.has(5_000, now)).isFalse();
    assertThat(quota.level(now)).isZero();
  }

  @Test
  void whatWasNotUsedIsGivenBackAndWhatWasUsedBeyondIsOwed() {
    quota.take(2_500);
    quota.settle(500, 200, now, now);
    assertThat(quota.level(now)).isEqualTo(300);
    quota.settle(500, 1_500, now, now);
    assertThat(quota.level(now)).isEqualTo(-700);
    assertThat(quota.has(1, now)).isFalse();
  }

  @ParameterizedTest(name = "{0} tokens taken, {1} used after {2} s")
  @CsvSource({
    "2000, 500, 0, 1500",
    "2000, 500, 6, 1350",
    "2000, 500, 60, 0",
    "2000, 500, 600, 0",
    "500, 800, 30, -300"
  })
  void whereTheServiceCountsByMinutesAReservationCountsForAsLongAsItIsHeld(
      long taken, long used, long seconds, long back) {
    quota = tokens(new QuotaSlice(0, now + 900 * SECOND, 0.5, 0, true));
    quota.slice(new QuotaSlice(0.25, now + 900 * SECOND, 0.5, 0, true), now);
    long began = now;
    now += seconds * SECOND;
    quota.take(quota.level(now));
    quota.settle(taken, used, began, now);
    assertThat(quota.level(now)).isEqualTo(back);
  }

  @Test
  void whatWasRefusedIsSpent() {
    quota.take(500);
    quota.settle(500, 0, now, now);
    quota.spend(500, now);
    assertThat(quota.level(now)).isEqualTo(2_000);
  }

  @ParameterizedTest
  @CsvSource({"1, 950", "2, 902.5", "3, 857.375"})
  void eachRefusalThatIsNoChanceLowersIt(int refusals, double perSecond) {
    quota.slice(new QuotaSlice(1, now + 600 * SECOND, 0.5), now);
    lower(refusals);
    quota.take(quota.level(now));
    quota.level(now);
    long before = quota.level(now);
    now += SECOND;
    // Of a second that has passed since the refusal before, a hundredth came back.
    assertThat((double) quota.level(now) - before).isBetween(perSecond, perSecond + 25);
  }

  @Test
  void severalRefusalsInASecondLowerItOnce() {
    quota.lower(now);
    now += SECOND - 1;
    quota.lower(now);
    assertThat(quota.level(now)).isCloseTo(2_375, within(25L));
  }

  @Test
  void aHundredthComesBackInEachSecondUpToAll() {
    quota.lower(now);
    assertThat(quota.level(now)).isEqualTo(2_375);
    for (int second = 1; second <= 4; second++) {
      now += SECOND;
      quota.level(now);
      quota.level(now);
      assertThat(quota.capacity()).isCloseTo(2_375 + 25L * second, within(1L));
    }
    now += SECOND;
    quota.level(now);
    quota.level(now);
    assertThat(quota.capacity()).isEqualTo(2_500);
  }

  @Test
  void whoIsRefusedInEachSecondHasAFifthLeft() {
    for (int refusal = 0; refusal < 200; refusal++) {
      now += SECOND;
      quota.lower(now);
    }
    quota.level(now);
    assertThat(quota.capacity()).isBetween(450L, 500L);
  }

  @Test
  void withoutAShareItFillsNoMore() {
    quota.slice(new QuotaSlice(0, now + 600 * SECOND, 0.5), now);
    quota.take(Math.max(0, quota.level(now)));
    now += 500 * SECOND;
    assertThat(quota.level(now)).isZero();
  }

  @Test
  void theWaitIsThatOfTheTokensOrOfTheRequests() {
    quota = new SharedQuota(1_000, 1, new QuotaSlice(0.5, now + 600 * SECOND, 0.5), now);
    assertThat(quota.waitNanos(5_000, 5, now)).isZero();
    assertThat(quota.waitNanos(6_000, 1, now)).isEqualTo(2 * SECOND);
    assertThat(quota.waitNanos(6_000, 7, now)).isEqualTo(4 * SECOND);
  }

  @Test
  void aProcessWithoutAShareForeseesTheFairPart() {
    quota = tokens(new QuotaSlice(0, now + 600 * SECOND, 0.5));
    quota.take(quota.level(now));
    assertThat(quota.waitNanos(1_000, 1, now)).isEqualTo(2 * SECOND);
  }

  @Test
  void requestsArePartedToo() {
    quota = new SharedQuota(0, 1, new QuotaSlice(0.5, now + 600 * SECOND, 0.5), now);
    assertThat(quota.limitsTokens()).isFalse();
    for (int request = 0; request < 5; request++) {
      assertThat(quota.has(1_000_000_000L, now)).isTrue();
      quota.take(1_000_000_000L);
    }
    assertThat(quota.has(1, now)).isFalse();
    quota.giveBackRequest();
    assertThat(quota.has(1, now)).as("the service did not count it").isTrue();
    quota.take(1);
    now += 2 * SECOND - 2;
    assertThat(quota.has(1, now)).isFalse();
    now += 2;
    assertThat(quota.has(1, now)).isTrue();
    now += 60 * SECOND;
    assertThat(quota.has(1, now)).isTrue();
    for (int request = 0; request < 5; request++) {
      quota.take(1);
    }
    assertThat(quota.has(1, now)).as("ten seconds of them").isFalse();
  }

  @Test
  void whereTheQuotaOfTokensIsNotKnownNoneAreLeft() {
    quota = new SharedQuota(0, 1, QuotaSlice.WHOLE, now);
    assertThat(quota.level(now)).isZero();
    assertThat(quota.capacity()).isZero();
    quota.settle(100, 0, now, now);
    quota.lower(now);
    assertThat(quota.level(now)).isZero();
  }

  /** Four members that always have calls to send, with parts that move and often end too early. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void allTogetherNeverGrantMoreThanTheQuotaAndTheirBursts(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long start = now;
    List<SharedQuota> members = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      members.add(new SharedQuota(1_000, 2, new QuotaSlice(0.25, now, 0.25), now));
    }
    long granted = 0;
    long calls = 0;
    long largest = 0;
    for (int step = 0; step < 100_000; step++) {
      now += SECOND / 500;
      if (random.nextInt(200) == 0) {
        move(members, random);
      }
      SharedQuota one = members.get(random.nextInt(4));
      long asked = random.nextLong(1, 1_000);
      if (one.has(asked, now)) {
        one.take(asked);
        granted += asked;
        calls++;
        largest = Math.max(largest, asked);
      }
      if (random.nextInt(5_000) == 0) {
        one.lower(now);
      }
      double seconds = (now - start) / 1e9;
      assertThat((double) granted).isLessThan(1_000 * (seconds + 10) + 4 * largest);
      assertThat((double) calls).isLessThan(2 * (seconds + 10) + 4);
    }
    assertThat(calls).as("and not much less").isGreaterThan(300);
  }

  /** Hands out no more than all, for as long as no other member may count on it. */
  private void move(List<SharedQuota> members, SplittableRandom random) {
    double left = 1;
    for (SharedQuota member : members) {
      double share = random.nextDouble() < 0.2 ? 0 : random.nextDouble(left);
      left -= share;
      member.slice(new QuotaSlice(share, now + 3_600 * SECOND, 0.25), now);
    }
  }

  private void lower(int times) {
    for (int i = 0; i < times; i++) {
      now += SECOND;
      quota.lower(now);
    }
  }

  private SharedQuota tokens(QuotaSlice slice) {
    return new SharedQuota(1_000, 0, slice, now);
  }
}
