package dev.forebay.cluster;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * What gateways share: which member holds which part of a quota, which members there are, and facts
 * for all. Every operation returns at once; its stage fails if the store cannot be reached, and may
 * be completed on any thread, or never. Thread-safe.
 */
public interface SharedStore extends AutoCloseable {
  /**
   * Leases a part of a quota, or renews the lease, with the weight of this connection; see {@link
   * LeaseBook#lease}.
   *
   * @param quota names it, the same in all members
   */
  CompletionStage<Grant> lease(String quota, String owner, long seq, int wants, int has);

  /**
   * All that a member asks regularly, in as few round trips as the store can: here, where parts of
   * it are in different places, each part in one of its own, so that one place which fails
   * withholds no answer of another.
   *
   * @return of each round trip what it answers
   */
  default List<CompletionStage<Renewed>> renew(Renewal asked) {
    List<CompletionStage<Renewed>> trips = new ArrayList<>();
    asked
        .presence()
        .ifPresent(
            here ->
                trips.add(
                    alive(here.member())
                        .thenCompose(
                            members ->
                                members.version() == here.version()
                                    ? CompletableFuture.completedFuture(
                                        Renewed.of(members, List.of()))
                                    : facts(here.quotas())
                                        .thenApply(facts -> Renewed.of(members, facts)))));
    for (Lease lease : asked.leases()) {
      trips.add(
          lease(lease.quota(), lease.owner(), lease.seq(), lease.wants(), lease.has())
              .thenApply(grant -> Renewed.of(lease, grant)));
    }
    return trips;
  }

  /** The owner holds no more than so much; with 0 its lease is over. */
  CompletionStage<?> giveBack(String quota, String owner, long seq, int has);

  /** Which members lease which part of a quota now: at most a hundred, none of them twice. */
  CompletionStage<List<Held>> held(String quota);

  /**
   * Withholds what was used of a quota without a grant.
   *
   * @param millis milliseconds of the whole quota, times a million
   */
  CompletionStage<?> settle(String quota, long millis);

  /**
   * The member counts as present for the next {@link #MEMBER_MILLIS}.
   *
   * @return which members there are, this one included
   */
  CompletionStage<Members> alive(String member);

  /** The member goes. */
  CompletionStage<?> leave(String member);

  /**
   * Publishes a fact to all members, at once. One that is known to hold as long is not published
   * again.
   */
  CompletionStage<?> tell(Fact fact);

  /**
   * Sets a quota that is not configured, unless another member was faster. All members receive it
   * as a {@link Kind#LEARNED} fact.
   *
   * @param from the tokens a minute that are replaced; 0 for none
   * @param to the tokens a minute from now on, from 1 to {@link #MOST_PER_MINUTE}
   * @return what is in force now; 0 if there is nothing, since the store has lost it
   */
  CompletionStage<Long> learn(String quota, long from, long to, String by);

  /**
   * Says whether the member has found a target broken; true counts for {@link #MEMBER_MILLIS},
   * false gives the permission to {@link #probe} back. All members receive a change as an {@link
   * Kind#OPEN} or {@link Kind#CLOSED} fact.
   *
   * @return how many members say so now
   */
  CompletionStage<Long> open(String quota, String member, boolean open);

  /**
   * Asks for permission to find out whether a target works again, or keeps it.
   *
   * @param millis how long from now on
   * @return 0 for permission, or after how many milliseconds another one may have it
   */
  CompletionStage<Long> probe(String quota, String member, long millis);

  /**
   * The facts that hold now, for members that may have missed one.
   *
   * @param quotas those of which it is said how many members have found the target broken, if any
   *     has
   */
  CompletionStage<List<Fact>> facts(Collection<String> quotas);

  /**
   * Receives facts as they are published, its own ones too. Called once, before the first
   * operation.
   */
  void listen(Consumer<Fact> listener);

  /** Nothing will be asked for a while: what waits for that may end until then. */
  default void rest() {}

  @Override
  void close();

  /** How long a member that says nothing is counted: several times what it is silent for. */
  long MEMBER_MILLIS = 5_000;

  /** A probe that takes longer may not be the only one. */
  long PROBE_MILLIS = 5_000;

  /** Exact in the numbers of scripts, and more than any quota. */
  long MOST_PER_MINUTE = 1_000_000_000_000L;

  /**
   * The members.
   *
   * @param count all of them
   * @param version changes with each fact that is published
   * @param names at most a hundred
   */
  record Members(int count, long version, List<String> names) {
    public Members {
      names = List.copyOf(names);
    }
  }

  /**
   * What a member asks regularly.
   *
   * @param presence whether it says that it is there, too
   * @param leases what it leases or renews
   */
  record Renewal(Optional<Presence> presence, List<Lease> leases) {
    public Renewal {
      leases = List.copyOf(leases);
    }
  }

  /**
   * The member is there: see {@link SharedStore#alive}.
   *
   * @param version of the facts that it has heard
   * @param quotas see {@link SharedStore#facts}
   */
  record Presence(String member, long version, List<String> quotas) {
    public Presence {
      quotas = List.copyOf(quotas);
    }
  }

  /** A part of a quota is leased: see {@link SharedStore#lease}. */
  record Lease(String quota, String owner, long seq, int wants, int has) {}

  /**
   * What one round trip answers to a {@link Renewal}.
   *
   * @param members who is there, if that was asked in it
   * @param facts those that hold now, if the member had not heard the last one
   */
  record Renewed(Optional<Members> members, List<Fact> facts, List<Granted> granted) {
    public Renewed {
      facts = List.copyOf(facts);
      granted = List.copyOf(granted);
    }

    static Renewed of(Members members, List<Fact> facts) {
      return new Renewed(Optional.of(members), facts, List.of());
    }

    static Renewed of(Lease asked, Grant grant) {
      return new Renewed(Optional.empty(), List.of(), List.of(new Granted(asked, grant)));
    }
  }

  /** A lease as the store knows it, in millionths of the quota. */
  record Held(String owner, int wants, int has) {}

  /** What was granted to whom. */
  record Granted(Lease asked, Grant grant) {}

  /**
   * A fact that holds for all members.
   *
   * @param about the quota that it is about
   * @param millis how long it holds yet; of a learned quota it is the tokens a minute, of a circuit
   *     the number of members that have it open
   * @param by the member that says so
   */
  record Fact(Kind kind, String about, long millis, String by) {}

  /** What a fact says. */
  enum Kind {
    /** The service asked to be left alone. */
    COOLDOWN,

    /** What the quota is, which is not configured. */
    LEARNED,

    /** The service counts the quota by minutes; see {@link FixedWindowDetector}. */
    WINDOWED,

    /** A member has found the target broken. */
    OPEN,

    /** A member has found the target to work. */
    CLOSED
  }
}
