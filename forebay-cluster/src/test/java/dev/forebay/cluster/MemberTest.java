package dev.forebay.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.forebay.cluster.SharedStore.Fact;
import dev.forebay.cluster.SharedStore.Kind;
import dev.forebay.core.FleetReading;
import dev.forebay.core.FleetReading.Store;
import dev.forebay.core.TargetQuota;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemberTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** What the quota brings, in calls. */
  private static final double ALL = ToyFleet.PER_SECOND / ToyFleet.TOKENS;

  private final ToyFleet fleet = new ToyFleet();

  @Test
  void fourMembersUseOneQuotaUnderALoadThatIsSkewedAndMoves() {
    List<ToyFleet.Peer> peers = peers(4);
    fleet.run(SECOND.multipliedBy(10));
    double used = 0;
    double refused = 0;
    int rounds = 24;
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < 4; i++) {
        peers.get(i).load(i == round % 4 ? 2 * ALL : 0.1 * ALL);
      }
      ToyFleet.Figures figures = fleet.measure(SECOND.multipliedBy(5));
      used += figures.utilisation() / rounds;
      refused += figures.refused() / rounds;
    }
    assertThat(used).as("utilisation").isGreaterThan(0.95);
    assertThat(refused).as("429s").isLessThan(0.01);
  }

  @Test
  void idleMembersHoldNothing() {
    ToyFleet.Peer peer = fleet.join("a");
    peer.load(0.5 * ALL);
    fleet.run(SECOND.multipliedBy(5));
    assertThat(peer.slice().leased()).isTrue();
    assertThat(fleet.counted()).isPositive();
    peer.load(0);
    fleet.run(SECOND.multipliedBy(4));
    assertThat(fleet.counted()).isZero();
    assertThat(peer.slice().share()).isZero();
  }

  @Test
  void aNeedThatMovesIsFollowedWithinASecond() {
    List<ToyFleet.Peer> peers = peers(2);
    peers.get(0).load(2 * ALL);
    fleet.run(SECOND.multipliedBy(20));
    assertThat(peers.get(0).slice().share()).isGreaterThan(0.9);
    peers.get(1).load(2 * ALL);
    fleet.run(SECOND);
    assertThat(peers.get(1).slice().share()).isGreaterThan(0.3);
  }

  @Test
  void aSpikeThatMovesIsServedWithinASecond() {
    fleet.regular();
    List<ToyFleet.Peer> peers = peers(8);
    skew(peers, 7, 0.7);
    fleet.run(SECOND.multipliedBy(20));
    for (int move = 0; move < 16; move++) {
      ToyFleet.Peer spike = peers.get(move % 8);
      skew(peers, move % 8, 0.7);
      assertThat(spike.slowest(SECOND.multipliedBy(3))).as("move %d", move).isLessThan(SECOND);
      fleet.run(SECOND.multipliedBy(2));
    }
  }

  @Test
  void whatOthersOnlyWishIsNotMissedWhereCallsWait() {
    fleet.regular();
    List<ToyFleet.Peer> peers = peers(8);
    skew(peers, 0, 0.75);
    fleet.run(SECOND.multipliedBy(20));
    assertThat(peers.get(0).slowest(SECOND.multipliedBy(40))).isLessThan(SECOND);
  }

  /** Of the quota so much at one member, and an eighth of it at all others together. */
  private static void skew(List<ToyFleet.Peer> peers, int at, double most) {
    peers.forEach(peer -> peer.load(0.125 * ALL / (peers.size() - 1)));
    peers.get(at).load(most * ALL);
  }

  @Test
  void withoutTheStoreEachUsesItsFairPartAndAfterwardsTheLease() {
    List<ToyFleet.Peer> peers = peers(4);
    peers.get(0).load(2 * ALL);
    fleet.run(SECOND.multipliedBy(20));
    fleet.store().down(true);
    fleet.run(SECOND.multipliedBy(2));
    assertThat(peers.get(0).slice().share()).isEqualTo(0.25);
    assertThat(peers.get(0).slice().leased()).isFalse();
    assertThat(peers.get(0).reading().reachable()).isFalse();
    assertThat(fleet.measure(SECOND.multipliedBy(20)).utilisation()).isEqualTo(0.25, within(0.03));
    fleet.store().down(false);
    fleet.run(SECOND.multipliedBy(3));
    assertThat(peers.get(0).slice().share()).isGreaterThan(0.9);
    assertThat(peers.get(0).reading().reachable()).isTrue();
  }

  @Test
  void withoutTheStoreTheTargetsOfAMemberShareItsFairPart() {
    fleet.onTwoTargets();
    List<ToyFleet.Peer> peers = peers(4);
    peers.forEach(peer -> peer.load(ALL));
    fleet.run(SECOND.multipliedBy(20));
    fleet.store().down(true);
    fleet.run(SECOND.multipliedBy(3));
    assertThat(peers).allSatisfy(peer -> assertThat(peer.part()).isEqualTo(0.25));
  }

  @Test
  void halfOfThemCutOffUseHalfOfTheQuotaBesideTheOthersLeases() {
    fleet.onTwoTargets();
    List<ToyFleet.Peer> peers = peers(4);
    peers.forEach(peer -> peer.load(ALL));
    fleet.run(SECOND.multipliedBy(20));
    peers.subList(0, 2).forEach(ToyFleet.Peer::cutOff);
    for (int second = 0; second < 20; second++) {
      fleet.run(SECOND);
      assertThat(sum(peers)).as("second %d", second).isLessThanOrEqualTo(1.5001);
    }
    assertThat(sum(peers.subList(0, 2))).isEqualTo(0.5, within(1e-9));
    assertThat(sum(peers.subList(2, 4))).isBetween(0.9, 1.0001);
  }

  private static double sum(List<ToyFleet.Peer> peers) {
    return peers.stream().mapToDouble(ToyFleet.Peer::part).sum();
  }

  @Test
  void aStoreThatAnswersButLeasesNothingStarvesNoMember() {
    List<ToyFleet.Peer> peers = peers(4);
    peers.get(0).load(2 * ALL);
    fleet.run(SECOND.multipliedBy(20));
    fleet.store().leasesNothing(true);
    peers.get(1).load(2 * ALL);
    fleet.run(SECOND.multipliedBy(5));
    for (ToyFleet.Peer peer : peers.subList(0, 2)) {
      assertThat(peer.slice().share()).isEqualTo(0.25);
      assertThat(peer.slice().leased()).isFalse();
    }
    assertThat(peers.get(0).reading().lastFailure()).startsWith("the user may not do this");
    fleet.store().leasesNothing(false);
    fleet.run(SECOND.multipliedBy(3));
    assertThat(peers.get(0).slice().share()).isGreaterThan(0.4);
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 400})
  void aStoreThatAnswersTooLateSaysSoUntilItAnswersInTime(int millis) {
    List<ToyFleet.Peer> peers = peers(2);
    ToyFleet.Peer peer = peers.getFirst();
    peer.load(2 * ALL);
    fleet.run(SECOND.multipliedBy(5));
    assertThat(peer.reading().failures()).isZero();
    assertThat(peer.reading().store()).isEqualTo(Store.LEASES);
    fleet.roundTrip(Duration.ofMillis(millis));
    fleet.run(SECOND.multipliedBy(30));
    FleetReading late = peer.reading();
    assertThat(peer.slice().share()).isEqualTo(0.5);
    assertThat(late.reachable()).isTrue();
    assertThat(late.store()).isEqualTo(Store.LEASES_NOTHING);
    assertThat(late.failures()).isBetween(late.operations() / 2, late.operations());
    assertThat(late.lastFailure()).startsWith("the store is too slow or cut off");
    assertThat(late.lastFailureAge()).isLessThanOrEqualTo(SECOND);

    fleet.roundTrip(Duration.ofMillis(200));
    fleet.run(SECOND.multipliedBy(5));
    assertThat(peer.reading().store()).isEqualTo(Store.LEASES);
    assertThat(peer.slice().leased()).isTrue();
    assertThat(peer.reading().lastFailureAge())
        .isBetween(SECOND.multipliedBy(4), SECOND.multipliedBy(6));
    fleet.run(Duration.ofMinutes(1));
    assertThat(peer.reading().failures()).isBetween(late.failures(), late.failures() + 1);
    assertThat(peer.reading().lastFailure()).isEmpty();
    assertThat(peer.reading().lastFailureAge()).isZero();
  }

  @Test
  void whoNeverReachedTheStoreAssumesHowManyThereAre() {
    fleet.store().down(true);
    ToyFleet.Peer peer = fleet.join("a");
    peer.load(2 * ALL);
    fleet.run(SECOND.multipliedBy(30));
    assertThat(fleet.measure(SECOND.multipliedBy(20)).utilisation()).isEqualTo(0.5, within(0.05));
    assertThat(peer.reading().lastFailure()).isEqualTo("the store is down");
  }

  @Test
  void aStoreThatForgetsIsBackToExactWithinTenSeconds() {
    List<ToyFleet.Peer> peers = peers(4);
    peers.forEach(peer -> peer.load(ALL));
    fleet.run(SECOND.multipliedBy(20));
    for (int flush = 0; flush < 3; flush++) {
      fleet.store().flush();
      fleet.run(SECOND.multipliedBy(5));
    }
    fleet.run(SECOND.multipliedBy(5));
    ToyFleet.Figures figures = fleet.measure(SECOND.multipliedBy(30));
    assertThat(figures.utilisation()).isGreaterThan(0.95);
    assertThat(figures.refused()).isLessThan(0.01);
  }

  @Test
  void noMemberOfAStoreThatComesBackEmptyTakesItselfForTheOnlyOne() {
    List<ToyFleet.Peer> peers = peers(4);
    peers.forEach(peer -> peer.load(ALL));
    fleet.run(SECOND.multipliedBy(20));
    fleet.store().down(true);
    fleet.run(SECOND.multipliedBy(6));
    fleet.store().flush();
    fleet.store().down(false);
    for (int look = 0; look < 100; look++) {
      fleet.run(Duration.ofMillis(20));
      assertThat(peers.stream().mapToDouble(peer -> peer.slice().share()).sum())
          .as("look %d", look)
          .isLessThanOrEqualTo(1.0001);
    }
  }

  @Test
  void whatACrashHeldIsUsedByTheOthers() {
    List<ToyFleet.Peer> peers = peers(2);
    peers.forEach(peer -> peer.load(ALL));
    fleet.run(SECOND.multipliedBy(20));
    peers.get(0).crash();
    fleet.run(SECOND.multipliedBy(3));
    assertThat(peers.get(1).slice().share()).isGreaterThan(0.9);
    fleet.run(SECOND.multipliedBy(5));
    assertThat(peers.get(1).reading().members()).isEqualTo(1);
  }

  @Test
  void whoLeavesGivesBackAtOnce() {
    List<ToyFleet.Peer> peers = peers(2);
    peers.forEach(peer -> peer.load(ALL));
    fleet.run(SECOND.multipliedBy(20));
    peers.get(0).leave();
    assertThat(fleet.counted()).isLessThan(600_000);
    fleet.run(SECOND);
    assertThat(peers.get(1).reading().members()).isEqualTo(1);
  }

  @Test
  void whoRestsHoldsNothingIsNotCountedAndIsBackWithTheNextCall() {
    List<ToyFleet.Peer> peers = peers(2);
    peers.forEach(peer -> peer.load(0.5 * ALL));
    fleet.run(SECOND.multipliedBy(5));
    peers.get(0).load(0);
    fleet.run(SECOND.multipliedBy(4));
    assertThat(peers.get(0).isIdle()).isTrue();
    peers.get(0).rest();
    fleet.run(SECOND);
    assertThat(peers.get(1).reading().members()).isEqualTo(1);
    peers.get(1).load(2 * ALL);
    fleet.run(SECOND.multipliedBy(60));
    peers.get(0).load(2 * ALL);
    fleet.run(Duration.ofMillis(500));
    assertThat(peers.get(0).begunLately()).as("while it rests only what an idle one has").isOne();
    peers.get(0).thaw();
    fleet.run(SECOND);
    assertThat(peers.get(0).slice().share()).isGreaterThan(0.3);
    assertThat(peers.get(1).reading().members()).isEqualTo(2);
  }

  @Test
  void whoWasFrozenAsksAtOnceAndUsesNothingThatIsNotItsOwn() {
    List<ToyFleet.Peer> peers = peers(2);
    peers.forEach(peer -> peer.load(ALL));
    fleet.run(SECOND.multipliedBy(20));
    peers.get(0).freeze();
    fleet.run(SECOND.multipliedBy(30));
    assertThat(peers.get(1).slice().share()).isGreaterThan(0.9);
    peers.get(0).thaw();
    assertThat(peers.get(0).slice().leased()).as("asked with the first look").isTrue();
    assertThat(peers.get(0).slice().share()).as("the other one has all").isLessThan(0.05);
    fleet.run(SECOND);
    assertThat(peers.get(0).slice().share()).isGreaterThan(0.3);
  }

  @Test
  void whoStandsStillShowsNoStoreAndWhoRestsWhatItKnewLast() {
    List<ToyFleet.Peer> peers = peers(2);
    fleet.run(SECOND);
    peers.get(0).freeze();
    peers.get(1).rest();
    fleet.run(SECOND.multipliedBy(3));
    assertThat(peers.get(0).reading().store()).isEqualTo(Store.SILENT);
    assertThat(peers.get(1).reading().store()).isEqualTo(Store.LEASES);
    peers.get(0).thaw();
    fleet.run(SECOND);
    assertThat(peers.get(0).reading().store()).isEqualTo(Store.LEASES);
  }

  @Test
  void aCooldownOfOneMemberHoldsForAllWithinATenthOfASecond() {
    List<ToyFleet.Peer> peers = peers(3);
    fleet.run(SECOND);
    peers.get(1).coolDown(SECOND.multipliedBy(7));
    fleet.run(Duration.ofMillis(100));
    for (ToyFleet.Peer peer : peers) {
      assertThat(peer.cooldownMillis()).isBetween(6_800L, 6_900L);
    }
    assertThat(fleet.join("late").cooldownMillis()).as("who comes later").isBetween(6_700L, 6_900L);
  }

  @Test
  void aCooldownHoldsForAllBeforeAnyoneLooks() {
    List<ToyFleet.Peer> peers = peers(3);
    fleet.run(SECOND);
    peers.get(1).coolDown(SECOND.multipliedBy(7));
    assertThat(peers).allSatisfy(peer -> assertThat(peer.cooldownMillis()).isEqualTo(7_000));
  }

  @Test
  void aCooldownIsSentAndReceivedWhileMembersAreBusy() {
    List<ToyFleet.Peer> peers = peers(3);
    fleet.run(SECOND);
    peers.forEach(ToyFleet.Peer::keepBusy);
    peers.get(1).coolDown(SECOND.multipliedBy(7));
    assertThat(peers).allSatisfy(peer -> assertThat(peer.cooldownMillis()).isEqualTo(7_000));
  }

  @Test
  void aCooldownThatDidNotReachTheStoreIsPublishedAgain() {
    List<ToyFleet.Peer> peers = peers(3);
    fleet.run(SECOND);
    fleet.store().down(true);
    peers.get(1).coolDown(SECOND.multipliedBy(7));
    fleet.run(Duration.ofMillis(200));
    fleet.store().down(false);
    fleet.run(Duration.ofMillis(500));
    assertThat(peers)
        .allSatisfy(peer -> assertThat(peer.cooldownMillis()).isBetween(6_200L, 6_400L));
  }

  @Test
  void aCooldownIsPublishedTwiceASecondWhileTheStoreIsDown() {
    ToyFleet.Peer peer = fleet.join("a");
    fleet.run(SECOND);
    fleet.store().down(true);
    peer.coolDown(SECOND.multipliedBy(30));
    assertThat(fleet.operations(SECOND.multipliedBy(10)).get("tell")).isBetween(16, 20);
  }

  @Test
  void aWayOfCountingThatDidNotReachTheStoreIsPublishedAgain() {
    ToyFleet wide = new ToyFleet(new TargetQuota.Joint(0, (long) (240 * ToyFleet.PER_SECOND), 1));
    ToyFleet.Peer peer = wide.join("a");
    wide.join("b");
    wide.run(SECOND.multipliedBy(10));
    wide.store().down(true);
    peer.load(2 * ALL);
    assertThat(wide.measure(SECOND.multipliedBy(20)).refused()).isGreaterThan(0.01);
    wide.store().down(false);
    wide.run(SECOND.multipliedBy(4));
    assertThat(wide.store().connect().facts(List.of()).toCompletableFuture().join())
        .extracting(Fact::kind)
        .containsExactly(Kind.WINDOWED);
    assertThat(peer.slice().windowed()).isTrue();
    assertThat(peer.slice().learning()).isFalse();
    wide.store().flush();
    wide.run(SECOND);
    assertThat(peer.slice().learning()).isTrue();
  }

  @Test
  void aSpentQuotaForTheDayOfOneMemberHoldsForAll() {
    List<ToyFleet.Peer> peers = peers(3);
    fleet.run(SECOND);
    fleet.spendTheDay();
    peers.getFirst().load(1);
    fleet.run(SECOND.multipliedBy(10));
    assertThat(peers).allSatisfy(peer -> assertThat(peer.cooldownMillis()).isGreaterThan(60_000));
  }

  private List<ToyFleet.Peer> peers(int count) {
    List<ToyFleet.Peer> peers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      peers.add(fleet.join("m" + i));
    }
    return peers;
  }
}
