package dev.forebay.cluster;

import dev.forebay.cluster.SharedStore.Fact;
import dev.forebay.cluster.SharedStore.Kind;
import dev.forebay.core.FleetReading;
import dev.forebay.core.Target;
import dev.forebay.core.Ticker;
import dev.forebay.core.admission.QuotaConsumption;
import dev.forebay.core.admission.QuotaEvidence;
import dev.forebay.core.admission.QuotaSlice;
import dev.forebay.core.targets.TargetRegistry;
import dev.forebay.core.targets.TargetState;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * One process of a fleet. It looks at its targets fifty times a second, at idle ones ten times,
 * leases what they need of their quotas, and gives each the part that it may use, with its end.
 * Calls only ever read that.
 *
 * <pre>
 * with a lease                        what was granted
 * store reachable, nothing leased     nothing: a first call begins by what its bucket holds, and
 *                                     brings a lease about
 * store unreachable, lease ended, a
 * store that has just begun, or one
 * that answers but does not lease     1 / members, as they were known last; divided by the
 *                                     targets of the quota that this member has
 * </pre>
 *
 * <p>All but {@link #reading} and cooldowns runs on the executor that it was given, one task at a
 * time.
 */
public final class Member {
  private static final long TICK_MILLIS = 20;

  /** A first call is noticed at once, and nothing else is so urgent. */
  private static final long IDLE_TICK_MILLIS = 100;

  /** Without an answer for so long the store counts as unreachable; leases still last longer. */
  static final long REACHABLE_MILLIS = 1_500;

  /** Longer than any process rests. */
  private static final long RESTS_NANOS = Duration.ofDays(3650).toNanos();

  private final String id;
  private final SharedStore store;
  private final TargetRegistry targets;
  private final Ticker ticker;
  private final Executor executor;
  private Map<String, Share> shares = new LinkedHashMap<>();
  private int made;
  private final Membership membership;
  private final StoreAccess access;
  private final FactPublisher publisher;
  private final SharedCooldowns cooldowns;
  private final SharedBreakers circuits;
  private final LeaseRenewal leases;
  private final MemberReading reading;
  private boolean everTicked;
  private volatile boolean resting;
  private final AtomicBoolean hurried = new AtomicBoolean();
  private volatile Runnable hurries = () -> {};
  private long nowMillis;
  private long nextTickMillis = TICK_MILLIS;

  /**
   * Takes part from the first {@link #tick}.
   *
   * @param id no other member's, not even this one's before a restart; without spaces
   * @param assumed how many members there are as long as the store has not said
   * @param ticker the calls' clock
   * @param executor one task at a time
   */
  public Member(
      String id,
      SharedStore store,
      int assumed,
      TargetRegistry targets,
      Ticker ticker,
      Executor executor) {
    this.id = id;
    this.store = store;
    this.membership = new Membership(id, assumed);
    this.targets = targets;
    this.ticker = ticker;
    this.executor = executor;
    this.cooldowns = new SharedCooldowns(targets, ticker);
    this.access = new StoreAccess(executor, membership::storeIsBack);
    this.publisher = new FactPublisher(id, store, access, executor);
    this.circuits = new SharedBreakers(id, store, access, membership, targets, ticker);
    this.leases = new LeaseRenewal(id, store, access, membership, this::renewed, this::tell);
    this.reading = new MemberReading(id, store, access, membership, assumed, ticker, () -> resting);
    store.listen(this::published);
  }

  /**
   * Shares the quotas of these targets from now on, and no others.
   *
   * @param quotas the name of each target's quota, the same in all members
   */
  public void share(Map<Target, String> quotas) {
    Map<String, Share> next = new LinkedHashMap<>();
    int before = made;
    quotas.forEach(
        (target, quota) -> {
          Share known = shares.remove(target.name());
          if (known != null && known.quota.equals(quota)) {
            known.reload(target);
            next.put(target.name(), known);
            return;
          }
          if (known != null) {
            leases.giveBack(known, nowMillis);
          }
          next.put(target.name(), new Share(target, quota, ++made));
        });
    shares.values().forEach(share -> leases.giveBack(share, nowMillis));
    if (made > before) {
      membership.missesFacts();
      leases.hurry();
    }
    shares = next;
    for (Share share : next.values()) {
      share.targets =
          (int) next.values().stream().filter(each -> each.quota.equals(share.quota)).count();
    }
    shares.values().forEach(this::hearUse);
    shares.values().forEach(this::tell);
    cooldowns.share(quotas, this::cooldownBegins);
  }

  /**
   * Asks for a {@link #tick} as soon as a call comes that finds nothing leased, so that those after
   * it need not wait for the next one. Called once, before the first.
   *
   * @param soon runs on the call's thread, at most once until a tick
   */
  public void listen(Runnable soon) {
    hurries = soon;
  }

  /** Does what is due. */
  public void tick(long now) {
    hurried.set(false);
    if (resting || (everTicked && now - nowMillis >= REACHABLE_MILLIS)) {
      resume(now);
    }
    everTicked = true;
    resting = false;
    nowMillis = now;
    access.tick(now);
    boolean isDue = leases.isDue(now);
    boolean idle = true;
    for (Share share : shares.values()) {
      if (!share.isIdle() || now - share.lookedMillis >= IDLE_TICK_MILLIS) {
        checkShare(share);
      }
      isDue |= share.holder.isDue(now);
      idle &= share.isIdle();
    }
    nextTickMillis = idle ? IDLE_TICK_MILLIS : TICK_MILLIS;
    if (isDue) {
      leases.renew(shares.values(), now);
    }
    reading.tick(shares, now);
  }

  private void checkShare(Share share) {
    long now = nowMillis;
    share.lookedMillis = now;
    TargetState state = targets.state(share.target, ticker.nanos());
    // Before it reads what is used.
    share.isUsed = false;
    QuotaConsumption use = state.use(ticker.nanos());
    boolean scarce = share.holder.isScarce(now);
    share.holder.wants(share.demand.wants(use, fair(share), scarce, now), now);
    tell(share);
    passCooldownOn(share.target, share.quota);
    QuotaEvidence seen = state.evidence(ticker.nanos());
    share.attempted(seen.attempts());
    if (share.counting.isFound(seen, now)) {
      tell(share);
      publisher.publish(
          Kind.WINDOWED,
          share.quota,
          share.counting.leftMillis(now),
          () -> share.counting.failed(nowMillis));
    }
    learn(share, seen, use);
    circuits.judge(share, state, now);
  }

  /** When the next {@link #tick} is due after the last one. */
  public long nextTickMillis() {
    return nextTickMillis;
  }

  /** Whether no target wants anything of its quota. */
  boolean isIdle() {
    for (Share share : shares.values()) {
      if (share.holder.wants() > 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Goes until the next {@link #tick}, which may come at any time. A call that comes meanwhile
   * begins as that of an idle member.
   */
  void rest() {
    resting = true;
    if (isReachable()) {
      for (Share share : shares.values()) {
        tell(share, share.nothing(fair(share), ticker.nanos() + RESTS_NANOS, nowMillis));
      }
    }
    CompletionStage<?> said = store.leave(id);
    ask(said, left -> {});
    var unused = said.whenComplete((left, failure) -> executor.execute(this::restStore));
  }

  private void restStore() {
    if (resting) {
      store.rest();
    }
  }

  /**
   * The process stood still, or rested. What a store grants that is thought to answer still is less
   * than the fair part, which is used without it.
   */
  private void resume(long now) {
    access.resumed(now);
    leases.hurry();
    shares.values().forEach(share -> share.holder.resumed(now));
  }

  /**
   * Gives everything back, settles what was used beyond, and goes.
   *
   * @return ends when the store has heard all of it, or cannot be reached
   */
  public CompletionStage<?> leave() {
    return leases.leave(shares.values(), this::owedSeconds, nowMillis);
  }

  private double owedSeconds(Share share) {
    long nanos = ticker.nanos();
    return targets.state(share.target, nanos).use(nanos).owedSeconds();
  }

  /** A first call is known of at once. */
  private void hearUse(Share share) {
    targets
        .state(share.target, ticker.nanos())
        .admission()
        .listen(
            () -> {
              if (share.isIdle()) {
                share.isUsed = true;
                if (hurried.compareAndSet(false, true)) {
                  hurries.run();
                }
              }
            });
  }

  /** What it knows, and for some seconds which member has which part; thread-safe. */
  public FleetReading watched() {
    return reading.watched();
  }

  /** What it knows; thread-safe. */
  public FleetReading reading() {
    return reading.reading();
  }

  private void renewed(SharedStore.Renewed answer) {
    answer.members().ifPresent(members -> membership.met(members, nowMillis));
    boolean isDue = false;
    for (SharedStore.Granted each : answer.granted()) {
      for (Share share : shares.values()) {
        if (leases.owner(share).equals(each.asked().owner())) {
          share.holder.granted(each.asked().seq(), each.grant(), nowMillis);
          tell(share);
          isDue |= share.holder.isDue(nowMillis);
        }
      }
    }
    answer.facts().forEach(this::hear);
    // What was held beyond it is given back at once.
    if (isDue) {
      leases.renew(shares.values(), nowMillis);
    }
  }

  /** Gives the target its part, if that has changed. */
  private void tell(Share share) {
    tell(share, share.slice(fair(share), isReachable(), nowMillis, ticker.nanos()));
  }

  private void tell(Share share, QuotaSlice slice) {
    if (share.isNews(slice)) {
      long nanos = ticker.nanos();
      targets.state(share.target, nanos).slice(slice, nanos);
    }
  }

  /** The target's part of the quota without the store. */
  private double fair(Share share) {
    return membership.fair() / share.targets;
  }

  private boolean isReachable() {
    return access.isReachable();
  }

  /** Without the store each learns for itself. */
  private void learn(Share share, QuotaEvidence seen, QuotaConsumption use) {
    if (!isReachable()) {
      return;
    }
    long from = share.rate.stored();
    long to =
        share.rate.proposes(
            seen,
            use.owedSeconds() > 0,
            share.counting.isSettled(nowMillis),
            share.part(),
            membership.count(),
            nowMillis);
    if (to > 0) {
      ask(store.learn(share.quota, from, to, id), inForce -> learned(share, inForce));
    }
  }

  private void windowed(Share share, long millis) {
    share.counting.is(millis, nowMillis);
    tell(share);
  }

  private void learned(Share share, long inForce) {
    share.rate.is(inForce, nowMillis);
    tell(share);
  }

  /** On any thread. */
  private void passCooldownOn(Target target, String quota) {
    long millis = cooldowns.news(target);
    if (millis > 0) {
      publisher.publish(Kind.COOLDOWN, quota, millis, () -> cooldowns.failed(target));
    }
  }

  /** On the call's thread: a cooldown does not wait for what else there is to do. */
  private void cooldownBegins(Target target, String quota) {
    if (!resting) {
      passCooldownOn(target, quota);
    }
  }

  /** On the store's thread; for the same reason. */
  private void published(Fact fact) {
    if (fact.kind() == Kind.COOLDOWN) {
      hear(fact);
    } else {
      executor.execute(() -> hear(fact));
    }
  }

  private void hear(Fact fact) {
    if (fact.by().equals(id)) {
      return;
    }
    switch (fact.kind()) {
      case COOLDOWN -> cooldowns.heard(fact.about(), fact.millis());
      case WINDOWED -> about(fact, share -> windowed(share, fact.millis()));
      case LEARNED -> about(fact, share -> learned(share, fact.millis()));
      case OPEN -> about(fact, share -> circuits.opened(share, Math.toIntExact(fact.millis())));
      case CLOSED -> about(fact, share -> circuits.works(share, Math.toIntExact(fact.millis())));
    }
  }

  private void about(Fact fact, Consumer<Share> then) {
    shares.values().stream().filter(share -> share.quota.equals(fact.about())).forEach(then);
  }

  private <T> void ask(CompletionStage<T> answer, Consumer<? super T> then) {
    access.ask(answer, then);
  }
}
