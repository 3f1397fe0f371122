package dev.forebay.cluster;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.cluster.SharedStore.Fact;
import dev.forebay.cluster.SharedStore.Kind;
import dev.forebay.cluster.SharedStore.Members;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every shared store does. */
abstract class SharedStoreKit {
  private static final String QUOTA = "111122223333 us-east-1 anthropic.claude {odd}";

  private SharedStore store;
  private SharedStore other;

  /** A connection of its own to the same store, empty before each test. */
  abstract SharedStore connect();

  /** Forgets all that the store holds. */
  abstract void flush();

  /** Lets time pass, by the store's clock. */
  abstract void pass(long millis);

  @BeforeEach
  void connectBoth() {
    flush();
    store = connect();
    other = connect();
  }

  @Test
  void aNewBookLearnsForOneLeaseAndConfirmsWhatIsHeld() {
    assertThat(lease("a", 1, 600_000, 250_000)).isEqualTo(new Grant(250_000, 600_000, true, false));
    assertThat(lease("b", 1, 600_000, 0)).isEqualTo(new Grant(0, 500_000, true, false));
    pass(LeaseBook.LEASE_MILLIS);
    assertThat(lease("b", 2, 600_000, 0)).isEqualTo(new Grant(600_000, 600_000, false, false));
  }

  @Test
  void needsAreMetWhereTheyFitAndSharedWhereNot() {
    learn();
    assertThat(lease("a", 1, Grant.WHOLE, 0).granted()).isEqualTo(Grant.WHOLE);
    assertThat(lease("b", 1, 500_000, 0)).isEqualTo(new Grant(0, 333_333, false, false));
    assertThat(lease("a", 2, Grant.WHOLE, Grant.WHOLE).granted()).isEqualTo(666_666);
    assertThat(lease("b", 2, 500_000, 0).granted()).as("not confirmed yet").isZero();
    giveBack("a", 3, 666_666);
    assertThat(lease("b", 3, 500_000, 0).granted()).isEqualTo(333_333);
    giveBack("a", 4, 0);
    assertThat(lease("b", 4, 500_000, 333_333).granted()).isEqualTo(500_000);
  }

  @Test
  void whatWasOvertakenIsIgnored() {
    learn();
    lease("a", 5, 400_000, 0);
    giveBack("a", 4, 0);
    assertThat(lease("a", 5, 100_000, 0)).isEqualTo(Grant.LATE);
    assertThat(lease("b", 1, Grant.WHOLE, 0).granted()).isEqualTo(600_000);
  }

  @Test
  void aCrashGivesItBackWithinALease() {
    learn();
    lease("a", 1, Grant.WHOLE, 0);
    pass(LeaseBook.LEASE_MILLIS);
    assertThat(lease("b", 1, 400_000, 0).granted()).isEqualTo(400_000);
  }

  @Test
  void aDebtIsWithheldAndPaid() {
    learn();
    join(store.settle(QUOTA, 200_000_000));
    assertThat(lease("a", 1, Grant.WHOLE, 0).granted()).isBetween(800_000, 850_000);
    pass(1_500);
    assertThat(lease("a", 2, Grant.WHOLE, 800_000).granted()).isEqualTo(Grant.WHOLE);
  }

  @Test
  void aStoreThatForgotConfirmsButGrantsNothingNew() {
    learn();
    lease("a", 1, 700_000, 0);
    flush();
    assertThat(lease("b", 1, 700_000, 0).granted()).isZero();
    assertThat(lease("a", 2, 700_000, 700_000)).isEqualTo(new Grant(500_000, 500_000, true, false));
  }

  @Test
  void quotasHaveNothingToDoWithEachOther() {
    learn();
    lease("a", 1, Grant.WHOLE, 0);
    join(store.lease("another", "a", 1, Grant.WHOLE, 0));
    pass(LeaseBook.LEASE_MILLIS);
    assertThat(join(other.lease("another", "b", 1, Grant.WHOLE, 0)).granted())
        .isEqualTo(Grant.WHOLE);
  }

