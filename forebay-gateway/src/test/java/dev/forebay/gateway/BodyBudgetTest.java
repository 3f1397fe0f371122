package dev.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BodyBudgetTest {
  private final BodyBudget budget = new BodyBudget(100);

  @Test
  void givesUpToItsLimitAndNoByteMore() {
    assertThat(budget.take(60)).isTrue();
    assertThat(budget.take(41)).isFalse();
    assertThat(budget.held()).as("a refusal takes nothing").isEqualTo(60);
    assertThat(budget.take(40)).isTrue();
  }

  @Test
  void whatIsGivenBackCanBeTakenAgain() {
    budget.take(100);
    budget.give(100);
    assertThat(budget.take(100)).isTrue();
  }
}
