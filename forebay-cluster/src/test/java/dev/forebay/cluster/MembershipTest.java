package dev.forebay.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MembershipTest {
  private final Membership membership = new Membership("a", 2);

  @Test
  void factsAreMissedUntilAnAnswerToWhoAskedForAll() {
    met(7);
    assertThat(membership.asks()).isEqualTo(7);
    membership.missesFacts();
    met(7);
    assertThat(membership.asks()).as("that answer was to an earlier request").isNegative();
    assertThat(membership.asks()).as("its answer was lost").isNegative();
    met(8);
    assertThat(membership.asks()).isEqualTo(8);
  }

  private void met(long version) {
    membership.met(new SharedStore.Members(1, version, List.of("a")), 0);
  }
}