  /** All is asked before any answer is looked at, so that leases do not end on a slow machine. */
  @Test
  void itGrantsExactlyWhatTheBookGrants() {
    // A script that the server does not know yet would be overtaken.
    join(store.lease("another", "a", 1, 1, 0));
    join(store.giveBack("another", "a", 2, 0));
    learn();
    LeaseBook book = new LeaseBook();
    book.counted(0);
    SplittableRandom random = new SplittableRandom(5);
    int[] has = new int[4];
    List<Grant> expected = new ArrayList<>();
    List<CompletionStage<Grant>> granted = new ArrayList<>();
    for (int seq = 1; seq <= 200; seq++) {
      int who = random.nextInt(4);
      String owner = "m" + who;
      if (random.nextInt(4) == 0) {
        has[who] = random.nextInt(has[who] + 1);
        var unused = store.giveBack(QUOTA, owner, seq, has[who]);
        book.giveBack(owner, seq, has[who], LeaseBook.LEASE_MILLIS);
      } else {
        int wants = random.nextInt(Grant.WHOLE + 1);
        granted.add(store.lease(QUOTA, owner, seq, wants, has[who]));
        Grant grant = book.lease(owner, seq, wants, has[who], LeaseBook.LEASE_MILLIS);
        expected.add(grant);
        has[who] = grant.granted();
      }
    }
    assertThat(granted.stream().map(SharedStoreKit::join).toList()).isEqualTo(expected);
  }

  @Test
  void membersAreThoseWhoSpokeLately() {
    assertThat(join(store.alive("a")).count()).isEqualTo(1);
    assertThat(join(other.alive("b")))
        .satisfies(members -> assertThat(members.count()).isEqualTo(2))
        .satisfies(members -> assertThat(members.names()).containsExactlyInAnyOrder("a", "b"));
    join(store.leave("a"));
    assertThat(join(other.alive("b")).names()).containsExactly("b");
    pass(SharedStore.MEMBER_MILLIS);
    assertThat(join(store.alive("c")).names()).containsExactly("c");
  }

  @Test
  void aFactReachesAllAtOnceAndThoseWhoMissedItLater() throws InterruptedException {
    BlockingQueue<Fact> heard = new LinkedBlockingQueue<>();
    other.listen(heard::add);
    Members before = join(other.alive("b"));
    awaitListening(heard);
    Fact fact = new Fact(Kind.COOLDOWN, QUOTA, 3_000, "a");
    join(store.tell(fact));
    assertThat(heard.poll(5, SECONDS)).isEqualTo(fact);
    join(store.tell(new Fact(Kind.COOLDOWN, QUOTA, 2_900, "b")));
    assertThat(join(other.alive("b")).version()).isGreaterThan(before.version());
    assertThat(join(other.facts(Set.of())))
        .filteredOn(each -> each.about().equals(QUOTA))
        .hasSize(1);
    join(store.tell(new Fact(Kind.COOLDOWN, QUOTA, 4_000, "a")));
    assertThat(heard.poll(5, SECONDS))
        .as("the shorter one was not published")
        .isNotNull()
        .extracting(Fact::millis)
        .isEqualTo(4_000L);
    pass(4_000);
    assertThat(join(other.facts(Set.of())))
        .filteredOn(each -> each.about().equals(QUOTA))
        .isEmpty();
  }

