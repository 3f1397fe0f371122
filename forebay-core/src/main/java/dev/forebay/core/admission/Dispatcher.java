package dev.forebay.core.admission;

import dev.forebay.core.Priority;
import dev.forebay.core.Step;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.admission.AdmissionQueue.Ticket;
import dev.forebay.core.estimate.InputCorrection;
import dev.forebay.core.health.Cooldown;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives reservations on one target to the calls that ask and those that wait, in the order of
 * {@link AdmissionQueue}, while {@link Cooldown}, {@link ConcurrencyLimit}, {@link SlowStart} and
 * {@link Limiter} all let one more begin. It returns the tickets to wake; the caller wakes them
 * after the lock is released. Guarded by its {@link Admission}.
 */
final class Dispatcher {
  /** In its last second a waiting call is sent even if a throttle is likely. */
  private static final long LAST_CHANCE_NANOS = Duration.ofSeconds(1).toNanos();

  private static final long MIN_RECHECK_NANOS = Duration.ofMillis(1).toNanos();

  private final Cooldown cooldown;
  private final InputCorrection inputs = new InputCorrection();
  private final SlowStart slowStart = new SlowStart();
  private final ConcurrencyLimit concurrency = new ConcurrencyLimit();
  private final AdmissionQueue queue = new AdmissionQueue();
  private Limiter limiter;
  private QuotaSlice slice = QuotaSlice.WHOLE;
  private @Nullable Ticket first;

  /** Nothing under way yet. */
  Dispatcher(TargetQuota quota, Cooldown cooldown, long nowNanos) {
    this.cooldown = cooldown;
    limiter = new Limiter(quota, inputs, nowNanos);
  }

  Limiter limiter() {
    return limiter;
  }

  AdmissionQueue queue() {
    return queue;
  }

  ConcurrencyLimit concurrency() {
    return concurrency;
  }

  /** Counts by another quota from now on, with nothing used and nothing learned but inputs. */
  List<Ticket> requota(TargetQuota quota, long nowNanos) {
    limiter = new Limiter(quota, inputs, nowNanos);
    limiter.slice(slice, nowNanos);
    return advanceAll(nowNanos);
  }

  /** Counts by this part of the quota from now on; the first waiting call checks again. */
  List<Ticket> slice(QuotaSlice next, long nowNanos) {
    boolean changed = next.share() != slice.at(nowNanos);
    slice = next;
    limiter.slice(next, nowNanos);
    List<Ticket> woken = changed ? advance(null, nowNanos) : List.of();
    return changed && woken.isEmpty() && first != null ? List.of(first) : woken;
  }

  /** Whether a call that has been priced may begin at once, before all that wait. */
  boolean mayPass(Reservation asked, long nowNanos) {
    return queue.tokensAhead(asked.call().priority()) == 0 && isOpen(asked, false, nowNanos);
  }

  /** Gives the reservation: the attempt counts as under way. */
  void begin(Reservation asked, long nowNanos) {
    limiter.take(asked, nowNanos);
    concurrency.begin();
    slowStart.begin();
  }

  /** The reservation is open no more. */
  void end(Reservation held) {
    held.close();
    concurrency.end();
  }

  /** Moves the queue on as far as it goes; the tickets to wake, without the one that asks. */
  List<Ticket> advance(@Nullable Ticket asking, long nowNanos) {
    if (queue.isEmpty() && first == null) {
      return List.of();
    }
    List<Ticket> woken = new ArrayList<>(2);
    Ticket next = queue.head();
    while (next != null && mayGo(next, nowNanos)) {
      boolean overdue = nowNanos - next.deadlineNanos() >= 0;
      if (overdue) {
        queue.remove(next);
      } else {
        queue.served(next);
        begin(next.reservation(), nowNanos);
      }
      if (!next.equals(asking)) {
        woken.add(next);
      }
      next = queue.head();
    }
    if (next != null && !next.equals(first) && !next.equals(asking)) {
      woken.add(next);
    }
    first = next;
    return woken;
  }

  /** Moves the queue on; calls that still wait are to be woken too. */
  List<Ticket> advanceAll(long nowNanos) {
    List<Ticket> woken = new ArrayList<>(advance(null, nowNanos));
    queue.forEachWaiting(woken::add);
    return woken;
  }

  /** When to look at the ticket again, see {@link Admission#readyAtNanos}. */
  long readyAtNanos(Ticket ticket, long nowNanos) {
    if (!ticket.isWaiting()) {
      return nowNanos;
    }
    if (!ticket.equals(first)) {
      return Step.Attempt.NEVER;
    }
    long wait = Math.max(cooldown.remainingNanos(nowNanos), slowStartNanos(nowNanos));
    if (wait == 0) {
      wait = limiter.lookAgainNanos(ticket.reservation(), nowNanos);
    }
    return nowNanos + Math.max(wait, MIN_RECHECK_NANOS);
  }

  /** How long a call that has been priced would wait, as far as can be foreseen. */
  long waitNanos(Reservation asked, long nowNanos) {
    Priority priority = asked.call().priority();
    int callsAhead = 0;
    long tokensAhead = 0;
    if (!queue.isEmpty()) {
      callsAhead = queue.sizeAhead(priority);
      tokensAhead = callsAhead == 0 ? 0 : queue.tokensAhead(priority);
    }
    return Math.max(
        cooldown.remainingNanos(nowNanos),
        limiter.waitNanos(asked, tokensAhead, callsAhead, nowNanos));
  }

  private boolean mayGo(Ticket next, long nowNanos) {
    boolean isLastChance = next.giveUpNanos() - nowNanos < LAST_CHANCE_NANOS;
    return nowNanos - next.deadlineNanos() >= 0
        || isOpen(next.reservation(), isLastChance, nowNanos);
  }

  private boolean isOpen(Reservation asked, boolean isLastChance, long nowNanos) {
    return cooldown.remainingNanos(nowNanos) == 0
        && concurrency.hasRoom(limiter, nowNanos)
        && slowStartNanos(nowNanos) == 0
        && limiter.has(asked, isLastChance, nowNanos);
  }

  /** A limiter that limits paces the calls itself. */
  private long slowStartNanos(long nowNanos) {
    return limiter.limits() ? 0 : slowStart.waitNanos(cooldown.opensAtNanos(), nowNanos);
  }
}
