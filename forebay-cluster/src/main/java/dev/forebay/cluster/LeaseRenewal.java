package dev.forebay.cluster;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Asks the store for a member's leases, and says with them that it is there: all that is due, or
 * soon would be, at once. Not thread-safe: for the member's executor.
 */
final class LeaseRenewal {
  static final long ALIVE_MILLIS = 1_000;

  private final String id;
  private final SharedStore store;
  private final StoreAccess access;
  private final Membership membership;
  private final Consumer<SharedStore.Renewed> answered;
  private final Consumer<Share> tell;
  private long nextAliveMillis = Long.MIN_VALUE;

  /**
   * Of that member.
   *
   * @param answered receives what the store answers
   * @param tell gives a target its part
   */
  LeaseRenewal(
      String id,
      SharedStore store,
      StoreAccess access,
      Membership membership,
      Consumer<SharedStore.Renewed> answered,
      Consumer<Share> tell) {
    this.id = id;
    this.store = store;
    this.access = access;
    this.membership = membership;
    this.answered = answered;
    this.tell = tell;
  }

  /** Whether the member has to say that it is there. */
  boolean isDue(long nowMillis) {
    return nowMillis >= nextAliveMillis;
  }

  /** With the next look it says that the member is there, whenever it did so last. */
  void hurry() {
    nextAliveMillis = Long.MIN_VALUE;
  }

  /** Asks what is due, and with it what soon would be. */
  void renew(Collection<Share> shares, long nowMillis) {
    List<SharedStore.Lease> leases = new ArrayList<>();
    for (Share share : shares) {
      switch (share.holder.nextAlong(nowMillis)) {
        case null -> {}
        case LeaseHolder.Request.Lease lease ->
            leases.add(
                new SharedStore.Lease(
                    share.quota, owner(share), lease.seq(), lease.wants(), lease.has()));
        case LeaseHolder.Request.GiveBack back -> giveBack(share, back);
      }
      // Less counts before the store knows of it.
      tell.accept(share);
    }
    boolean says = nowMillis + (leases.isEmpty() ? 0 : LeaseHolder.ALONG_MILLIS) >= nextAliveMillis;
    if (!says && leases.isEmpty()) {
      return;
    }
    Optional<SharedStore.Presence> presence = Optional.empty();
    if (says) {
      nextAliveMillis = nowMillis + ALIVE_MILLIS;
      List<String> quotas = shares.stream().map(share -> share.quota).distinct().toList();
      presence = Optional.of(new SharedStore.Presence(id, membership.asks(), quotas));
    }
    store
        .renew(new SharedStore.Renewal(presence, leases))
        .forEach(trip -> access.ask(trip, answered));
  }

  private void giveBack(Share share, LeaseHolder.Request.GiveBack back) {
    access.ask(
        store.giveBack(share.quota, owner(share), back.seq(), back.has()),
        done -> share.holder.acknowledged(back.seq()));
  }

  /** The target is shared no more; when the store has heard so. */
  CompletionStage<?> giveBack(Share share, long nowMillis) {
    if (share.holder.last(nowMillis) instanceof LeaseHolder.Request.GiveBack back) {
      CompletionStage<?> given = store.giveBack(share.quota, owner(share), back.seq(), back.has());
      access.ask(given, done -> {});
      return given;
    }
    return CompletableFuture.completedStage(true);
  }

  /**
   * The member goes: it gives everything back, and settles what was used beyond.
   *
   * @return ends when the store has heard all of it, or cannot be reached
   */
  CompletionStage<?> leave(
      Collection<Share> shares, ToDoubleFunction<Share> owedSeconds, long nowMillis) {
    List<CompletionStage<?>> said = new ArrayList<>();
    for (Share share : shares) {
      double owed = owedSeconds.applyAsDouble(share);
      if (owed > 0) {
        said.add(store.settle(share.quota, (long) (owed * 1_000 * Grant.WHOLE)));
      }
      said.add(giveBack(share, nowMillis));
    }
    said.add(store.leave(id));
    return CompletableFuture.allOf(
        said.stream()
            .map(each -> each.handle((heard, failure) -> true).toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new));
  }

  /** Of that share alone: what another one was granted, also of the same target, is not its own. */
  String owner(Share share) {
    return id + ":" + share.target.name() + "#" + share.number;
  }
}
