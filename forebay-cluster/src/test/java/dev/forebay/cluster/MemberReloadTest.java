package dev.forebay.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.cluster.SharedStore.Fact;
import dev.forebay.cluster.SharedStore.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Members whose configuration is reloaded, so that a target has another quota. */
class MemberReloadTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ToyFleet fleet = new ToyFleet();

  @Test
  void aTargetThatComesByAReloadHearsTheFactsThatHold() {
    ToyFleet.Peer peer = fleet.join("a");
    SharedStore others = fleet.store().connect();
    assertThat(others.tell(new Fact(Kind.COOLDOWN, "another", 7_000, "b"))).isCompleted();
    assertThat(others.learn("another", 0, 400_000, "b")).isCompletedWithValue(400_000L);
    for (String member : List.of("b", "c")) {
      assertThat(others.open("another", member, true)).isCompleted();
    }
    fleet.run(SECOND.multipliedBy(2));
    assertThat(peer.cooldownMillis()).isZero();
    fleet.reload(ToyFleet.KNOWN, "another");
    fleet.run(Duration.ofMillis(150));
    assertThat(peer.cooldownMillis()).isBetween(4_800L, 5_000L);
    assertThat(peer.slice().learnedPerMinute()).isEqualTo(400_000);
    assertThat(peer.slice().open()).isEqualTo(2);
  }
}
