package dev.forebay.core;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Breaker} promises, as plainly as can be: evidence is a list of all that was seen, and
 * permits are remembered one by one. Pauses have their shortest length.
 */
final class NaiveBreaker {
  private enum Sort {
    GOOD,
    SLOW,
    BAD
  }

  private record Seen(Sort sort, long atNanos) {}

  private final BreakerPolicy policy;
  private final List<Seen> evidence = new ArrayList<>();
  private final Set<Long> judges = new HashSet<>();

  /** Permits given since the last change that made older ones void. */
  private final Set<Long> probes = new HashSet<>();

  boolean closed = true;
  boolean slow;
  private boolean open;
  private int reopened;
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
      open(reopened + 1, true, nowNanos);
    } else {
      responded(id, nowNanos);
    }
  }

  void responded(long id, long nowNanos) {
    if (probes.remove(id)) {
      worked++;
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
      boolean row = isRow(Breaker.FAILURES_IN_A_ROW);
      boolean longRow = isRow((int) Math.ceil(Math.log(1e-3) / Math.log(policy.failureRate())));
      double calls = weight(null);
      double rate = policy.failureRate();
      boolean bad = atLeast(weight(Sort.BAD), rate * calls);
      boolean beyondChance =
          atLeast(weight(Sort.BAD), rate * calls + 2 * Math.sqrt(rate * (1 - rate) * calls));
      if ((row && bad) || longRow || (enough() && beyondChance)) {
        open(0, false, nowNanos);
      }
    } else if (probes.remove(id)) {
      failed++;
      if (worked == 0 || failed - policy.failureRate() * (worked + failed) >= 1) {
        open(worked == 0 ? reopened + 1 : 0, false, nowNanos);
      }
    }
  }

  private boolean isRow(int length) {
    return evidence.size() >= length
        && evidence.subList(evidence.size() - length, evidence.size()).stream()
            .allMatch(seen -> seen.sort == Sort.BAD);
  }

  private void open(int times, boolean forSlowness, long nowNanos) {
    closed = false;
    open = true;
    slow = forSlowness;
    reopened = times;
    judges.clear();
    probes.clear();
    evidence.clear();
    double pause = Math.min(300e9, policy.openFor().toNanos() * Math.pow(2, times));
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
