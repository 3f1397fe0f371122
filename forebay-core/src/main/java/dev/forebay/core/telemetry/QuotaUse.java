package dev.forebay.core.telemetry;

import dev.forebay.core.Target;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.event.JourneyView;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * How much of each target's configured quota was used in the last 60 seconds: what answers turned
 * out to cost, as Bedrock settles it. Where requests and tokens both have a quota, the fuller one
 * counts. Attempts under way are not in it. Thread-safe.
 */
public final class QuotaUse implements JourneyListener {
  private static final int SECONDS = 60;
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final ConcurrentMap<String, Minute> minutes = new ConcurrentHashMap<>();

  @Override
  public void on(JourneyView journey, JourneyEvent event) {
    if (event instanceof JourneyEvent.AttemptStarted started) {
      minute(started.attempt().target()).add(1, 0, 0, event.atNanos());
    } else if (event instanceof JourneyEvent.AttemptEnded ended) {
      TokenUsage used = ended.outcome().answerUsage();
      if (used != null) {
        minute(ended.attempt().target())
            .add(0, used.input() + (double) used.cacheWrite(), used.output(), event.atNanos());
      }
    }
  }

  private Minute minute(Target target) {
    Minute known = minutes.get(target.name());
    return known != null && known.quota.equals(target.quota())
        ? known
        : minutes.compute(
            target.name(),
            (name, old) ->
                old != null && old.quota.equals(target.quota()) ? old : new Minute(target.quota()));
  }

  /** The share that is used, by target; those whose quota is not known are left out. */
  public Map<String, Double> shares(long nowNanos) {
    Map<String, Double> shares = new TreeMap<>();
    minutes.forEach(
        (target, minute) -> {
          double share = minute.share(nowNanos);
          if (share >= 0) {
            shares.put(target, share);
          }
        });
    return shares;
  }

  /** Drops all others. */
  public void keepOnly(Set<String> targets) {
    minutes.keySet().retainAll(targets);
  }

  /** One target's last 60 seconds, second by second. */
  private static final class Minute {
    private final TargetQuota quota;
    private final double[] requests = new double[SECONDS];
    private final double[] input = new double[SECONDS];
    private final double[] output = new double[SECONDS];
    private long second = Long.MIN_VALUE;

    Minute(TargetQuota quota) {
      this.quota = quota;
    }

    synchronized void add(int calls, double in, double out, long nowNanos) {
      int slot = turnTo(nowNanos);
      requests[slot] += calls;
      input[slot] += in;
      output[slot] += out;
    }

    /** Negative if the quota is not known. */
    synchronized double share(long nowNanos) {
      turnTo(nowNanos);
      return switch (quota) {
        case TargetQuota.Joint joint -> {
          double tokens = sum(input) + joint.burndown() * sum(output);
          yield Math.max(
              share(sum(requests), joint.requestsPerMinute()),
              share(tokens, joint.tokensPerMinute()));
        }
        case TargetQuota.Split split ->
            Math.max(
                share(sum(input), split.inputTokensPerMinute()),
                share(sum(output), split.outputTokensPerMinute()));
      };
    }

    private static double share(double used, long quota) {
      return quota == 0 ? -1 : used / quota;
    }

    private int turnTo(long nowNanos) {
      long now = Math.floorDiv(nowNanos, SECOND_NANOS);
      second = Math.max(second, now - SECONDS);
      while (second < now) {
        second++;
        int slot = (int) Math.floorMod(second, (long) SECONDS);
        requests[slot] = 0;
        input[slot] = 0;
        output[slot] = 0;
      }
      return (int) Math.floorMod(second, (long) SECONDS);
    }

    private static double sum(double[] slots) {
      double sum = 0;
      for (double each : slots) {
        sum += each;
      }
      return sum;
    }
  }
}
