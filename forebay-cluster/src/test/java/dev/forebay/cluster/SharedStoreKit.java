package dev.forebay.cluster;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.cluster.SharedStore.Fact;
import dev.forebay.cluster.SharedStore.Granted;
import dev.forebay.cluster.SharedStore.Kind;
import dev.forebay.cluster.SharedStore.Lease;
import dev.forebay.cluster.SharedStore.Members;
import dev.forebay.cluster.SharedStore.Presence;
import dev.forebay.cluster.SharedStore.Renewal;
import dev.forebay.cluster.SharedStore.Renewed;
import dev.forebay.core.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every shared store does. */
abstract class SharedStoreKit {
  private static final String QUOTA = "111122223333 us-east-1 anthropic.claude {odd}";

  private SharedStore store;
  private SharedStore other;

  /** A connection of its own to the same store, empty before each test. */
  abstract SharedStore connect(int weight);

  /** Drops all that the store holds. */
  abstract void flush();

  /** Lets time pass, by the store's clock. */
  abstract void pass(long millis);

  @BeforeEach
  void connectBoth() {
    flush();
    store = connect(1);
    other = connect(1);
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
  void aWeightCountsWhereThereIsLessThanAllWant() {
    SharedStore heavy = connect(3);
    learn();
    lease("light", 1, Grant.WHOLE, 0);
    assertThat(join(heavy.lease(QUOTA, "heavy", 1, Grant.WHOLE, 0)))
        .isEqualTo(new Grant(0, 750_000, false, false));
    assertThat(lease("light", 2, Grant.WHOLE, Grant.WHOLE).granted()).isEqualTo(250_000);
    giveBack("light", 3, 250_000);
    Lease asked = lease(QUOTA, "heavy", 2, Grant.WHOLE);
    Renewed renewed = join(heavy.renew(new Renewal(Optional.empty(), List.of(asked))).getFirst());
    assertThat(renewed.granted().getFirst().grant().granted()).isEqualTo(750_000);
    assertThat(join(heavy.lease(QUOTA, "heavy", 3, 200_000, 750_000)).granted())
        .as("no more than it wants")
        .isEqualTo(200_000);
    join(heavy.giveBack(QUOTA, "heavy", 4, 200_000));
    assertThat(lease("light", 4, Grant.WHOLE, 250_000).granted()).isEqualTo(800_000);
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
  void whoHoldsWhatIsKnownToAllUntilItEnds() {
    learn();
    lease("a", 1, 300_000, 0);
    lease("b", 1, Grant.WHOLE, 0);
    List<SharedStore.Held> held = other.held(QUOTA).toCompletableFuture().join();
    assertThat(held)
        .containsExactlyInAnyOrder(
            new SharedStore.Held("a", 300_000, 300_000),
            new SharedStore.Held("b", Grant.WHOLE, 700_000));
    pass(LeaseBook.LEASE_MILLIS);
    assertThat(other.held(QUOTA).toCompletableFuture().join()).isEmpty();
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

  /** Tried again where a slow machine let leases end meanwhile. */
  @Test
  void itGrantsExactlyWhatTheBookGrants() {
    int[] weights = {1, 1, 7, 1_000};
    List<SharedStore> members = IntStream.of(weights).mapToObj(this::connect).toList();
    Ticker clock = Ticker.system();
    for (int attempt = 0; attempt < 20; attempt++) {
      String quota = "exact " + attempt;
      join(store.settle(quota, 0));
      pass(LeaseBook.LEASE_MILLIS);
      LeaseBook book = new LeaseBook();
      book.counted(0);
      SplittableRandom random = new SplittableRandom(5);
      int[] has = new int[weights.length];
      List<Grant> expected = new ArrayList<>();
      List<Grant> granted = new ArrayList<>();
      long from = clock.nanos();
      for (int seq = 1; seq <= 200; seq++) {
        int who = random.nextInt(weights.length);
        String owner = "m" + who;
        if (random.nextInt(4) == 0) {
          has[who] = random.nextInt(has[who] + 1);
          join(members.get(who).giveBack(quota, owner, seq, has[who]));
          book.giveBack(owner, seq, has[who], LeaseBook.LEASE_MILLIS);
        } else {
          int wants = random.nextInt(Grant.WHOLE + 1);
          granted.add(join(members.get(who).lease(quota, owner, seq, wants, has[who])));
          int weight = weights[who];
          expected.add(book.lease(owner, seq, wants, has[who], weight, LeaseBook.LEASE_MILLIS));
          has[who] = expected.getLast().granted();
        }
      }
      if (clock.nanos() - from < MILLISECONDS.toNanos(LeaseBook.LEASE_MILLIS)) {
        assertThat(granted).isEqualTo(expected);
        return;
      }
    }
    throw new AssertionError("the store was too slow each time");
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
  void theFirstOfThoseWhoLearnIsHeardAndTheOthersGetItsValue() throws InterruptedException {
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

  @Test
  void aRenewalAnswersWhatItsPartsAnswer() {
    learn();
    join(store.settle("another", 0));
    pass(LeaseBook.LEASE_MILLIS);
    join(other.alive("b"));
    join(other.tell(new Fact(Kind.COOLDOWN, QUOTA, 60_000, "b")));
    join(other.open("another", "b", true));
    join(other.learn(QUOTA, 0, 600_000, "b"));
    Renewed first =
        renew(
            present("a", 0), lease(QUOTA, "a:1", 1, 600_000), lease("another", "a:2", 1, 500_000));
    Members members = first.members().orElseThrow();
    assertThat(members.names()).containsExactlyInAnyOrder("a", "b");
    assertThat(members).isEqualTo(join(store.alive("a")));
    assertThat(first.facts())
        .hasSize(3)
        .contains(new Fact(Kind.OPEN, "another", 1, "-"))
        .contains(new Fact(Kind.LEARNED, QUOTA, 600_000, "-"))
        .anyMatch(fact -> fact.kind() == Kind.COOLDOWN && fact.about().equals(QUOTA));
    assertThat(first.granted().stream().map(Granted::grant))
        .containsExactly(
            new Grant(600_000, 600_000, false, false), new Grant(500_000, 500_000, false, false));
    assertThat(first.granted().stream().map(granted -> granted.asked().owner()))
        .containsExactly("a:1", "a:2");
    assertThat(lease("b", 1, Grant.WHOLE, 0).granted()).as("what is left").isEqualTo(400_000);
  }

  @Test
  void aRenewalBringsFactsOnlyToThoseWhoHaveNotHeardTheLastOne() {
    long known = join(store.alive("a")).version();
    join(other.open(QUOTA, "b", true));
    Renewed missed = renew(present("a", known));
    assertThat(missed.facts()).containsExactly(new Fact(Kind.OPEN, QUOTA, 1, "-"));
    Renewed heard = renew(present("a", missed.members().orElseThrow().version()));
    assertThat(heard.members()).isEqualTo(missed.members());
    assertThat(heard.facts()).isEmpty();
  }

  @Test
  void aRenewalMayLeaveOutEitherPart() {
    learn();
    Renewed leased = renew(Optional.empty(), lease(QUOTA, "a", 2, 300_000));
    assertThat(leased.members()).isEmpty();
    assertThat(leased.granted().getFirst().grant().granted()).isEqualTo(300_000);
    Renewed late = renew(Optional.empty(), lease(QUOTA, "a", 2, 300_000));
    assertThat(late.granted().getFirst().grant()).isEqualTo(Grant.LATE);
    assertThat(renew(present("a", 0)).granted()).isEmpty();
  }

  /** While gateways are replaced, some ask by a renewal, others by its parts. */
  @Test
  void thoseWhoAskByPartsShareTheSameQuota() {
    learn();
    assertThat(lease("old", 1, 700_000, 0).granted()).isEqualTo(700_000);
    Renewed renewed = renew(present("new", 0), lease(QUOTA, "new:1", 1, 700_000));
    assertThat(renewed.granted().getFirst().grant())
        .isEqualTo(new Grant(300_000, 500_000, false, false));
    assertThat(lease("old", 2, 700_000, 700_000).granted()).isEqualTo(500_000);
    assertThat(join(other.alive("old")).names()).containsExactlyInAnyOrder("old", "new");
  }

  private Renewed renew(Optional<Presence> presence, Lease... leases) {
    List<CompletionStage<Renewed>> trips = store.renew(new Renewal(presence, List.of(leases)));
    assertThat(trips).as("round trips").hasSize(1);
    return join(trips.getFirst());
  }

  private static Optional<Presence> present(String member, long version) {
    return Optional.of(new Presence(member, version, List.of(QUOTA, "another")));
  }

  private static Lease lease(String quota, String owner, long seq, int wants) {
    return new Lease(quota, owner, seq, wants, 0);
  }

  /** The subscription is made beside the first operations. */
  private void awaitListening(BlockingQueue<Fact> heard) throws InterruptedException {
    for (int i = 0; i < 100; i++) {
      join(store.tell(new Fact(Kind.COOLDOWN, "try " + i, 60_000, "a")));
      if (heard.poll(50, MILLISECONDS) != null) {
        Fact last = new Fact(Kind.COOLDOWN, "the last try", 60_000, "a");
        join(store.tell(last));
        Fact next;
        do {
          next = heard.poll(5, SECONDS);
          assertThat(next).isNotNull();
        } while (!last.equals(next));
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
