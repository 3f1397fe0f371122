package dev.forebay.core.admission;

import dev.forebay.core.Call;
import dev.forebay.core.Priority;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.estimate.InputCorrection;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one target's use within its quota, as Bedrock counts it: an attempt takes what it may use
 * when it is sent, and settles what it did use. Arithmetic on the times it is given.
 *
 * <pre>
 * take     N = input + maxTokens, of which some services set aside maxTokens * burndown
 * settle   A = input + cacheWrite + burndown * output
 * grant    if {@link QuotaEstimator} finds N likely enough to fit, and as much is left as {@link PriorityHeadroom} asks for
 * </pre>
 *
 * <p>Where output has a quota of its own, the first quota is asked for {@code input + maxTokens}
 * and settles at the input, and {@link OutputQuota} has the second. Inputs are what {@link
 * InputCorrection} makes of a call's estimate. A quota that is not known does not limit anything
 * before it was learned from a throttle. Where other processes share a configured quota, or one
 * that they learn together, {@link SharedQuota} has this one's part, and nothing is believed or
 * probed. Not thread-safe: its {@link Admission} guards it.
 */
final class Limiter {
  private static final double SECONDS_PER_MINUTE = 60;
  private static final long MOST_TOKENS = TargetQuota.MAX_PER_MINUTE;

  /** How often to look again whether what was foreseen has changed. */
  static final long LOOK_NANOS = Duration.ofMillis(250).toNanos();

  /** Whether output has a quota of its own. */
  private final boolean split;

  private final double burndown;
  private final long most;
  private final QuotaHypotheses hypotheses;
  private final QuotaEstimator estimator;
  private final PriorityHeadroom headroom;
  private final QuotaShare share;
  private final @Nullable OutputQuota output;
  private final @Nullable RequestQuota requests;
  private final InputCorrection inputs;

  Limiter(TargetQuota quota, long nowNanos) {
    this(quota, new InputCorrection(), nowNanos);
  }

  /**
   * A limiter that goes on with what is known of inputs.
   *
   * @param inputs outlives a change of the quota, as it does not depend on it
   */
  Limiter(TargetQuota quota, InputCorrection inputs, long nowNanos) {
    this.inputs = inputs;
    split = quota instanceof TargetQuota.Split;
    burndown = quota.burndown();
    long main;
    long ofOutput = 0;
    long ofRequests = 0;
    switch (quota) {
      case TargetQuota.Joint joint -> {
        main = joint.tokensPerMinute();
        ofRequests = joint.requestsPerMinute();
      }
      case TargetQuota.Split split -> {
        main = split.inputTokensPerMinute();
        ofOutput = split.outputTokensPerMinute();
      }
    }
    most = main == 0 ? MOST_TOKENS : main;
    double outputPerSecond = perSecond(ofOutput);
    double requestsPerSecond = perSecond(ofRequests);
    headroom = new PriorityHeadroom(nowNanos);
    share = new QuotaShare(main, outputPerSecond, requestsPerSecond);
    output = ofOutput != 0 ? new OutputQuota(outputPerSecond, nowNanos) : null;
    requests = ofRequests != 0 ? new RequestQuota(ofRequests, nowNanos) : null;
    double perMinute = main == 0 ? Double.POSITIVE_INFINITY : main;
    hypotheses = new QuotaHypotheses(perMinute, burndown, requests, nowNanos);
    estimator = new QuotaEstimator(hypotheses, split, nowNanos);
  }

  /** Counts by this part of the quota from now on. What has come until now came by the last one. */
  void slice(QuotaSlice next, long nowNanos) {
    share.slice(next, nowNanos);
    if (output != null) {
      output.slice(next, nowNanos);
    }
  }

  /**
   * How the quotas are used.
   *
   * @param waitingTokens what those that wait ask for
   * @param waitingCalls how many they are
   */
  QuotaConsumption use(long waitingTokens, int waitingCalls, long nowNanos) {
    return share.use(Math.max(0, -level(nowNanos)) + waitingTokens, waitingCalls);
  }

  /** What was found out of the quota of tokens. */
  QuotaEvidence evidence(long nowNanos) {
    return share.evidence(hypotheses.perMinute(), hypotheses.sum(nowNanos));
  }

  /** The quota of tokens, configured or learned, alone or together; infinite if it is not known. */
  private double perMinute() {
    double together = share.learnedPerMinute();
    return together == 0 ? hypotheses.perMinute() : together;
  }

  /** Says what the attempt has to reserve. */
  void price(Reservation asked, long nowNanos) {
    Call call = asked.call();
    int ofOutput = output == null ? 0 : output.asks(call, nowNanos);
    asked.asks(Math.min(MOST_TOKENS, input(call) + call.maxOutputTokens()), ofOutput);
  }

