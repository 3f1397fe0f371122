package dev.forebay.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.FleetReading;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.health.Breaker.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What members ask of the store while their load stays as it is. */
class StoreOperationsTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final double ALL = ToyFleet.PER_SECOND / ToyFleet.TOKENS;

  /** A renewal each half second. */
  private static final double RENEWALS = 2.05;

  private final ToyFleet fleet = new ToyFleet();

  @ParameterizedTest
  @ValueSource(doubles = {0.2, 0.5, 0.9, 1.5})
  void aMemberThatUsesAQuotaAsksTwiceASecond(double load) {
    fleet.regular();
    peers(1, load * ALL);
    assertThat(perSecond(1)).isBetween(1.0, RENEWALS);
  }

  @Test
  void fourThatShareOneQuotaAskTwiceASecondEach() {
    fleet.regular();
    peers(4, 0.05 * ALL);
    assertThat(perSecond(4)).isBetween(1.0, RENEWALS);
  }

  @Test
  void whereTheQuotaIsShortTheyAskNoMore() {
    peers(4, 0.375 * ALL);
    assertThat(perSecond(4)).isBetween(1.0, RENEWALS);
  }

  @Test
  void twoQuotasCostNoMoreThanOne() {
    fleet.regular();
    fleet.onTwoQuotas();
    peers(2, 0.2 * ALL);
    assertThat(perSecond(2)).isBetween(1.0, RENEWALS);
  }

  @Test
  void aNeedThatFallsIsSaidByTheRenewalAlone() {
    ToyFleet.Peer peer = peers(1, 0.8 * ALL).getFirst();
    peer.load(0.3 * ALL);
    assertThat(fleet.operations(Duration.ofSeconds(5))).containsOnlyKeys("renew");
    assertThat(fleet.counted()).isLessThan(600_000);
  }

  @Test
  void anIdleMemberOnlySaysThatItIsThere() {
    peers(3, 0);
    assertThat(fleet.operations(MINUTE)).isEqualTo(Map.of("renew", 180));
  }

  @Test
  void targetsThatAreIdleAreLookedAtLessOften() {
    ToyFleet.Peer peer = fleet.join("a");
    assertThat(peer.nextTickMillis()).isEqualTo(100);
    peer.load(ALL);
    fleet.run(Duration.ofSeconds(1));
    assertThat(peer.nextTickMillis()).isEqualTo(20);
    peer.load(0);
    fleet.run(Duration.ofSeconds(4));
    assertThat(peer.nextTickMillis()).isEqualTo(100);
  }

  @Test
  void whoHoldsWhatIsAskedOnlyWhileSomebodyWatches() {
    List<ToyFleet.Peer> peers = peers(2, 0.9 * ALL);
    ToyFleet.Peer peer = peers.getFirst();
    for (int second = 0; second < 10; second++) {
      peer.watched();
      fleet.run(Duration.ofSeconds(1));
    }
    assertThat(peer.slice().parts())
        .extracting(FleetReading.Part::member)
        .containsExactlyInAnyOrder("m0:only#1", "m1:only#1");
    assertThat(peer.slice().parts().stream().mapToDouble(FleetReading.Part::share).sum())
        .isBetween(0.9, 1.0001);
    assertThat(peer.slice().parts())
        .allSatisfy(part -> assertThat(part.wants()).isGreaterThan(part.share()));
    assertThat(fleet.operations(Duration.ofSeconds(10)).get("held")).as("the last").isLessThan(4);
    assertThat(fleet.operations(MINUTE)).doesNotContainKey("held");
    assertThat(peer.slice().parts()).isEmpty();
  }

  @Test
  void aMemberThatRestsAsksNothing() {
    peers(2, 0).forEach(ToyFleet.Peer::rest);
    assertThat(fleet.operations(MINUTE)).isEmpty();
  }

  @Test
  void aFigureThatIsLearnedTogetherIsHeardWithTheRenewals() {
    ToyFleet learning = new ToyFleet(TargetQuota.UNKNOWN);
    for (int i = 0; i < 4; i++) {
      learning.join("m" + i).load(0.3 * ALL);
    }
    learning.run(MINUTE.multipliedBy(3));
    Map<String, Integer> asked = learning.operations(MINUTE);
    assertThat(asked).containsOnlyKeys("renew", "learn");
    assertThat(asked.get("renew")).isLessThanOrEqualTo((int) (4 * 60 * RENEWALS));
    assertThat(asked.get("learn")).as("one proposal each 2 s").isLessThanOrEqualTo(35);
  }

  @Test
  void whoseCircuitIsOpenSaysSoOnceASecondBesides() {
    List<ToyFleet.Peer> peers = peers(4, 0.2 * ALL);
    fleet.breaks(true);
    fleet.run(Duration.ofSeconds(10));
    assertThat(perSecond(4)).isBetween(1.0, RENEWALS);
    assertThat(peers).allSatisfy(peer -> assertThat(peer.circuit()).isNotEqualTo(Position.CLOSED));
  }

  /** Before the next look at the targets, which would be up to 20 ms later. */
  @Test
  void theFirstCallAfterAPauseBringsALeaseForThoseThatFollow() {
    ToyFleet wide = new ToyFleet(new TargetQuota.Joint(0, 100_000_000, 1));
    wide.regular();
    ToyFleet.Peer peer = wide.join("a");
    wide.join("b");
    for (int pause = 0; pause < 20; pause++) {
      wide.run(Duration.ofMillis(7_003));
      peer.load(200);
      assertThat(peer.slowest(Duration.ofMillis(400)))
          .as("pause %d", pause)
          .isEqualTo(ToyFleet.ANSWER);
      peer.load(0);
    }
  }

  /** With so many calls a second each, whose estimates have settled. */
  private List<ToyFleet.Peer> peers(int count, double callsPerSecond) {
    List<ToyFleet.Peer> peers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ToyFleet.Peer peer = fleet.join("m" + i);
      peer.load(callsPerSecond);
      peers.add(peer);
    }
    fleet.run(Duration.ofSeconds(20));
    return peers;
  }

  /** Operations of a member. */
  private double perSecond(int members) {
    int all = fleet.operations(MINUTE).values().stream().mapToInt(Integer::intValue).sum();
    return all / 60.0 / members;
  }
}
