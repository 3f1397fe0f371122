package dev.forebay.core.admission;

import dev.forebay.core.Call;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.estimate.InputEstimates;
import dev.forebay.core.estimate.QuantileEstimate;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one target's use within its quota, as Bedrock counts it: an attempt reserves what it may
 * use before it is sent, and settles what it did use. Arithmetic on the times it is given.
 *
 * <pre>
 * reserve  N = input + max(maxTokens, burndown * q90(output))
 * settle   A = input + cacheWrite + burndown * output
 * rate     r = Q / 60 s, or what {@link CubicRate} has learned if that is less or Q is not known
 * bucket   B = min(Q, max(10 s * r, largest N)), begun full, and full still when a larger N lets it grow
 * grant    iff L >= N + min(h_c * B, B - N); wait = what is missing / r
 * </pre>
 *
 * <p>Where output has a quota of its own, the first bucket is asked for {@code input + maxTokens}
 * and settles at the input, and the second is asked for the usual output and settles at the output.
 * Inputs are what {@link InputEstimates} makes of a call's estimate. Requests per minute are one
 * more bucket. A quota that is not known does not limit anything before a throttle has taught it.
 * Where other processes share the quota, rates and bursts are those of this one's {@link
 * QuotaSlice}, and what is learned is the rate of all together. Not thread-safe: its {@link
 * Admission} guards it.
 */
final class Limiter {
  private static final Duration BURST = Duration.ofSeconds(10);
  private static final double SECONDS_PER_MINUTE = 60;
  private static final long MOST_TOKENS = TargetQuota.MAX_PER_MINUTE;

  /** Before anything is known of a model's answers. */
  private static final long USUAL_OUTPUT = 500;

  private static final Duration MIN_EPOCH = Duration.ofSeconds(2);

  /** Whether output has a quota of its own. */
  private final boolean split;

  private final double burndown;
  private final long most;
  private final double outputPerSecond;
  private final double requestsPerSecond;
  private final CubicRate rate;
  private final Bucket tokens;
  private final @Nullable Bucket output;
  private final @Nullable Bucket requests;
  private final QuantileEstimate usualOutput =
      new QuantileEstimate(0.9, QuantileEstimate.USUAL_STEP);

  private final InputEstimates inputs;

  private long largest;
  private long largestOutput;

  /** The rate for which the bucket has its size. */
  private double sizedFor = -1;

  private boolean limiting;

  private QuotaSlice slice = QuotaSlice.WHOLE;
  private boolean isShared;

  /** Seconds of the whole quotas, see {@link QuotaUse}. */
  private double usedTokens;

  private double usedOutput;
  private double usedRequests;

  Limiter(TargetQuota quota, long nowNanos) {
    this(quota, new InputEstimates(), nowNanos);
  }

  /**
   * A limiter that goes on with what is known of inputs.
   *
   * @param inputs outlives a change of the quota, as it does not depend on it
   */
  Limiter(TargetQuota quota, InputEstimates inputs, long nowNanos) {
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
    outputPerSecond = perSecond(ofOutput);
    requestsPerSecond = perSecond(ofRequests);
    rate = new CubicRate(main == 0 ? Double.POSITIVE_INFINITY : perSecond(main), nowNanos);
    limiting = main != 0;
    tokens = limiting ? bucket(main, nowNanos) : new Bucket(0, 0, nowNanos);
    output = ofOutput != 0 ? bucket(ofOutput, nowNanos) : null;
    requests = ofRequests != 0 ? bucket(ofRequests, nowNanos) : null;
  }

  /** Counts by this part of the quota from now on. What has come until now came by the last one. */
  void slice(QuotaSlice next, long nowNanos) {
    refill(0, nowNanos);
    slice = next;
    isShared = !next.equals(QuotaSlice.WHOLE);
    refill(0, nowNanos);
  }

