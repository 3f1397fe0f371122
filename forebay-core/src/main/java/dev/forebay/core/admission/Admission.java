package dev.forebay.core.admission;

import dev.forebay.core.Call;
import dev.forebay.core.Outcome;
import dev.forebay.core.Priority;
import dev.forebay.core.Step;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.admission.AdmissionQueue.Ticket;
import dev.forebay.core.concurrent.SpinLock;
import dev.forebay.core.estimate.LatencyProfile;
import dev.forebay.core.health.Cooldown;
import dev.forebay.core.health.RetryBudget;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets attempts on one target begin as its quota allows, in the order of {@link AdmissionQueue}.
 * Calls never block: a call that cannot begin gets a ticket, and is woken when the reservation is
 * there or when it has become first in the queue, since then it has to come back at the right time.
 *
 * <p>Every arrival, settlement and check of a ticket advances the queue for all calls. Reservations
 * are given to waiting calls, not fetched by them, so that a slow one does not delay the others.
 *
 * <p>{@code Dispatcher} decides and {@code Settlement} learns; here are the lock around both, and
 * the wake-ups after it.
 *
 * <p>Thread-safe. The lock guards a few dozen memory operations and is never held while anything
 * waits or another's code runs.
 */
public final class Admission {
  private final SpinLock lock = new SpinLock();
  private final Cooldown cooldown;
  private final LatencyProfile profile;
  private final Dispatcher dispatcher;
  private final Settlement settlement;
  private volatile Runnable listener = () -> {};

  /**
   * Nothing under way yet.
   *
   * @param profile learns what attempts take, under the same lock
   * @param budget learns what answers bring, likewise
   */
  public Admission(
      TargetQuota quota,
      Cooldown cooldown,
      LatencyProfile profile,
      RetryBudget budget,
      long nowNanos) {
    this.cooldown = cooldown;
    this.profile = profile;
    this.dispatcher = new Dispatcher(quota, cooldown, nowNanos);
    this.settlement = new Settlement(dispatcher, profile, budget);
  }

  /**
   * Counts by another quota from now on, with nothing used and nothing learned but inputs. Waiting
   * calls stay queued; what was reserved by the old quota is settled in the new one.
   */
  public void requota(TargetQuota quota, long nowNanos) {
    change(() -> dispatcher.requota(quota, nowNanos));
  }

  /**
   * Called for each call that comes while this process has no part of the quota, on the call's
   * thread. Replaces the last one.
   */
  public void listen(Runnable hears) {
    listener = hears;
  }

  /** Counts by this part of the quota from now on; waiting calls may begin earlier or later. */
  public void slice(QuotaSlice next, long nowNanos) {
    change(() -> dispatcher.slice(next, nowNanos));
  }

  /** Does what lets calls begin, and wakes these once the lock is free. */
  private void change(Supplier<List<Ticket>> what) {
    List<Ticket> woken;
    lock.lock();
    try {
      woken = what.get();
    } finally {
      lock.unlock();
    }
    wake(woken);
  }

  /** How the quota is used, and what is asked for. */
  public QuotaConsumption use(long nowNanos) {
    lock.lock();
    try {
      AdmissionQueue queue = dispatcher.queue();
      long waiting = queue.isEmpty() ? 0 : queue.tokensAhead(Priority.BATCH);
      return dispatcher.limiter().use(waiting, queue.size(), nowNanos);
    } finally {
      lock.unlock();
    }
  }

  /** What was found out of the quota of tokens. */
  public QuotaEvidence evidence(long nowNanos) {
    lock.lock();
    try {
      return dispatcher.limiter().evidence(nowNanos);
    } finally {
      lock.unlock();
    }
  }

