package dev.forebay.core.health;

import dev.forebay.core.BreakerPolicy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Breaker} promises, as plainly as can be: evidence is a list of all that was seen, and
 * admitted calls are remembered one by one. Pauses have their shortest length.
 */
final class NaiveBreaker {
  /** How many failed probes distinguish an outage from chance at a rate of a half. */
  private static final int PROBES = 4;

  private enum Sort {
    GOOD,
    SLOW,
    BAD
  }

  private record Seen(Sort sort, long atNanos) {}

  private final BreakerPolicy policy;
  private final List<Seen> evidence = new ArrayList<>();
  private final Set<Long> judges = new HashSet<>();

  /** Calls admitted since the last change that made older ones void. */
  private final Set<Long> probes = new HashSet<>();

  boolean closed = true;
  boolean slow;
  private boolean open;
  private int failedProbes;
  private int allowed;
  private int worked;
  private int failed;
  private long untilNanos;

  /** When the moment began in which the latest evidence came. */
  private long momentNanos;

  /** Set when a comparison was too close to trust in floating point. */
  boolean uncertain;

  NaiveBreaker(BreakerPolicy policy, long nowNanos) {
    this.policy = policy;
    this.momentNanos = nowNanos;
  }

  boolean passes(long nowNanos) {
    if (closed) {
      return true;
    }
    boolean over = nowNanos - untilNanos >= 0;
    return open ? over : probes.size() < allowed || over;
  }

  /** A call that may pass does, with an id of its own. */
  void pass(long id, long leaseNanos, long nowNanos) {
    if (closed) {
      judges.add(id);
      return;
    }
    if (open || probes.size() >= allowed) {
      open = false;
      allowed = 1;
      worked = 0;
      failed = 0;
      probes.clear();
    }
    probes.add(id);
    untilNanos = nowNanos + leaseNanos;
  }

  void succeeded(long id, boolean isSlow, long nowNanos) {
    if (judges.contains(id)) {
      see(isSlow ? Sort.SLOW : Sort.GOOD, nowNanos);
      if (isSlow && enough() && share(Sort.SLOW, Breaker.SLOW_RATIO)) {
        open(0, true, nowNanos);
      }
    } else if (probes.contains(id) && isSlow && slow) {
      open(Math.max(failedProbes + 1, PROBES), true, nowNanos);
    } else {
      responded(id, nowNanos);
    }
  }

  void responded(long id, long nowNanos) {
    if (probes.remove(id)) {
      worked++;
      failedProbes = 0;
      allowed *= 2;
      if (allowed > Breaker.FULL_RAMP) {
        closed = true;
        slow = false;
        momentNanos = nowNanos;
        probes.clear();
      }
    }
  }

  void released(long id) {
    probes.remove(id);
  }

  void failed(long id, long nowNanos) {
    if (judges.contains(id)) {
      see(Sort.BAD, nowNanos);
      int row = row();
      double calls = weight(null);
      double failures = weight(Sort.BAD);
      double rate = policy.failureRate();
      double rowed = Math.max(failures, row);
      boolean besideRow = exceeds(rowed, calls - failures + rowed, 1.1);
      boolean beyondChance = exceeds(failures, calls, 3);
      double chance = 1e-3 / Math.max(1, calls - row);
      double longRow = Math.max(5, Math.log(chance) / Math.log(rate));
      if ((row >= 5 && besideRow)
          || (atLeast(row, longRow) && exceeds(row, row, 3))
          || (enough() && beyondChance)) {
        open(0, false, nowNanos);
      }
    } else if (probes.remove(id)) {
      failed++;
      if (worked == 0) {
        open(failedProbes + 1, false, nowNanos);
      } else if (failed - policy.failureRate() * (worked + failed) >= 1
          && exceeds(failed, worked + failed, 2)) {
        open(0, false, nowNanos);
      }
    }
  }

  private boolean exceeds(double failures, double calls, double deviations) {
    double rate = policy.failureRate();
    return atLeast(failures, rate * calls + deviations * Math.sqrt(rate * (1 - rate) * calls));
  }

  private int row() {
    int length = 0;
    while (length < evidence.size()
        && evidence.get(evidence.size() - 1 - length).sort == Sort.BAD) {
      length++;
    }
    return length;
  }

  private void open(int probesFailed, boolean forSlowness, long nowNanos) {
    closed = false;
    open = true;
    slow = forSlowness;
    failedProbes = probesFailed;
    judges.clear();
    probes.clear();
    evidence.clear();
    double pause =
        Math.min(
            60e9,
            policy.openFor().toNanos() * Math.pow(1.25, Math.max(0, probesFailed - PROBES + 1)));
    untilNanos = nowNanos + (long) (pause / 2);
  }

  private void see(Sort sort, long nowNanos) {
    if (nowNanos - momentNanos >= Breaker.MOMENT_NANOS) {
      momentNanos = nowNanos;
    }
    evidence.add(new Seen(sort, momentNanos));
  }

  private boolean enough() {
    return atLeast(weight(null), policy.minimumCalls());
  }

  private boolean share(Sort sort, double least) {
    return atLeast(weight(sort), least * weight(null));
  }

  private boolean atLeast(double value, double bound) {
    uncertain |= Math.abs(value - bound) < 1e-9;
    return value >= bound;
  }

  private double weight(@Nullable Sort sort) {
    return evidence.stream()
        .filter(seen -> sort == null || seen.sort == sort)
        .mapToDouble(seen -> Math.pow(0.5, (momentNanos - seen.atNanos) / 30e9))
        .sum();
  }
}
