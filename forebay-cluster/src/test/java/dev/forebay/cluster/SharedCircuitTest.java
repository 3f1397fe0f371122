package dev.forebay.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.health.Breaker.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Members whose target breaks and works again. */
class SharedCircuitTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ToyFleet fleet = new ToyFleet();

  @Test
  void aQuorumOpensTheCircuitsOfThoseWhoHaveNotTriedYet() {
    List<ToyFleet.Peer> peers = peers(6);
    fleet.breaks(true);
    peers.get(0).load(5);
    fleet.run(SECOND.multipliedBy(4));
    assertThat(peers.get(0).circuit()).isEqualTo(Position.OPEN);
    assertThat(peers.get(5).circuit()).as("one is no quorum").isEqualTo(Position.CLOSED);
    peers.get(1).load(5);
    peers.get(0).load(5);
    fleet.run(SECOND.multipliedBy(4));
    assertThat(peers).allSatisfy(peer -> assertThat(peer.circuit()).isNotEqualTo(Position.CLOSED));
    assertThat(peers.get(5).slice().open()).isEqualTo(2);
  }

  @Test
  void whoComesLaterHearsOfCircuitsThatAreOpen() {
    List<ToyFleet.Peer> peers = peers(3);
    fleet.breaks(true);
    peers.forEach(peer -> peer.load(5));
    fleet.run(SECOND.multipliedBy(6));
    ToyFleet.Peer late = fleet.join("late");
    fleet.run(Duration.ofMillis(100));
    assertThat(late.circuit()).isEqualTo(Position.OPEN);
    assertThat(late.slice().open()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void oneMemberProbesForAll() {
    List<ToyFleet.Peer> peers = peers(8);
    peers.forEach(peer -> peer.load(3));
    fleet.run(SECOND.multipliedBy(5));
    fleet.breaks(true);
    fleet.run(SECOND.multipliedBy(10));
    assertThat(peers).allSatisfy(peer -> assertThat(peer.circuit()).isNotEqualTo(Position.CLOSED));
    long before = fleet.attempts();
    fleet.run(SECOND.multipliedBy(60));
    // As many as a single member makes alone, where each of eight would make its own.
    assertThat(fleet.attempts() - before).as("probes in a minute").isBetween(1L, 13L);
  }

  @Test
  void whatOneFindsToWorkAllUseAgain() {
    List<ToyFleet.Peer> peers = peers(8);
    peers.forEach(peer -> peer.load(3));
    fleet.run(SECOND.multipliedBy(5));
    fleet.breaks(true);
    fleet.run(SECOND.multipliedBy(30));
    fleet.breaks(false);
    fleet.run(SECOND.multipliedBy(20));
    assertThat(peers).allSatisfy(peer -> assertThat(peer.circuit()).isEqualTo(Position.CLOSED));
  }

  @Test
  void aClosedCircuitOfWhichTheStoreDidNotHearIsReportedAgain() {
    ToyFleet.Peer peer = fleet.join("a");
    fleet.run(SECOND);
    fleet.breaks(true);
    peer.load(5);
    fleet.run(SECOND.multipliedBy(4));
    assertThat(peer.circuit()).isEqualTo(Position.OPEN);
    fleet.breaks(false);
    await(peer, Position.HALF_OPEN);
    fleet.store().down(true);
    await(peer, Position.CLOSED);
    fleet.run(Duration.ofMillis(100));
    fleet.store().down(false);
    assertThat(isReportedOpen()).isTrue();
    fleet.run(Duration.ofMillis(600));
    assertThat(isReportedOpen()).isFalse();
  }

  private void await(ToyFleet.Peer peer, Position position) {
    for (int look = 0; look < 5_000 && peer.circuit() != position; look++) {
      fleet.run(Duration.ofMillis(10));
    }
    assertThat(peer.circuit()).isEqualTo(position);
  }

  private boolean isReportedOpen() {
    return fleet.store().connect().facts(List.of("quota")).toCompletableFuture().join().stream()
        .anyMatch(fact -> fact.kind() == SharedStore.Kind.OPEN);
  }

  @Test
  void withoutTheStoreEachJudgesForItself() {
    List<ToyFleet.Peer> peers = peers(4);
    fleet.run(SECOND);
    fleet.store().down(true);
    fleet.breaks(true);
    peers.get(0).load(5);
    peers.get(1).load(5);
    fleet.run(SECOND.multipliedBy(5));
    assertThat(peers.get(0).circuit()).isNotEqualTo(Position.CLOSED);
    assertThat(peers.get(3).circuit()).isEqualTo(Position.CLOSED);
    fleet.breaks(false);
    fleet.run(SECOND.multipliedBy(60));
    assertThat(peers.get(0).circuit()).isEqualTo(Position.CLOSED);
  }

  private List<ToyFleet.Peer> peers(int count) {
    List<ToyFleet.Peer> peers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      peers.add(fleet.join("m" + i));
    }
    return peers;
  }
}