  /**
   * How the quotas are used.
   *
   * @param waitingTokens what those that wait ask for
   * @param waitingCalls how many they are
   */
  QuotaUse use(long waitingTokens, int waitingCalls, long nowNanos) {
    if (!limits()) {
      return QuotaUse.NONE;
    }
    double owed = tokenSeconds(Math.max(0, -level(nowNanos)) + waitingTokens, nowNanos);
    if (requests != null) {
      owed = Math.max(owed, waitingCalls / requestsPerSecond);
    }
    return new QuotaUse(true, usedTokens, usedOutput, usedRequests, owed);
  }

  /** Nobody asks for the use of a process that shares with nobody. */
  private void count(long ofTokens, long ofOutput, long ofCalls, long nowNanos) {
    if (isShared) {
      usedTokens += tokenSeconds(ofTokens, nowNanos);
      usedOutput += output == null ? 0 : ofOutput / outputPerSecond;
      usedRequests += requests == null ? 0 : ofCalls / requestsPerSecond;
    }
  }

  private double tokenSeconds(long ofTokens, long nowNanos) {
    return limiting ? ofTokens / rate.tokensPerSecond(nowNanos) : 0;
  }

  /** Says what the attempt has to reserve. */
  void price(Reservation asked, long nowNanos) {
    Call call = asked.call();
    long usual = usualOutput.value(nowNanos);
    long input = input(call);
    long answer =
        split
            ? call.maxOutputTokens()
            : Math.max(call.maxOutputTokens(), Math.min((long) (burndown * usual), most - input));
    int ofOutput =
        output == null
            ? 0
            : (int)
                Math.min(
                    burst(outputPerSecond),
                    Math.min(call.maxOutputTokens(), usual == 0 ? USUAL_OUTPUT : usual));
    largestOutput = Math.max(largestOutput, ofOutput);
    asked.asks(Math.min(MOST_TOKENS, input + answer), ofOutput);
  }

  /** The most that one attempt can ever reserve. */
  long most() {
    return most;
  }

  /** Whether the buckets have what is asked for, and leave what its class must leave. */
  boolean has(Reservation asked, long nowNanos) {
    refill(asked.tokens(), nowNanos);
    return (!limiting || tokens.has(asked.tokens() + leave(asked)))
        && (output == null || output.has(asked.output()))
        && (requests == null || requests.has(1));
  }

  /** Takes what {@link #has} has shown to be there. */
  void take(Reservation asked, long nowNanos) {
    if (limiting) {
      tokens.take(asked.tokens());
    }
    if (output != null) {
      output.take(asked.output());
    }
    if (requests != null) {
      requests.take(1);
    }
    asked.give(limiting, nowNanos);
    count(asked.tokens(), asked.output(), 1, nowNanos);
    rate.sent(nowNanos);
  }

  /**
   * Whether nothing but a guess holds the attempt back: the quota of tokens was learned, and those
   * that are configured have room.
   */
  boolean isHeldByGuess(Reservation asked, long nowNanos) {
    refill(asked.tokens(), nowNanos);
    return most == MOST_TOKENS
        && (output == null || output.has(asked.output()))
        && (requests == null || requests.has(1));
  }

  /** Lets an attempt begin that goes beyond the tokens there are, and takes none of them. */
  void takeBeyond(Reservation asked, long nowNanos) {
    if (output != null) {
      output.take(asked.output());
    }
    if (requests != null) {
      requests.take(1);
    }
    asked.give(false, nowNanos);
  }

  /**
   * How long until the buckets have what is asked for after what others have asked for before.
   *
   * @param tokensAhead what those others ask for
   * @param callsAhead how many they are
   */
  long waitNanos(Reservation asked, long tokensAhead, int callsAhead, long nowNanos) {
    refill(asked.tokens(), nowNanos);
    long wait = 0;
    if (limiting) {
      long needed = tokensAhead + asked.tokens() + leave(asked);
      wait = tokens.waitNanos(needed, tokensPerSecond(nowNanos));
    }
    double share = slice.foreseen(nowNanos);
    if (output != null) {
      long needed = (callsAhead + 1L) * asked.output();
      wait = Math.max(wait, output.waitNanos(needed, outputPerSecond * share));
    }
    if (requests != null) {
      wait = Math.max(wait, requests.waitNanos(callsAhead + 1, requestsPerSecond * share));
    }
    return wait;
  }

