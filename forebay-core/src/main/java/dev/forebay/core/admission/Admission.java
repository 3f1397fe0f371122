package dev.forebay.core.admission;

import dev.forebay.core.Call;
import dev.forebay.core.Outcome;
import dev.forebay.core.Priority;
import dev.forebay.core.Step;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.admission.AdmissionQueue.Ticket;
import dev.forebay.core.concurrent.SpinLock;
import dev.forebay.core.estimate.InputEstimates;
import dev.forebay.core.estimate.LatencyProfile;
import dev.forebay.core.health.Cooldown;
import dev.forebay.core.health.RetryBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Lets attempts on one target begin as its quota allows, in the order of {@link AdmissionQueue}.
 * Nobody is blocked: who cannot begin gets a ticket, and is woken when the reservation is there or
 * when it has become first in the queue, since then it has to come back at the right time.
 *
 * <p>Whoever comes, settles or looks at its ticket moves the queue on for all. Reservations are
 * given to waiting calls, not fetched by them, so that a slow one delays nobody.
 *
 * <p>When a cooldown ends and no rate is known to pace the calls that wait, one of them probes, and
 * the number let through doubles every 250 ms, several times what a refusal takes to come: a crowd
 * would be refused as one.
 *
 * <p>Attempts under way are bounded too, by {@code max(32, (B + 1.5 * r * meanLatency) /
 * meanTokens)}, a minute's quota at once and what the rate brings while they last: a target that
 * suddenly takes far longer must not gather calls without end.
 *
 * <p>Thread-safe. The lock guards a few dozen memory operations and is never held while anything
 * waits or another's code runs.
 */
public final class Admission {
  static final int MIN_CONCURRENT = 32;
  static final double CONCURRENT_SHARE = 1.5;

  static final long DOUBLING_NANOS = Duration.ofMillis(250).toNanos();
  private static final int LAST_DOUBLING = 12;

  /** A call that is about to be refused is not refused untried. */
  private static final long LAST_CHANCE_NANOS = Duration.ofSeconds(1).toNanos();

  private static final long MIN_RECHECK_NANOS = Duration.ofMillis(1).toNanos();
  private static final int MIN_SAMPLES = 10;
  private static final double MEAN_STEP = 1.0 / 32;

  private final SpinLock lock = new SpinLock();
  private final Cooldown cooldown;
  private final LatencyProfile profile;
  private final RetryBudget budget;
  private final InputEstimates inputs = new InputEstimates();
  private Limiter limiter;
  private QuotaSlice slice = QuotaSlice.WHOLE;
  private final AdmissionQueue line = new AdmissionQueue();
  private @Nullable Ticket first;

  /** The opening of the gate since which attempts are counted. */
  private long openingNanos;

  private int sinceOpening;

  /** Written under the lock, read without. */
  private final AtomicInteger underWay = new AtomicInteger();

