package dev.forebay.core.targets;

import dev.forebay.core.Call;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.admission.Admission;
import dev.forebay.core.admission.QuotaConsumption;
import dev.forebay.core.admission.QuotaEvidence;
import dev.forebay.core.admission.QuotaSlice;
import dev.forebay.core.admission.TargetLoad;
import dev.forebay.core.estimate.LatencyProfile;
import dev.forebay.core.health.Breaker;
import dev.forebay.core.health.Cooldown;
import dev.forebay.core.health.HedgeBudget;
import dev.forebay.core.health.RetryBudget;
import dev.forebay.core.health.StallDetector;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What is known of one target from all calls together. Thread-safe. */
public final class TargetState {
  private static final long UNMEASURED_NANOS = 500_000_000L;

  private final String name;
  private final RetryBudget retryBudget;
  private final Breaker breaker;
  private final Cooldown cooldown;
  private final Admission admission;
  private final HedgeBudget hedgeBudget = new HedgeBudget();
  private final LatencyProfile profile = new LatencyProfile();
  private final StallDetector stallDetector;
  private final ProbeQueue probeQueue = new ProbeQueue();
  private TargetQuota quota;
  private volatile Step.@Nullable Answer answerAtOnce;

  TargetState(String name, TargetQuota quota, long nowNanos) {
    this.name = name;
    this.quota = quota;
    retryBudget = new RetryBudget(nowNanos);
    breaker = new Breaker(nowNanos);
    cooldown = new Cooldown(nowNanos);
    admission = new Admission(quota, cooldown, profile, retryBudget, nowNanos);
    stallDetector = new StallDetector(LatencyProfile.BUCKETS, nowNanos);
  }

  /** Counts by this quota from now on, if it is another one; what else is known stays. */
  synchronized void requota(TargetQuota other, long nowNanos) {
    if (!quota.equals(other)) {
      quota = other;
      admission.requota(other, nowNanos);
    }
  }

  /** Uses no more than this part of the quota from now on, as others use the rest. */
  public void slice(QuotaSlice slice, long nowNanos) {
    admission.slice(slice, nowNanos);
  }

  /** How the quota is used, and what is asked for. */
  public QuotaConsumption use(long nowNanos) {
    return admission.use(nowNanos);
  }

  /** What was found out of the quota of tokens. */
  public QuotaEvidence evidence(long nowNanos) {
    return admission.evidence(nowNanos);
  }

  /** Leaves the target alone for so long, as another process was asked to. */
  public void coolDown(long nanos, long nowNanos) {
    cooldown.closeUntil(nowNanos + nanos);
    admission.reconsider(nowNanos);
  }

  public String name() {
    return name;
  }

  public RetryBudget retryBudget() {
    return retryBudget;
  }

  public Breaker breaker() {
    return breaker;
  }

  /** How long the target asked to be left alone, in nanoseconds from now; 0 if it did not. */
  public long cooldownNanos(long nowNanos) {
    return cooldown.remainingNanos(nowNanos);
  }

  /**
   * How long the target may be expected to take until a caller has what it waits for: the median
   * time to the first token for a stream, to the whole answer otherwise; 0 while nothing is known.
   */
  public long expectedNanos(Call call, long nowNanos) {
    return profile.expectedNanos(
        call.streaming(), call.inputTokens(), call.maxOutputTokens(), nowNanos);
  }

  /** Within what time nine of ten answers of the call's planned length end; 0 if unknown. */
  public long slowAnswerNanos(Call call, long nowNanos) {
    return profile.slowAnswerNanos(call.maxOutputTokens(), nowNanos);
  }

  /**
   * How long a whole answer of the planned length takes if it is slow, see {@link LatencyProfile}.
   */
  public long plannedNanos(Call call, long nowNanos) {
    return profile.plannedNanos(call.inputTokens(), call.maxOutputTokens(), nowNanos);
  }

  /**
   * What a choice among equals weighs: the recent peak of the time to the first token, times the
   * attempts that would be under way. Without the second factor all calls would go to whichever
   * looked best a moment ago. A target that has not been measured counts as middling.
   */
  public double loadCost(long nowNanos) {
    long known = profile.peakFirstTokenNanos(nowNanos);
    return (double) (known == 0 ? UNMEASURED_NANOS : known) * (inFlight() + 1);
  }

