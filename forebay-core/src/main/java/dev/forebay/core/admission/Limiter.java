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
 * Not thread-safe: its {@link Admission} guards it.
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

  /** The rate for which the bucket has its size. */
  private double sizedFor;

  private boolean limiting;

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
                    output.capacity(),
                    Math.min(call.maxOutputTokens(), usual == 0 ? USUAL_OUTPUT : usual));
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
      wait = tokens.waitNanos(needed, rate.tokensPerSecond(nowNanos));
    }
    if (output != null) {
      long needed = (callsAhead + 1L) * asked.output();
      wait = Math.max(wait, output.waitNanos(needed, outputPerSecond));
    }
    if (requests != null) {
      wait = Math.max(wait, requests.waitNanos(callsAhead + 1, requestsPerSecond));
    }
    return wait;
  }

  /** More was made than was reserved: charges it as it happens. */
  void extend(Reservation held, int outputSoFar, long nowNanos) {
    refillTokens(0, nowNanos);
    long used = output == null ? input(held.call()) + burnt(outputSoFar) : held.tokens();
    long beyond = held.isDeducted() ? Math.max(0, used - held.tokens()) : 0;
    tokens.settle(0, beyond);
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

  /** The rate in tokens per second; infinite while it is not known. */
  double tokensPerSecond(long nowNanos) {
    return limiting ? rate.tokensPerSecond(nowNanos) : Double.POSITIVE_INFINITY;
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
      Reservation held, long used, long usedOutput, boolean answered, long nowNanos) {
    refillTokens(0, nowNanos);
    if (answered) {
      rate.settled(used, nowNanos);
    }
    if (held.isDeducted()) {
      tokens.settle(held.tokens(), used);
    }
    if (output != null) {
      output.settle(held.output(), usedOutput);
    }
  }

  private void refill(long asked, long nowNanos) {
    refillTokens(asked, nowNanos);
    if (requests != null) {
      requests.refill(requestsPerSecond, nowNanos);
    }
  }

  private void refillTokens(long asked, long nowNanos) {
    if (limiting) {
      double perSecond = rate.tokensPerSecond(nowNanos);
      if (perSecond != sizedFor) {
        resize(largest, perSecond);
      }
      if (rate.isLearned(nowNanos) && rate.losesPauses(nowNanos)) {
        // A bucket that fills up in a pause ends it with a burst.
        long pausedUntil = rate.pauseUntilNanos(nowNanos);
        tokens.refill(0, pausedUntil - nowNanos < 0 ? pausedUntil : nowNanos);
      }
      tokens.refill(perSecond, nowNanos);
      if (asked > largest) {
        grow(asked, perSecond);
      }
    }
    if (output != null) {
      output.refill(outputPerSecond, nowNanos);
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
    long burst = Math.max(1, (long) (perSecond(perMinute) * BURST.toSeconds()));
    return new Bucket(burst, burst, nowNanos);
  }

  private static double perSecond(long perMinute) {
    return perMinute / SECONDS_PER_MINUTE;
  }
}
