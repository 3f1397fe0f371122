package dev.forebay.core.target;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import dev.forebay.core.admission.Admission;
import dev.forebay.core.health.Breaker;
import dev.forebay.core.Call;
import dev.forebay.core.health.Gate;
import dev.forebay.core.health.HedgeShare;
import dev.forebay.core.health.LateWatch;
import dev.forebay.core.estimate.LatencyProfile;
import dev.forebay.core.health.RetryBudget;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.admission.TargetLoad;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.health.ThrottleStreak;

/** What is known of one target from all calls together. Thread-safe. */
public final class TargetState {
  private static final long UNMEASURED_NANOS = 500_000_000L;

  private final String name;
  private final RetryBudget retryBudget;
  private final Breaker breaker;
  private final Gate gate;
  private final Admission admission;
  private final HedgeShare hedgeShare = new HedgeShare();
  private final LatencyProfile profile = new LatencyProfile();
  private final LateWatch lateWatch;
  private final ProbeLine probeLine = new ProbeLine();
  private final ThrottleStreak throttleStreak = new ThrottleStreak();
  private TargetQuota quota;
  private volatile Step.@Nullable Answer answerAtOnce;

  TargetState(String name, TargetQuota quota, long nowNanos) {
    this.name = name;
    this.quota = quota;
    retryBudget = new RetryBudget(nowNanos);
    breaker = new Breaker(nowNanos);
    gate = new Gate(nowNanos);
    admission = new Admission(quota, gate, profile, retryBudget, nowNanos);
    lateWatch = new LateWatch(LatencyProfile.BUCKETS, nowNanos);
  }

  /** Counts by this quota from now on, if it is another one; what else is known stays. */
  synchronized void requota(TargetQuota other, long nowNanos) {
    if (!quota.equals(other)) {
      quota = other;
      admission.requota(other, nowNanos);
    }
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
  public long gateNanos(long nowNanos) {
    return gate.remainingNanos(nowNanos);
  }

  /**
   * How long the target may be expected to take until a caller has what it waits for: the median
   * time to the first token for a stream, to the whole answer otherwise; 0 while nothing is known.
   */
  public long expectedNanos(Call call, long nowNanos) {
    return profile.expectedNanos(
        call.streaming(), call.inputTokens(), call.maxOutputTokens(), nowNanos);
  }

  /** How long a whole answer usually takes, streamed or not; 0 while nothing is known. */
  public long wholeNanos(Call call, long nowNanos) {
    return profile.wholeNanos(
        call.streaming(), call.inputTokens(), call.maxOutputTokens(), nowNanos);
  }

  /**
   * How long a whole answer of the planned length takes if it is slow, see {@link LatencyProfile}.
   */
  public long plannedNanos(Call call, long nowNanos) {
    return profile.plannedNanos(call.inputTokens(), call.maxOutputTokens(), nowNanos);
  }

  /**
   * What a choice among equals weighs: the worst of what has lately passed until a first token,
   * times the attempts that would be under way. Without the second factor all calls would go to
   * whichever looked best a moment ago. A target that has not been measured counts as middling.
   */
  public double burden(long nowNanos) {
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

  /** What is under way and waits, and how full its bucket is. */
  public TargetLoad load(long nowNanos) {
    return admission.load(nowNanos);
  }

  public Admission admission() {
    return admission;
  }

  public Gate gate() {
    return gate;
  }

  public HedgeShare hedgeShare() {
    return hedgeShare;
  }

  /**
   * Watches a stream until its content comes; null if it is not known when it is late. Streams of
   * like size are late after like times.
   */
  public LateWatch.@Nullable Watched watch(LateWatch.Owner owner, int inputTokens, long nowNanos) {
    long lateAfter = profile.lateNanos(inputTokens, nowNanos);
    if (lateAfter == LatencyProfile.NEVER) {
      return null;
    }
    return lateWatch.add(owner, LatencyProfile.bucket(inputTokens), nowNanos + lateAfter);
  }

  /** False if it has been found late. */
  public boolean stopWatching(LateWatch.Watched watched) {
    return lateWatch.remove(watched);
  }

  /** Counts the streams that are late by now as failures, before anyone else is sent there. */
  public void noticeLate(RandomGenerator random, long nowNanos) {
    List<LateWatch.Watched> late = lateWatch.late(nowNanos);
    for (LateWatch.Watched each : late) {
      each.owner().foundLate(random, nowNanos);
    }
    if (!late.isEmpty()) {
      lineDecidesAgain(nowNanos);
      circuitMoved(nowNanos);
    }
  }

  /** Whoever waits for a target whose circuit has opened has to turn elsewhere. */
  public void lineDecidesAgain(long nowNanos) {
    if (!breakerAdmits(nowNanos)) {
      admission.reconsider(nowNanos);
    }
  }

  /** Its throttles since the last answer. */
  public ThrottleStreak throttleStreak() {
    return throttleStreak;
  }

  /** The calls that wait for the circuit. */
  public ProbeLine probeLine() {
    return probeLine;
  }

  /** The circuit may have changed: if it has, those that wait for it look again. */
  public void circuitMoved(long nowNanos) {
    if (probeLine.size() > 0) {
      probeLine.wake(breaker.state(), nowNanos);
    }
  }

  /** What another process needs to go on from here. */
  synchronized TargetMemory memory(long nowNanos) {
    return new TargetMemory(
        name,
        gate.remainingNanos(nowNanos),
        breaker.position(nowNanos) != Breaker.Position.CLOSED,
        breaker.failedProbes(),
        breaker.openedForSlowness(nowNanos),
        breaker.nextProbeNanos(nowNanos) - nowNanos,
        throttleStreak.ageNanos(nowNanos),
        quota.toString(),
        admission.learned(nowNanos));
  }

  /**
   * Goes on from what another process has learned.
   *
   * @param ageNanos how long ago that was
   */
  synchronized void recall(TargetMemory memory, long ageNanos, long nowNanos) {
    if (memory.gateNanos() > ageNanos) {
      gate.closeUntil(nowNanos + memory.gateNanos() - ageNanos);
    }
    if (memory.circuitOpen()) {
      long left = Math.max(0, memory.probeInNanos() - ageNanos);
      breaker.restore(memory.failedProbes(), memory.slow(), nowNanos + left);
    }
    if (memory.throttledAgoNanos() >= 0) {
      throttleStreak.recall(memory.throttledAgoNanos() + ageNanos, nowNanos);
    }
    if (memory.quotaKey().equals(quota.toString())) {
      admission.recall(memory.quota(), ageNanos, nowNanos);
    }
  }

  public LatencyProfile profile() {
    return profile;
  }
}
