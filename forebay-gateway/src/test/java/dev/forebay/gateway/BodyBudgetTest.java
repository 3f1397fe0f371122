package dev.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BodyBudgetTest {
  private static final long LARGE = 1_000_000;

  private final BodyBudget budget = new BodyBudget(100);

  @Test
  void givesUpToItsLimitAndNoByteMore() {
    assertThat(budget.take(60, 60)).isTrue();
    assertThat(budget.take(41, 41)).isFalse();
    assertThat(budget.held()).as("a refusal takes nothing").isEqualTo(60);
    assertThat(budget.take(40, 40)).isTrue();
  }

  @Test
  void whatIsGivenBackCanBeTakenAgain() {
    budget.take(100, 100);
    budget.give(100);
    assertThat(budget.take(100, 100)).isTrue();
  }

  @Test
  void largeBodiesLeaveAQuarterToSmallOnes() {
    assertThat(budget.take(75, LARGE)).isTrue();
    assertThat(budget.take(1, LARGE)).isFalse();
    assertThat(budget.take(25, 25)).isTrue();
    assertThat(budget.take(1, 1)).isFalse();
  }
}