  /** Gives a reservation at once; false if the call has to wait for it. */
  public boolean reserve(Reservation asked, long nowNanos) {
    boolean lacks;
    lock.lock();
    try {
      Limiter limiter = dispatcher.limiter();
      limiter.price(asked, nowNanos);
      if (!dispatcher.mayPass(asked, nowNanos)) {
        return false;
      }
      limiter.arrived(asked, nowNanos);
      dispatcher.begin(asked, nowNanos);
      lacks = limiter.isEmpty(nowNanos);
    } finally {
      lock.unlock();
    }
    if (lacks) {
      listener.run();
    }
    return true;
  }

  /**
   * Whether such a call would be let in at once.
   *
   * @param asked is given nothing; one serves for questions to several targets
   */
  public boolean isReady(Reservation asked, long nowNanos) {
    lock.lock();
    try {
      dispatcher.limiter().price(asked, nowNanos);
      return dispatcher.mayPass(asked, nowNanos);
    } finally {
      lock.unlock();
    }
  }

  /**
   * A place in the queue, or null if it is full. The reservation may be there at once.
   *
   * @param sinceNanos when the call came, which is its place within its class and tenant
   * @param giveUpNanos until when it waits; shortly before it is sent even where that is doubtful
   */
  public @Nullable Ticket join(
      Reservation asked, long sinceNanos, long giveUpNanos, Runnable wake, long nowNanos) {
    List<Ticket> woken;
    boolean lacks;
    Ticket ticket = new Ticket(asked, sinceNanos, giveUpNanos, wake);
    lock.lock();
    try {
      Limiter limiter = dispatcher.limiter();
      limiter.price(asked, nowNanos);
      if (!dispatcher.queue().offer(ticket)) {
        return null;
      }
      limiter.arrived(asked, nowNanos);
      woken = dispatcher.advance(ticket, nowNanos);
      lacks = limiter.isEmpty(nowNanos);
    } finally {
      lock.unlock();
    }
    wake(woken);
    if (lacks) {
      listener.run();
    }
    return ticket;
  }

  /**
   * When to look at the ticket again: now if its reservation is there, a guess if it is first in
   * the queue, {@link Step.Attempt#NEVER} if it will be woken.
   */
  public long readyAtNanos(Ticket ticket, long nowNanos) {
    List<Ticket> woken;
    long readyAt;
    lock.lock();
    try {
      woken = dispatcher.advance(ticket, nowNanos);
      readyAt = dispatcher.readyAtNanos(ticket, nowNanos);
    } finally {
      lock.unlock();
    }
    wake(woken);
    return readyAt;
  }

  /** The call waits no more; what it was given meanwhile is given back. */
  public void leave(Ticket ticket, long nowNanos) {
    List<Ticket> woken;
    lock.lock();
    try {
      dispatcher.queue().remove(ticket);
      if (ticket.reservation().isOpen()) {
        dispatcher.end(ticket.reservation());
        dispatcher.limiter().refused(ticket.reservation(), nowNanos);
      }
      woken = dispatcher.advance(ticket, nowNanos);
    } finally {
      lock.unlock();
    }
    wake(woken);
  }

  /**
   * How long such a call would wait, as far as can be foreseen; {@link Long#MAX_VALUE} if the quota
   * is too small for it at any time.
   *
   * @param asked is given nothing; one serves for questions to several targets
   */
  public long waitNanos(Reservation asked, long nowNanos) {
    lock.lock();
    try {
      Limiter limiter = dispatcher.limiter();
      limiter.price(asked, nowNanos);
      return asked.tokens() > limiter.most()
          ? Long.MAX_VALUE
          : dispatcher.waitNanos(asked, nowNanos);
    } finally {
      lock.unlock();
    }
  }

  /** Whether the last throttle may have been chance, which the next attempt shows. */
  public boolean suspectsChance() {
    lock.lock();
    try {
      return dispatcher.limiter().suspects();
    } finally {
      lock.unlock();
    }
  }

  /**
   * For how long no attempt begins, whatever is left of the quota, because the target asked for a
   * pause.
   */
  public long shutNanos(long nowNanos) {
    return cooldown.remainingNanos(nowNanos);
  }