  @Test
  void theFirstOfThoseWhoLearnIsHeardAndTheOthersAreTold() throws InterruptedException {
    BlockingQueue<Fact> heard = new LinkedBlockingQueue<>();
    other.listen(heard::add);
    awaitListening(heard);
    assertThat(join(store.learn("new", 0, 600_000, "a"))).isEqualTo(600_000);
    assertThat(join(other.learn("new", 0, 500_000, "b"))).as("too late").isEqualTo(600_000);
    assertThat(heard.poll(5, SECONDS)).isEqualTo(new Fact(Kind.LEARNED, "new", 600_000, "a"));
    assertThat(join(other.learn("new", 600_000, 500_000, "b"))).isEqualTo(500_000);
    assertThat(heard.poll(5, SECONDS)).isEqualTo(new Fact(Kind.LEARNED, "new", 500_000, "b"));
    assertThat(join(store.facts(Set.of())))
        .filteredOn(fact -> fact.about().equals("new"))
        .containsExactly(new Fact(Kind.LEARNED, "new", 500_000, "-"));
    flush();
    assertThat(join(store.learn("new", 500_000, 400_000, "a"))).as("lost").isZero();
  }

  @Test
  void whoFindsATargetBrokenIsCountedForAWhileAndOneProbes() throws InterruptedException {
    BlockingQueue<Fact> heard = new LinkedBlockingQueue<>();
    other.listen(heard::add);
    awaitListening(heard);
    assertThat(join(store.open(QUOTA, "a", true))).isEqualTo(1);
    assertThat(join(store.open(QUOTA, "a", true))).isEqualTo(1);
    assertThat(join(other.open(QUOTA, "b", true))).isEqualTo(2);
    assertThat(join(other.facts(Set.of(QUOTA, "another"))))
        .as("who comes later")
        .contains(new Fact(Kind.OPEN, QUOTA, 2, "-"))
        .noneMatch(fact -> fact.about().equals("another"));
    long version = join(store.alive("a")).version();
    assertThat(join(other.open(QUOTA, "b", false))).isEqualTo(1);
    assertThat(join(store.alive("a")).version()).isGreaterThan(version);
    assertThat(heard.poll(5, SECONDS)).isEqualTo(new Fact(Kind.OPEN, QUOTA, 1, "a"));
    assertThat(heard.poll(5, SECONDS)).isEqualTo(new Fact(Kind.OPEN, QUOTA, 2, "b"));
    assertThat(heard.poll(5, SECONDS)).isEqualTo(new Fact(Kind.CLOSED, QUOTA, 1, "b"));
    assertThat(join(store.probe(QUOTA, "a", SharedStore.PROBE_MILLIS))).isZero();
    assertThat(join(store.probe(QUOTA, "a", SharedStore.PROBE_MILLIS))).as("its own").isZero();
    assertThat(join(other.probe(QUOTA, "b", SharedStore.PROBE_MILLIS)))
        .isBetween(1L, SharedStore.PROBE_MILLIS);
    join(store.open(QUOTA, "a", false));
    assertThat(join(other.probe(QUOTA, "b", SharedStore.PROBE_MILLIS))).as("given back").isZero();
    assertThat(join(store.open(QUOTA, "a", true))).isEqualTo(1);
    pass(SharedStore.PROBE_MILLIS);
    assertThat(join(store.probe(QUOTA, "a", SharedStore.PROBE_MILLIS))).as("expired").isZero();
    assertThat(join(other.open(QUOTA, "b", true))).as("what a said is over").isEqualTo(1);
  }

  /** The subscription is made beside the first operations. */
  private void awaitListening(BlockingQueue<Fact> heard) throws InterruptedException {
    for (int i = 0; i < 100; i++) {
      join(store.tell(new Fact(Kind.COOLDOWN, "try " + i, 60_000, "a")));
      if (heard.poll(50, java.util.concurrent.TimeUnit.MILLISECONDS) != null) {
        while (heard.poll(200, java.util.concurrent.TimeUnit.MILLISECONDS) != null) {}
        return;
      }
    }
    throw new AssertionError("nothing was heard");
  }

  private void learn() {
    join(store.settle(QUOTA, 0));
    pass(LeaseBook.LEASE_MILLIS);
  }

  private Grant lease(String owner, long seq, int wants, int has) {
    return join(store.lease(QUOTA, owner, seq, wants, has));
  }

  private void giveBack(String owner, long seq, int has) {
    join(store.giveBack(QUOTA, owner, seq, has));
  }

  static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }
}