  /** A call comes, whether it is let in at once or waits. */
  void arrived(Reservation asked, long nowNanos) {
    headroom.arrived(asked, nowNanos);
  }

  /** What interactive and standard calls asked for over the last minute, in tokens. */
  long direct(long nowNanos) {
    return headroom.wanted(Priority.BATCH, nowNanos);
  }

  /** Whether this process has a part of the quota by what it needs. */
  boolean isShared() {
    return share.shared() != null;
  }

  /** Whether this process has nothing of a quota of which it may be given a part. */
  boolean isEmpty(long nowNanos) {
    return share.isEmpty(nowNanos);
  }

  /** The most that one attempt can ever reserve. */
  long most() {
    return most;
  }

  /**
   * Whether the attempt may be sent now.
   *
   * @param isLastChance whether its call is refused if it may not
   */
  boolean has(Reservation asked, boolean isLastChance, long nowNanos) {
    if (asked.tokens() > most) {
      return false;
    }
    if (output != null && !output.has(asked.output(), nowNanos)) {
      return false;
    }
    SharedQuota shared = share.shared();
    if (shared != null && !shared.has(asked.tokens(), nowNanos)) {
      return false;
    }
    estimator.confirmDue(share.isLeased(), nowNanos);
    if ((hypotheses.limits() || share.isLeased()) && !leavesRoom(asked, nowNanos)) {
      headroom.held(nowNanos);
      return false;
    }
    return estimator.mayGo(asked, share.isLeased(), isLastChance, nowNanos);
  }

  private boolean leavesRoom(Reservation asked, long nowNanos) {
    long wanted = headroom.wanted(asked.call().priority(), nowNanos);
    long tokens = asked.tokens();
    return wanted == 0
        || tokens + wanted <= level(nowNanos)
        || headroom.isPaced(tokens, pace(nowNanos), nowNanos);
  }

  /** What was charged over the last minute can be charged over the next one. */
  private double pace(long nowNanos) {
    double perMinute = perMinute();
    if (Double.isInfinite(perMinute)) {
      return Double.POSITIVE_INFINITY;
    }
    double known = Math.max(perMinute * share.at(nowNanos), (double) hypotheses.sum(nowNanos));
    return headroom.pace(known);
  }

  /** Takes what {@link #has} has just shown to be there. */
  void take(Reservation asked, long nowNanos) {
    estimator.take(asked, nowNanos);
    headroom.take(asked, pace(nowNanos), nowNanos);
    if (output != null) {
      output.take(asked.output());
    }
    if (requests != null) {
      requests.take(nowNanos);
    }
    share.take(asked.tokens());
    estimator.sent(asked, share.isLeased(), nowNanos);
    share.count(asked.tokens(), asked.output(), 1);
  }

  /** When a call that {@link #has} nothing now should look again, at the latest. */
  long lookAgainNanos(Reservation asked, long nowNanos) {
    long wait = waitNanos(asked, 0, 0, nowNanos);
    long probe = estimator.nextNanos(nowNanos) - nowNanos;
    long least = Math.min(LOOK_NANOS, wait == 0 ? LOOK_NANOS : wait);
    return probe > 0 ? Math.min(Math.max(probe, 0), LOOK_NANOS) : least;
  }

  /**
   * How long until the quotas have what is asked for after what others have asked for before, as
   * far as can be foreseen.
   *
   * @param tokensAhead what those others ask for
   * @param callsAhead how many they are
   */
  long waitNanos(Reservation asked, long tokensAhead, int callsAhead, long nowNanos) {
    long tokens = tokensAhead + asked.tokens();
    long wait = share.isLeased() ? 0 : hypotheses.waitNanos(tokens, nowNanos);
    SharedQuota shared = share.shared();
    if (shared != null) {
      wait = Math.max(wait, shared.waitNanos(tokens, callsAhead + 1, nowNanos));
    } else if (requests != null) {
      wait = Math.max(wait, requests.waitNanos(callsAhead + 1, nowNanos));
    }
    if (output != null) {
      wait = Math.max(wait, output.waitNanos((callsAhead + 1L) * asked.output(), nowNanos));
    }
    return wait;
  }

  /** More was made than was reserved, of an output with a quota of its own: charges it at once. */
  void extend(Reservation held, int outputSoFar, long nowNanos) {
    if (output != null) {
      int made = Math.max(held.output(), outputSoFar);
      output.settle(0, made - held.output(), nowNanos);
      share.count(0, made - held.output(), 0);
      held.extend(made);
    }
  }