  /** More was made than was reserved: charges it as it happens. */
  void extend(Reservation held, int outputSoFar, long nowNanos) {
    refillTokens(0, nowNanos);
    long used = output == null ? input(held.call()) + burnt(outputSoFar) : held.tokens();
    long beyond = held.isDeducted() ? Math.max(0, used - held.tokens()) : 0;
    tokens.settle(0, beyond);
    count(beyond, 0, 0, nowNanos);
    int made = output == null ? 0 : Math.max(held.output(), outputSoFar);
    if (output != null) {
      output.settle(0, made - held.output());
    }
    held.extend(held.tokens() + beyond, made);
  }

  /** An attempt that was answered; what it used. */
  long answered(Reservation held, TokenUsage usage, long nowNanos) {
    if (usage.total() == 0) {
      settle(held, held.tokens(), held.output(), true, nowNanos);
      return held.tokens();
    }
    long input = (long) usage.input() + usage.cacheWrite();
    long used = input + (split ? 0 : burnt(usage.output()));
    usualOutput.add(usage.output(), nowNanos);
    inputs.learn(held.call(), input + usage.cacheRead());
    settle(held, used, usage.output(), true, nowNanos);
    return used;
  }

  /** An attempt that broke off after so much output, or of which no more is wanted. */
  void brokenOff(Reservation held, long outputSeen, long nowNanos) {
    long used = input(held.call()) + (output == null ? burnt(outputSeen) : 0);
    settle(held, used, outputSeen, false, nowNanos);
  }

  /** An attempt of which nobody knows what it used: all that it had reserved. */
  void lost(Reservation held, long nowNanos) {
    settle(held, held.tokens(), held.output(), false, nowNanos);
  }

  /** An attempt that the service refused: it used nothing. */
  void refused(Reservation held, long nowNanos) {
    settle(held, 0, 0, false, nowNanos);
    if (requests != null) {
      requests.settle(1, 0);
    }
  }

  /**
   * The service refused an attempt for its quota's sake; whether that lowered the rate.
   *
   * @param firstTokenNanos what the target usually takes to its first token
   */
  boolean throttled(Reservation held, long firstTokenNanos, long nowNanos) {
    long epoch = Math.max(MIN_EPOCH.toNanos(), firstTokenNanos);
    boolean cut = rate.throttled(held.begunAtNanos(), epoch, nowNanos);
    if (!limiting && rate.isLearned(nowNanos)) {
      limiting = true;
    }
    return cut;
  }

  /** What was learned of the quota, for another process; empty for nothing. */
  Map<String, Double> learned(long nowNanos) {
    return rate.learned(nowNanos);
  }

  /** Goes on from what another process had {@link #learned} so long ago. */
  void recall(Map<String, Double> learned, long ageNanos, long nowNanos) {
    rate.recall(learned, ageNanos, nowNanos);
    limiting |= rate.isLearned(nowNanos);
  }

  /** Whether anything holds calls back. */
  boolean limits() {
    return limiting || requests != null;
  }

  /** The rate to expect in tokens per second; infinite while it is not known. */
  double tokensPerSecond(long nowNanos) {
    return limiting
        ? rate.tokensPerSecond(nowNanos) * slice.foreseen(nowNanos)
        : Double.POSITIVE_INFINITY;
  }

  /** Until when the rate asks for a pause, as a time; not later than now if it does not. */
  long pausedUntilNanos(long nowNanos) {
    return rate.pauseUntilNanos(nowNanos);
  }

  long level(long nowNanos) {
    refillTokens(0, nowNanos);
    return tokens.level();
  }

  long capacity() {
    return tokens.capacity();
  }