  private int samples;
  private double meanNanos;
  private double meanTokens;

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
    this.budget = budget;
    this.limiter = new Limiter(quota, inputs, nowNanos);
  }

  /**
   * Counts by another quota from now on, with nothing used and nothing learned but inputs. Whoever
   * waits waits on; what was reserved by the old quota is settled in the new one.
   */
  public void requota(TargetQuota quota, long nowNanos) {
    List<Ticket> woken;
    lock.lock();
    try {
      limiter = new Limiter(quota, inputs, nowNanos);
      limiter.slice(slice, nowNanos);
      woken = advanceAll(nowNanos);
    } finally {
      lock.unlock();
    }
    wake(woken);
  }

  /** Counts by this part of the quota from now on; whoever waits may begin earlier or later. */
  public void slice(QuotaSlice next, long nowNanos) {
    List<Ticket> woken;
    lock.lock();
    try {
      boolean changed = next.share() != slice.at(nowNanos);
      slice = next;
      limiter.slice(next, nowNanos);
      woken = changed ? advance(null, nowNanos) : List.of();
      if (changed && woken.isEmpty() && first != null) {
        woken = List.of(first);
      }
    } finally {
      lock.unlock();
    }
    wake(woken);
  }

  /** How the quota is used, and what is asked for. */
  public QuotaUse use(long nowNanos) {
    lock.lock();
    try {
      long waiting = line.isEmpty() ? 0 : line.tokensAhead(Priority.BATCH);
      int calls = line.isEmpty() ? 0 : line.sizeAhead(Priority.BATCH);
      return limiter.use(waiting, calls, nowNanos);
    } finally {
      lock.unlock();
    }
  }

  /** What was found out of a quota that is not configured. */
  public QuotaEvidence evidence(long nowNanos) {
    lock.lock();
    try {
      return limiter.evidence(nowNanos);
    } finally {
      lock.unlock();
    }
  }

  /** Gives a reservation at once; false if the call has to wait for it. */
  public boolean reserve(Reservation asked, long nowNanos) {
    lock.lock();
    try {
      limiter.price(asked, nowNanos);
      if (line.tokensAhead(asked.call().priority()) > 0 || !isOpen(asked, false, nowNanos)) {
        return false;
      }
      limiter.comes(asked, nowNanos);
      begin(asked, nowNanos);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Whether such a call would be let in at once. */
  public boolean isReady(Call call, long nowNanos) {
    lock.lock();
    try {
      Reservation asked = new Reservation(call, nowNanos);
      limiter.price(asked, nowNanos);
      return line.tokensAhead(call.priority()) == 0 && isOpen(asked, false, nowNanos);
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
    Ticket ticket = new Ticket(asked, sinceNanos, giveUpNanos, wake);
    lock.lock();
    try {
      limiter.price(asked, nowNanos);
      if (!line.offer(ticket)) {
        return null;
      }
      limiter.comes(asked, nowNanos);
      woken = advance(ticket, nowNanos);
    } finally {
      lock.unlock();
    }
    wake(woken);
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
      woken = advance(ticket, nowNanos);
      readyAt = readyAt(ticket, nowNanos);
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
      line.remove(ticket);
      if (ticket.reservation().isOpen()) {
        end(ticket.reservation());
        limiter.refused(ticket.reservation(), nowNanos);
      }
      woken = advance(ticket, nowNanos);
    } finally {
      lock.unlock();
    }
    wake(woken);
  }

  /**
   * How long such a call would wait, as far as can be foreseen; {@link Long#MAX_VALUE} if the quota
   * is too small for it at any time.
   */
  public long waitNanos(Call call, long nowNanos) {
    lock.lock();
    try {
      Reservation asked = new Reservation(call, nowNanos);
      limiter.price(asked, nowNanos);
      if (asked.tokens() > limiter.most()) {
        return Long.MAX_VALUE;
      }
      return waitNanos(asked, nowNanos);
    } finally {
      lock.unlock();
    }
  }

  /** Whether the last throttle may have been chance, which the next attempt shows. */
  public boolean suspectsChance() {
    lock.lock();
    try {
      return limiter.suspects();
    } finally {
      lock.unlock();
    }
  }

  /**
   * For how long no attempt begins, whatever is left of the quota, because the target asked for a
   * pause.
   */
  public long shutNanos(long nowNanos) {
    lock.lock();
    try {
      return shutFor(nowNanos);
    } finally {
      lock.unlock();
    }
  }

  /** What such a call would reserve. */
  public long asks(Call call, long nowNanos) {
    lock.lock();
    try {
      Reservation asked = new Reservation(call, nowNanos);
      limiter.price(asked, nowNanos);
      return asked.tokens();
    } finally {
      lock.unlock();
    }
  }

  /** The most that one call may reserve. */
  public long most() {
    lock.lock();
    try {
      return limiter.most();
    } finally {
      lock.unlock();
    }
  }

  /** Takes a reservation back of which no use was made. */
  public void giveBack(Reservation unused, long nowNanos) {
    List<Ticket> woken;
    lock.lock();
    try {
      end(unused);
      limiter.refused(unused, nowNanos);
      woken = advance(null, nowNanos);
    } finally {
      lock.unlock();
    }
    wake(woken);
  }

  /** Attempts that may be under way: what has been reserved and not settled. */
  public int underWay() {
    return underWay.getAcquire();
  }

  /** The first content of an attempt came. */
  public void contentStarted(Reservation held, long nowNanos) {
    lock.lock();
    try {
      held.contentStarts(nowNanos);
      limiter.accepted(held, nowNanos);
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
        limiter.extend(held, outputSoFar, nowNanos);
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
      end(held);
      boolean changed =
          !held.isExpired(nowNanos) && settleOnce(held, outcome, outputSeen, nowNanos);
      woken = changed ? advanceAll(nowNanos) : advance(null, nowNanos);
    } finally {
      lock.unlock();
    }
    wake(woken);
  }

  /** Lets everyone who waits decide again: what they wait for has changed for the worse. */
  public void reconsider(long nowNanos) {
    List<Ticket> woken;
    lock.lock();
    try {
      woken = advanceAll(nowNanos);
    } finally {
      lock.unlock();
    }
    wake(woken);
  }

  /** What was learned of the quota; empty for nothing. */
  public Map<String, Double> learned(long nowNanos) {
    lock.lock();
    try {
      return limiter.learned(nowNanos);
    } finally {
      lock.unlock();
    }
  }

  /** Goes on from what another process had {@link #learned} so long ago. */
  public void recall(Map<String, Double> learned, long ageNanos, long nowNanos) {
    lock.lock();
    try {
      limiter.recall(learned, ageNanos, nowNanos);
    } finally {
      lock.unlock();
    }
  }

  /** What an operator sees. */
  public TargetLoad load(long nowNanos) {
    lock.lock();
    try {
      return new TargetLoad(
          underWay(),
          line.size(Priority.INTERACTIVE),
          line.size(Priority.STANDARD),
          line.size(Priority.BATCH),
          line.tokensAhead(Priority.BATCH),
          line.bytes(),
          limiter.tokensPerSecond(nowNanos),
          limiter.limits() ? limiter.level(nowNanos) : 0,
          limiter.limits() ? limiter.capacity() : 0,
          limiter.fill(nowNanos));
    } finally {
      lock.unlock();
    }
  }

  /** Whether that changes what those who wait can expect. */
  private boolean settleOnce(Reservation held, Outcome outcome, long outputSeen, long nowNanos) {
    // What nearly all do is apart, so that it is compiled as one with its callers.
    if (outcome instanceof Outcome.Succeeded success) {
      answered(held, success.usage(), nowNanos);
      return false;
    }
    return unanswered(held, outcome, outputSeen, nowNanos);
  }

  private boolean unanswered(Reservation held, Outcome outcome, long outputSeen, long nowNanos) {
    switch (outcome) {
      case Outcome.Succeeded f -> throw new IllegalStateException("it was answered");
      case Outcome.Unwanted f -> throw new IllegalStateException("it was answered");
      case Outcome.Throttled f -> {
        return limiter.throttled(held, nowNanos);
      }
      case Outcome.Unavailable f -> limiter.refused(held, nowNanos);
      case Outcome.NotReady f -> limiter.refused(held, nowNanos);
      case Outcome.Rejected f -> limiter.refused(held, nowNanos);
      case Outcome.Failed f -> limiter.brokenOff(held, outputSeen, nowNanos);
      case Outcome.TimedOut f -> limiter.lost(held, nowNanos);
      case Outcome.Interrupted f -> limiter.brokenOff(held, outputSeen, nowNanos);
      case Outcome.Cancelled f -> limiter.brokenOff(held, outputSeen, nowNanos);
    }
    return false;
  }

  private void answered(Reservation held, TokenUsage usage, long nowNanos) {
    learn(held, limiter.answered(held, usage, nowNanos), nowNanos);
    learnTimes(held, usage.output(), nowNanos);
    budget.earn(usage.total(), nowNanos);
  }

  private void learn(Reservation held, long used, long nowNanos) {
    double step = samples < MIN_SAMPLES ? 1.0 / (samples + 1) : MEAN_STEP;
    samples = Math.min(samples + 1, MIN_SAMPLES);
    meanNanos += step * (nowNanos - held.begunAtNanos() - meanNanos);
    meanTokens += step * (used - meanTokens);
    line.charge(held.call().priority(), held.call().tenant(), (double) (used - held.tokens()));
  }

  private void learnTimes(Reservation held, int output, long nowNanos) {
    if (held.hasContent()) {
      profile.output(output, nowNanos - held.contentAtNanos(), nowNanos);
    } else {
      int input = held.call().inputTokens();
      profile.wholeAnswer(input, output, nowNanos - held.begunAtNanos(), nowNanos);
    }
  }

  /** Moves the line on as far as it goes; those to wake, without the one who asks. */
  private List<Ticket> advance(@Nullable Ticket asking, long nowNanos) {
    if (line.isEmpty() && first == null) {
      return List.of();
    }
    List<Ticket> woken = new ArrayList<>(2);
    Ticket next = line.head();
    while (next != null && mayGo(next, nowNanos)) {
      boolean overdue = nowNanos - next.deadlineNanos() >= 0;
      if (overdue) {
        line.remove(next);
      } else {
        line.served(next);
        begin(next.reservation(), nowNanos);
      }
      if (!next.equals(asking)) {
        woken.add(next);
      }
      next = line.head();
    }
    if (next != null && !next.equals(first) && !next.equals(asking)) {
      woken.add(next);
    }
    first = next;
    return woken;
  }

  private List<Ticket> advanceAll(long nowNanos) {
    List<Ticket> woken = new ArrayList<>(advance(null, nowNanos));
    line.forEachWaiting(woken::add);
    return woken;
  }

  private boolean mayGo(Ticket next, long nowNanos) {
    boolean isLastChance = next.giveUpNanos() - nowNanos < LAST_CHANCE_NANOS;
    return nowNanos - next.deadlineNanos() >= 0
        || isOpen(next.reservation(), isLastChance, nowNanos);
  }

  private boolean isOpen(Reservation asked, boolean isLastChance, long nowNanos) {
    return shutFor(nowNanos) == 0
        && (underWay.getPlain() < MIN_CONCURRENT || underWay.getPlain() < concurrent(nowNanos))
        && rampNanos(nowNanos) == 0
        && limiter.has(asked, isLastChance, nowNanos);
  }

  private long readyAt(Ticket ticket, long nowNanos) {
    if (!ticket.isWaiting()) {
      return nowNanos;
    }
    if (!ticket.equals(first)) {
      return Step.Attempt.NEVER;
    }
    long wait = Math.max(shutFor(nowNanos), rampNanos(nowNanos));
    if (wait == 0) {
      wait = limiter.lookAgainNanos(ticket.reservation(), nowNanos);
    }
    return nowNanos + Math.max(wait, MIN_RECHECK_NANOS);
  }

  private long waitNanos(Reservation asked, long nowNanos) {
    Priority priority = asked.call().priority();
    int callsAhead = 0;
    long tokensAhead = 0;
    if (!line.isEmpty()) {
      callsAhead = line.sizeAhead(priority);
      tokensAhead = callsAhead == 0 ? 0 : line.tokensAhead(priority);
    }
    return Math.max(shutFor(nowNanos), limiter.waitNanos(asked, tokensAhead, callsAhead, nowNanos));
  }

  private long shutFor(long nowNanos) {
    return cooldown.remainingNanos(nowNanos);
  }

  /** How long until one more may pass a gate that has opened, 0 if it may now. */
  private long rampNanos(long nowNanos) {
    if (limiter.limits()) {
      return 0;
    }
    long opening = cooldown.opensAtNanos();
    long since = nowNanos - opening;
    long doublings = since / DOUBLING_NANOS;
    if (since < 0 || doublings >= LAST_DOUBLING) {
      return 0;
    }
    if (opening != openingNanos) {
      openingNanos = opening;
      sinceOpening = 0;
    }
    return sinceOpening < 1 << doublings ? 0 : (doublings + 1) * DOUBLING_NANOS - since;
  }

  private double concurrent(long nowNanos) {
    double perSecond = limiter.tokensPerSecond(nowNanos);
    return samples < MIN_SAMPLES || Double.isInfinite(perSecond) || meanTokens <= 0
        ? Double.MAX_VALUE
        : Math.max(
            MIN_CONCURRENT,
            (limiter.capacity() + CONCURRENT_SHARE * perSecond * meanNanos / 1e9) / meanTokens);
  }

  private void begin(Reservation asked, long nowNanos) {
    limiter.take(asked, nowNanos);
    count(1);
    sinceOpening++;
  }

  private void end(Reservation held) {
    held.close();
    count(-1);
  }

  private void count(int change) {
    underWay.setRelease(underWay.getPlain() + change);
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
