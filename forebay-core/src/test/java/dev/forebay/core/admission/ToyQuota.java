package dev.forebay.core.admission;

import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A service that admits so many tokens a minute, in one of the ways it might count them. */
final class ToyQuota {
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  /** From the first second until the fixed minute begins anew. */
  private static final long PHASE = Duration.ofSeconds(43).toNanos();

  /** What was let in, until it is settled. */
  static final class Admitted {
    private final long atNanos;
    private long tokens;

    private Admitted(long atNanos, long tokens) {
      this.atNanos = atNanos;
      this.tokens = tokens;
    }
  }

  private final QuotaHypothesis.Span span;
  private final long originNanos;
  private final ArrayDeque<Admitted> lastMinute = new ArrayDeque<>();
  private long perMinute;
  private long sum;
  private double level;
  private long filledAtNanos;
  private long minute;

  ToyQuota(QuotaHypothesis.Span span, long perMinute, long nowNanos) {
    this.span = span;
    this.originNanos = nowNanos;
    this.perMinute = perMinute;
    this.level = perMinute;
    this.filledAtNanos = nowNanos;
  }

  void change(long tokensPerMinute) {
    perMinute = tokensPerMinute;
  }

  /** Null if it refuses. */
  @Nullable Admitted admit(long tokens, long nowNanos) {
    move(nowNanos);
    if (span == QuotaHypothesis.Span.BUCKET ? level < tokens : sum + tokens > perMinute) {
      return null;
    }
    Admitted admitted = new Admitted(nowNanos, tokens);
    lastMinute.add(admitted);
    level -= tokens;
    sum += tokens;
    return admitted;
  }

  /** What it charges in the end, from the moment of the attempt. */
  void settle(Admitted admitted, long used, long nowNanos) {
    move(nowNanos);
    long change = used - admitted.tokens;
    admitted.tokens = used;
    level = Math.min((double) perMinute, level - change);
    if (isCounted(admitted, nowNanos)) {
      sum += change;
    }
  }

  private boolean isCounted(Admitted admitted, long nowNanos) {
    return span == QuotaHypothesis.Span.FIXED
        ? minuteOf(admitted.atNanos) == minute
        : nowNanos - admitted.atNanos < MINUTE;
  }

  private void move(long nowNanos) {
    level = Math.min((double) perMinute, level + perMinute / 60e9 * (nowNanos - filledAtNanos));
    filledAtNanos = nowNanos;
    if (span == QuotaHypothesis.Span.FIXED) {
      if (minuteOf(nowNanos) != minute) {
        minute = minuteOf(nowNanos);
        sum = 0;
      }
      return;
    }
    while (!lastMinute.isEmpty() && nowNanos - lastMinute.getFirst().atNanos >= MINUTE) {
      sum -= lastMinute.removeFirst().tokens;
    }
  }

  private long minuteOf(long nanos) {
    return (nanos - originNanos + MINUTE - PHASE) / MINUTE;
  }
}