  /** What such a call would reserve. */
  public long asks(Call call, long nowNanos) {
    lock.lock();
    try {
      Reservation asked = new Reservation(call, nowNanos);
      dispatcher.limiter().price(asked, nowNanos);
      return asked.tokens();
    } finally {
      lock.unlock();
    }
  }

  /** The most that one call may reserve. */
  public long most() {
    lock.lock();
    try {
      return dispatcher.limiter().most();
    } finally {
      lock.unlock();
    }
  }

  /** Takes a reservation back of which no use was made. */
  public void giveBack(Reservation unused, long nowNanos) {
    List<Ticket> woken;
    lock.lock();
    try {
      dispatcher.end(unused);
      dispatcher.limiter().refused(unused, nowNanos);
      woken = dispatcher.advance(null, nowNanos);
    } finally {
      lock.unlock();
    }
    wake(woken);
  }

  /** Attempts that may be under way: what has been reserved and not settled. */
  public int underWay() {
    return dispatcher.concurrency().underWay();
  }

  /** The first content of an attempt came. */
  public void contentStarted(Reservation held, long nowNanos) {
    lock.lock();
    try {
      held.contentStarts(nowNanos);
      dispatcher.limiter().accepted(held, nowNanos);
      profile.firstToken(held.call().inputTokens(), nowNanos - held.begunAtNanos(), nowNanos);
    } finally {
      lock.unlock();
    }
  }

  /** Charges output beyond the reservation while it is made. */
  public void extend(Reservation held, int outputSoFar, long nowNanos) {
    lock.lock();
    try {
      if (held.isOpen()) {
        dispatcher.limiter().extend(held, outputSoFar, nowNanos);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Settles a reservation by how its attempt ended, once.
   *
   * @param outputSeen the output tokens that are known to have been made
   */
  public void settle(Reservation held, Outcome outcome, long outputSeen, long nowNanos) {
    List<Ticket> woken;
    lock.lock();
    try {
      if (!held.isOpen()) {
        return;
      }
      dispatcher.end(held);
      boolean changed =
          !held.isExpired(nowNanos) && settlement.settle(held, outcome, outputSeen, nowNanos);
      woken = changed ? dispatcher.advanceAll(nowNanos) : dispatcher.advance(null, nowNanos);
    } finally {
      lock.unlock();
    }
    wake(woken);
  }

  /** Lets all waiting calls decide again: what they wait for has changed for the worse. */
  public void reconsider(long nowNanos) {
    change(() -> dispatcher.advanceAll(nowNanos));
  }

  /** What was learned of the quota; empty for nothing. */
  public Map<String, Double> learned(long nowNanos) {
    lock.lock();
    try {
      return dispatcher.limiter().learned(nowNanos);
    } finally {
      lock.unlock();
    }
  }

  /** Goes on from what another process had {@link #learned} so long ago. */
  public void recall(Map<String, Double> learned, long ageNanos, long nowNanos) {
    lock.lock();
    try {
      dispatcher.limiter().recall(learned, ageNanos, nowNanos);
    } finally {
      lock.unlock();
    }
  }

  /** What an operator sees. */
  public TargetLoad load(long nowNanos) {
    lock.lock();
    try {
      AdmissionQueue queue = dispatcher.queue();
      Limiter limiter = dispatcher.limiter();
      return new TargetLoad(
          underWay(),
          queue.size(Priority.INTERACTIVE),
          queue.size(Priority.STANDARD),
          queue.size(Priority.BATCH),
          queue.tokensAhead(Priority.BATCH),
          queue.bytes(),
          limiter.tokensPerSecond(nowNanos),
          limiter.limits() ? limiter.level(nowNanos) : 0,
          limiter.limits() ? limiter.capacity() : 0,
          limiter.fill(nowNanos),
          limiter.direct(nowNanos),
          limiter.isShared());
    } finally {
      lock.unlock();
    }
  }

  private static void wake(List<Ticket> woken) {
    if (woken.isEmpty()) {
      return;
    }
    for (Ticket ticket : woken) {
      ticket.wake().run();
    }
  }
}
