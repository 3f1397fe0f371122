package dev.forebay.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.forebay.core.TargetQuota;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Members of which none knows the quota, and each may learn it of the others. */
class LearnedTogetherTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final double ALL = ToyFleet.PER_SECOND / ToyFleet.TOKENS;

  /** In a minute. */
  private static final double GRANTED = 60 * ToyFleet.PER_SECOND;

  private final ToyFleet fleet = new ToyFleet(TargetQuota.UNKNOWN);

  @Test
  void sixteenLearnOneFigureAndUseIt() {
    List<ToyFleet.Peer> peers = peers(16, 1.5 * ALL / 16);
    fleet.run(MINUTE.multipliedBy(3));
    ToyFleet.Figures figures = fleet.measure(MINUTE.multipliedBy(5));
    double figure = peers.getFirst().slice().learnedPerMinute();
    assertThat(figure).isBetween(0.8 * 60 * ToyFleet.PER_SECOND, 1.2 * 60 * ToyFleet.PER_SECOND);
    assertThat(peers)
        .allSatisfy(
            peer ->
                assertThat(peer.slice().learnedPerMinute()).isCloseTo(figure, withinPercentage(2)));
    assertThat(figures.utilisation()).isGreaterThan(0.9);
    assertThat(figures.refused()).isLessThan(0.03);
  }

  @Test
  void withoutEachOtherManyMoreAreRefused() {
    peers(16, 1.5 * ALL / 16).forEach(ToyFleet.Peer::freeze);
    fleet.run(MINUTE.multipliedBy(3));
    assertThat(fleet.measure(MINUTE.multipliedBy(5)).refused()).isGreaterThan(0.1);
  }

  @Test
  void aNeedThatMovesTakesItsPartAlong() {
    List<ToyFleet.Peer> peers = peers(4, 0.5 * ALL);
    fleet.run(MINUTE.multipliedBy(3));
    double used = 0;
    double refused = 0;
    int rounds = 12;
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < 4; i++) {
        peers.get(i).load(i == round % 4 ? 2 * ALL : 0.1 * ALL);
      }
      ToyFleet.Figures figures = fleet.measure(Duration.ofSeconds(10));
      used += figures.utilisation() / rounds;
      refused += figures.refused() / rounds;
    }
    assertThat(used).isGreaterThan(0.9);
    assertThat(refused).isLessThan(0.05);
  }

  @Test
  void aLaterMemberKnowsItAndAStoreThatForgotLearnsItAgain() {
    List<ToyFleet.Peer> peers = peers(3, 0.5 * ALL);
    fleet.run(MINUTE.multipliedBy(2));
    double figure = peers.getFirst().slice().learnedPerMinute();
    assertThat(figure).isPositive();
    ToyFleet.Peer late = fleet.join("late");
    fleet.run(Duration.ofSeconds(2));
    assertThat(late.slice().learnedPerMinute()).isPositive();
    fleet.store().flush();
    fleet.run(MINUTE);
    assertThat(late.slice().learnedPerMinute()).isBetween(0.6 * figure, 1.5 * figure);
  }

  /** The service grants half of what is configured in the end: others use the rest. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.4, 0.9, 4})
  void aQuotaThatIsReloadedIsLearnedByItsNewFigures(double before) {
    ToyFleet reloaded = new ToyFleet(configured(before));
    List<ToyFleet.Peer> peers = peers(reloaded, 4, 0.5 * ALL);
    reloaded.run(MINUTE.multipliedBy(4));
    reloaded.reload(configured(2), "quota");
    reloaded.run(MINUTE.multipliedBy(8));
    assertThat(reloaded.measure(MINUTE.multipliedBy(5)).utilisation()).isGreaterThan(0.9);
    assertThat(peers.getFirst().slice().learnedPerMinute()).isBetween(0.8 * GRANTED, 1.2 * GRANTED);
  }

  /** So many times what the service grants. */
  private static TargetQuota configured(double times) {
    return new TargetQuota.Joint(0, (long) (times * GRANTED), 1);
  }

  private List<ToyFleet.Peer> peers(int count, double callsPerSecond) {
    return peers(fleet, count, callsPerSecond);
  }

  private static List<ToyFleet.Peer> peers(ToyFleet of, int count, double callsPerSecond) {
    List<ToyFleet.Peer> peers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ToyFleet.Peer peer = of.join("m" + i);
      peer.load(callsPerSecond);
      peers.add(peer);
    }
    return peers;
  }
}