  /** The share of the bucket that is full; all of it where there is none. */
  double fill(long nowNanos) {
    return limiting ? Math.clamp((double) level(nowNanos) / Math.max(1, capacity()), 0, 1) : 1;
  }

  private void settle(
      Reservation held, long used, long outputUsed, boolean answered, long nowNanos) {
    refillTokens(0, nowNanos);
    if (answered) {
      // As if all used their parts as this one is used: what is learned is the whole quota's rate.
      rate.settled((long) (used / slice.foreseen(nowNanos)), nowNanos);
    }
    if (held.isDeducted()) {
      count(used - held.tokens(), 0, 0, nowNanos);
      tokens.settle(held.tokens(), used);
    }
    if (output != null) {
      count(0, outputUsed - held.output(), 0, nowNanos);
      output.settle(held.output(), outputUsed);
    }
  }

  private void refill(long asked, long nowNanos) {
    refillTokens(asked, nowNanos);
    if (requests != null) {
      refill(requests, requestsPerSecond, 1, nowNanos);
    }
  }

  /** Refills a bucket that is not learned, and sizes it by the part of the quota. */
  private void refill(Bucket bucket, double perSecond, long least, long nowNanos) {
    refillBySlice(bucket, perSecond, nowNanos);
    double burst = perSecond * slice.foreseen(nowNanos) * BURST.toSeconds();
    bucket.resize(Math.max(least, (long) burst));
  }

  private void refillBySlice(Bucket bucket, double perSecond, long nowNanos) {
    if (slice.hasChanged(nowNanos)) {
      bucket.refill(perSecond * slice.share(), slice.untilNanos());
    }
    bucket.refill(perSecond * slice.at(nowNanos), nowNanos);
  }

  private void refillTokens(long asked, long nowNanos) {
    if (limiting) {
      double perSecond = rate.tokensPerSecond(nowNanos);
      double sized = perSecond * slice.at(nowNanos);
      if (sized != sizedFor) {
        resize(largest, sized);
      }
      if (rate.isLearned(nowNanos) && rate.losesPauses(nowNanos)) {
        // A bucket that fills up in a pause ends it with a burst.
        long pausedUntil = rate.pauseUntilNanos(nowNanos);
        tokens.refill(0, pausedUntil - nowNanos < 0 ? pausedUntil : nowNanos);
      }
      refillBySlice(tokens, perSecond, nowNanos);
      if (asked > largest) {
        grow(asked, sized);
      }
    }
    if (output != null) {
      refill(output, outputPerSecond, largestOutput, nowNanos);
    }
  }

  /** Where the bucket is full, little is in use: the service would grant a larger call at once. */
  private void grow(long asked, double perSecond) {
    boolean full = tokens.level() >= tokens.capacity();
    resize(asked, perSecond);
    if (full) {
      tokens.fill();
    }
  }

  private void resize(long newLargest, double perSecond) {
    largest = newLargest;
    sizedFor = perSecond;
    long burst = (long) Math.min(MOST_TOKENS, perSecond * BURST.toSeconds());
    tokens.resize(Math.min(most, Math.max(burst, largest)));
  }

  private long leave(Reservation asked) {
    long capacity = tokens.capacity();
    long wanted = (long) (asked.call().priority().headRoom() * capacity);
    return Math.max(0, Math.min(wanted, capacity - asked.tokens()));
  }

  private long input(Call call) {
    return Math.min(MOST_TOKENS, inputs.of(call));
  }

  private long burnt(long outputTokens) {
    return (long) Math.ceil(burndown * outputTokens);
  }

  private static Bucket bucket(long perMinute, long nowNanos) {
    long burst = burst(perSecond(perMinute));
    return new Bucket(burst, burst, nowNanos);
  }

  private static long burst(double perSecond) {
    return Math.max(1, (long) (perSecond * BURST.toSeconds()));
  }

  private static double perSecond(long perMinute) {
    return perMinute / SECONDS_PER_MINUTE;
  }
}