  /** An attempt that was answered; what it used. */
  long answered(Reservation held, TokenUsage usage, long nowNanos) {
    accepted(held, nowNanos);
    estimator.answered(nowNanos);
    if (usage.total() == 0) {
      settle(held, held.tokens(), held.output(), nowNanos);
      return held.tokens();
    }
    long input = (long) usage.input() + usage.cacheWrite();
    long used = input + (split ? 0 : burnt(usage.output()));
    if (output != null) {
      output.learn(usage.output(), nowNanos);
    }
    inputs.learn(held.call(), input + usage.cacheRead());
    settle(held, used, usage.output(), nowNanos);
    return used;
  }

  /** The service has let the attempt in. */
  void accepted(Reservation held, long nowNanos) {
    estimator.accepted(held, share.isLeased(), nowNanos);
  }

  /** An attempt that broke off after so much output, or of which no more is wanted. */
  void interrupted(Reservation held, long outputSeen, long nowNanos) {
    estimator.dropped(held);
    long used = input(held.call()) + (output == null ? burnt(outputSeen) : 0);
    settle(held, used, outputSeen, nowNanos);
  }

  /** An attempt whose usage is unknown: all that it had reserved counts as used. */
  void usageUnknown(Reservation held, long nowNanos) {
    estimator.dropped(held);
    settle(held, held.tokens(), held.output(), nowNanos);
  }

  /**
   * An attempt that the service refused for another reason, or that was not sent: it used nothing.
   */
  void refused(Reservation held, long nowNanos) {
    estimator.dropped(held);
    settleRefused(held, nowNanos);
  }

  /** The service refused an attempt for its quota's sake; whether a limit was lowered. */
  boolean throttled(Reservation held, long nowNanos) {
    estimator.confirmBefore(held, share.isLeased(), nowNanos);
    headroom.throttled();
    hypotheses.counts(true);
    settleRefused(held, nowNanos);
    share.refused(held.tokens(), nowNanos);
    boolean cut = estimator.refused(held, share.isLeased(), nowNanos);
    if (cut) {
      share.lower(nowNanos);
    }
    return cut;
  }

  /** Whether the last throttle may have been chance: it was not foreseen, and is not decided. */
  boolean suspects() {
    return estimator.suspects();
  }

  /** What was learned of the quota, for another process; empty for nothing. */
  Map<String, Double> learned(long nowNanos) {
    return hypotheses.learned(nowNanos);
  }

  /** Goes on from what another process had {@link #learned} so long ago. */
  void recall(Map<String, Double> learned, long ageNanos, long nowNanos) {
    hypotheses.recall(learned, ageNanos, nowNanos);
  }

  /** Whether anything holds calls back. */
  boolean limits() {
    return hypotheses.limits() || requests != null || share.isLeased();
  }

  /** The rate to expect in tokens per second; infinite while it is not known. */
  double tokensPerSecond(long nowNanos) {
    return perMinute() / SECONDS_PER_MINUTE * share.foreseen(nowNanos);
  }

  /** What is left of the quota of tokens, negative if in debt. */
  long level(long nowNanos) {
    SharedQuota leased = share.leased();
    if (leased != null) {
      return leased.level(nowNanos);
    }
    return Double.isFinite(hypotheses.perMinute())
        ? (long) (hypotheses.perMinute() - hypotheses.used(nowNanos))
        : 0;
  }

  long capacity() {
    SharedQuota leased = share.leased();
    if (leased != null) {
      return leased.capacity();
    }
    return Double.isFinite(hypotheses.perMinute()) ? (long) hypotheses.perMinute() : 0;
  }

  /** The share of the quota that is left; all of it where there is none. */
  double fill(long nowNanos) {
    return Double.isFinite(perMinute())
        ? Math.clamp((double) level(nowNanos) / Math.max(1, capacity()), 0, 1)
        : 1;
  }

  private void settleRefused(Reservation held, long nowNanos) {
    settle(held, 0, 0, nowNanos);
    if (requests != null) {
      requests.giveBack(held.begunAtNanos(), nowNanos);
    }
    SharedQuota shared = share.shared();
    if (shared != null) {
      shared.giveBackRequest();
    }
  }

  private void settle(Reservation held, long used, long outputUsed, long nowNanos) {
    estimator.settle(held, used, nowNanos);
    headroom.settle(held, used);
    SharedQuota shared = share.shared();
    if (shared != null) {
      shared.settle(held.tokens(), used, held.begunAtNanos(), nowNanos);
    }
    share.count(used - held.tokens(), 0, 0);
    if (output != null) {
      share.count(0, outputUsed - held.output(), 0);
      output.settle(held.output(), outputUsed, nowNanos);
    }
  }

  private long input(Call call) {
    return Math.min(MOST_TOKENS, inputs.of(call));
  }

  private long burnt(long outputTokens) {
    return (long) Math.ceil(burndown * outputTokens);
  }

  private static double perSecond(long perMinute) {
    return perMinute / SECONDS_PER_MINUTE;
  }
}