  /** A first attempt's answer where no other was meant to give it: made once for all calls. */
  @SuppressWarnings("ReferenceEquality") // another one of the same name has come by a reload
  public Step.Answer answerAtOnce(Target by) {
    Step.Answer known = answerAtOnce;
    if (known == null || known.target() != by) {
      known = new Step.Answer(Step.Source.PRIMARY, by, 1);
      answerAtOnce = known;
    }
    return known;
  }

  /** Attempts under way, retries included. */
  public int inFlight() {
    return admission.underWay();
  }

  public boolean breakerAdmits(long nowNanos) {
    return breaker.availableAtNanos(nowNanos) - nowNanos <= 0;
  }

  /** What is under way and waits, and what is left of its quota. */
  public TargetLoad load(long nowNanos) {
    return admission.load(nowNanos);
  }

  public Admission admission() {
    return admission;
  }

  public Cooldown cooldown() {
    return cooldown;
  }

  public HedgeBudget hedgeBudget() {
    return hedgeBudget;
  }

  /**
   * Watches a stream until its content comes; null if it is not known when it is late. Streams of
   * like size are late after like times.
   */
  public StallDetector.@Nullable Watched watch(
      StallDetector.Owner owner, int inputTokens, long nowNanos) {
    long lateAfter = profile.lateNanos(inputTokens, nowNanos);
    if (lateAfter == LatencyProfile.NEVER) {
      return null;
    }
    return stallDetector.add(owner, LatencyProfile.bucket(inputTokens), nowNanos + lateAfter);
  }

  /** False if it has been found late. */
  public boolean stopWatching(StallDetector.Watched watched) {
    return stallDetector.remove(watched);
  }

  /** Counts the streams that are late by now as failures, before another call is sent there. */
  public void noticeLate(RandomGenerator random, long nowNanos) {
    List<StallDetector.Watched> late = stallDetector.late(nowNanos);
    for (StallDetector.Watched each : late) {
      each.owner().foundLate(random, nowNanos);
    }
    if (!late.isEmpty()) {
      recheckQueue(nowNanos);
      circuitChanged(nowNanos);
    }
  }

  /** Calls that wait for a target whose circuit has opened choose another one. */
  public void recheckQueue(long nowNanos) {
    if (!breakerAdmits(nowNanos)) {
      admission.reconsider(nowNanos);
    }
  }

  /** The calls that wait for the circuit. */
  public ProbeQueue probeQueue() {
    return probeQueue;
  }

  /** The circuit may have changed: if it has, those that wait for it look again. */
  public void circuitChanged(long nowNanos) {
    if (probeQueue.size() > 0) {
      probeQueue.wake(breaker.state(), nowNanos);
    }
  }

  /** What another process needs to go on from here. */
  synchronized TargetMemory memory(long nowNanos) {
    return new TargetMemory(
        name,
        cooldown.remainingNanos(nowNanos),
        breaker.position(nowNanos) != Breaker.Position.CLOSED,
        breaker.failedProbes(),
        breaker.openedForSlowness(nowNanos),
        breaker.nextProbeNanos(nowNanos) - nowNanos,
        quota.toString(),
        admission.learned(nowNanos));
  }

  /**
   * Goes on from what another process has learned.
   *
   * @param ageNanos how long ago that was
   */
  synchronized void recall(TargetMemory memory, long ageNanos, long nowNanos) {
    if (memory.cooldownNanos() > ageNanos) {
      cooldown.closeUntil(nowNanos + memory.cooldownNanos() - ageNanos);
    }
    if (memory.circuitOpen()) {
      long left = Math.max(0, memory.probeInNanos() - ageNanos);
      breaker.restore(memory.failedProbes(), memory.slow(), nowNanos + left);
    }
    if (memory.quotaKey().equals(quota.toString())) {
      admission.recall(memory.quota(), ageNanos, nowNanos);
    }
  }

  public LatencyProfile profile() {
    return profile;
  }
}
