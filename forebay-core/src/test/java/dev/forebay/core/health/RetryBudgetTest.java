package dev.forebay.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.BreakerPolicy;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {
  private static final long START = Long.MAX_VALUE - 5; // an origin whose sums overflow
  private final RetryBudget budget = new RetryBudget(START);

  @Test
  void startsFullAndRefusesWhatItCannotPay() {
    assertThat(budget.tokens(START)).isEqualTo(500);
    for (int i = 0; i < 35; i++) {
      assertThat(budget.charge(RetryBudget.TRANSIENT_COST, 0, 0, START)).isTrue();
    }
    assertThat(budget.tokens(START)).isEqualTo(10);
    assertThat(budget.charge(RetryBudget.TRANSIENT_COST, 0, 0, START)).isFalse();
    assertThat(budget.tokens(START)).as("a refusal costs nothing").isEqualTo(10);
    assertThat(budget.charge(RetryBudget.THROTTLED_COST, 0, 0, START)).isTrue();
  }

  @Test
  void whatCostsNothingPassesAnEmptyBudgetWhateverTheClockSays() {
    budget.charge(500, 0, 0, START);

    assertThat(budget.charge(0, 0, 0, START - 1)).as("another thread's clock").isTrue();
  }

  @Test
  void refillsOneTokenASecondUpToItsCapacity() {
    budget.charge(100, 0, 0, START);

    assertThat(budget.tokens(at(Duration.ofSeconds(30)))).isEqualTo(430);
    assertThat(budget.tokens(at(Duration.ofHours(3)))).isEqualTo(500);
    budget.charge(100, 0, 0, at(Duration.ofHours(3)));
    assertThat(budget.tokens(at(Duration.ofHours(3)))).isEqualTo(400);
  }

  @Test
  void creditNeverExceedsTheCapacity() {
    budget.charge(10, 0, 0, START);
    budget.credit(3, START);
    assertThat(budget.tokens(START)).isEqualTo(493);
    budget.credit(300, START);
    assertThat(budget.tokens(START)).isEqualTo(500);
  }

  @Test
  void threeRetriesMayAlwaysBeInFlightAndAFifthOfTheAttempts() {
    assertThat(beginRetries(10, 0)).isEqualTo(3);

    assertThat(beginRetries(20, 47)).as("up to a fifth of what is in flight").isEqualTo(9);
    assertThat(budget.retriesInFlight()).isEqualTo(12);
    budget.end();
    assertThat(beginRetries(1, 58)).isEqualTo(1);
  }

  @Test
  void afterFailuresTheShareIsTheRateThatTheCircuitBears() {
    BreakerPolicy strict = new BreakerPolicy(0.1, 10, Duration.ofSeconds(5));
    for (int i = 0; i < 1_000; i++) {
      budget.begin(RetryBudget.TRANSIENT_COST, 100, BreakerPolicy.DEFAULTS);
    }
    assertThat(budget.retriesInFlight()).isEqualTo(50);
    assertThat(budget.begin(RetryBudget.THROTTLED_COST, 100, BreakerPolicy.DEFAULTS)).isFalse();
    IntStream.range(0, 31).forEach(i -> budget.end());
    assertThat(budget.begin(RetryBudget.TRANSIENT_COST, 100, strict)).as("a fifth").isTrue();
    assertThat(budget.begin(RetryBudget.TRANSIENT_COST, 100, strict)).isFalse();
  }

  @Test
  void callsThatWaitAreLoadToo() {
    IntStream.range(0, 100).forEach(i -> budget.waitBegins());
    assertThat(beginRetries(100, 0)).as("0.2 * (100 waiting + 24 in flight)").isEqualTo(25);
    IntStream.range(0, 100).forEach(i -> budget.waitEnds());
    assertThat(budget.waiting()).isZero();
  }

  @Test
  void tokensLostInRetriedAttemptsStayUnderATenthOfTheAnswers() {
    assertThat(budget.charge(1, 10_000, 0, START)).as("the first loss is free").isTrue();
    assertThat(budget.charge(1, 10_000, 0, START)).isFalse();
    budget.earn(200_000, START);
    assertThat(budget.charge(1, 10_000, 0, START)).isTrue();
    assertThat(budget.charge(1, 1, 0, START)).isFalse();
    assertThat(budget.charge(1, 0, 0, START)).as("nothing lost, nothing to pay").isTrue();
    assertThat(budget.charge(1, 10_000, 0, at(Duration.ofMinutes(21)))).isTrue();
  }

  @Test
  void aRetryThatNeverBeganCostsNothing() {
    budget.charge(14, 10_000, 0, START);
    budget.refund(14, 10_000, START);

    assertThat(budget.tokens(START)).isEqualTo(500);
    assertThat(budget.charge(14, 10_000, 0, START)).as("still the first loss").isTrue();
  }

  /** How many of so many retries begin beside as many first attempts under way. */
  private int beginRetries(int tries, int firstAttempts) {
    int before = budget.retriesInFlight();
    for (int i = 0; i < tries; i++) {
      budget.begin(
          RetryBudget.THROTTLED_COST,
          firstAttempts + budget.retriesInFlight(),
          BreakerPolicy.DEFAULTS);
    }
    return budget.retriesInFlight() - before;
  }

  private static long at(Duration later) {
    return START + later.toNanos();
  }
}
