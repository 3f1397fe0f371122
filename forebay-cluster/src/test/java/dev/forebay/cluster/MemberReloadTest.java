package dev.forebay.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.cluster.SharedStore.Fact;
import dev.forebay.cluster.SharedStore.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Members that leave, or whose configuration is reloaded so that a target has another quota. */
class MemberReloadTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static final double ALL = ToyFleet.PER_SECOND / ToyFleet.TOKENS;

  private final ToyFleet fleet = new ToyFleet();

  @Test
  void whoLeavesGivesBackAlsoWhatItHasJustAskedFor() {
    fleet.roundTrip(Duration.ofMillis(100));
    for (int millis = 0; millis < 500; millis += 20) {
      ToyFleet.Peer peer = fleet.join("m" + millis);
      peer.load(2 * ALL);
      fleet.run(SECOND.multipliedBy(5).plusMillis(millis));
      assertThat(fleet.counted()).isPositive();
      peer.leave();
      fleet.run(Duration.ofMillis(100));
      assertThat(fleet.counted()).as("after %d ms", millis).isZero();
    }
  }

  /** Wherever that comes between a request and its answer. */
  @Test
  void aTargetThatComesBackLeasesAtOnce() {
    fleet.roundTrip(Duration.ofMillis(100));
    ToyFleet.Peer peer = fleet.join("a");
    peer.load(2 * ALL);
    fleet.run(SECOND.multipliedBy(5));
    for (int move = 0; move < 40; move++) {
      fleet.run(SECOND.multipliedBy(2).plusMillis(13L * move));
      fleet.reload(ToyFleet.KNOWN, "another");
      fleet.reload(ToyFleet.KNOWN, "quota");
      fleet.run(Duration.ofMillis(500));
      assertThat(peer.slice().share()).as("move %d", move).isGreaterThan(0.5);
    }
  }

  /** So that the store takes neither for the other one's, whatever of them is late or lost. */
  @Test
  void aTargetThatComesBackLeasesAsAnotherOwner() {
    fleet.join("a").load(ALL);
    fleet.run(SECOND);
    List<String> before = owners();
    assertThat(before).hasSize(1);
    fleet.reload(ToyFleet.KNOWN, "another");
    fleet.reload(ToyFleet.KNOWN, "quota");
    fleet.run(SECOND);
    assertThat(owners()).hasSize(1).doesNotContainAnyElementsOf(before);
  }

  private List<String> owners() {
    return fleet.store().connect().held("quota").toCompletableFuture().join().stream()
        .map(SharedStore.Held::owner)
        .toList();
  }

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
