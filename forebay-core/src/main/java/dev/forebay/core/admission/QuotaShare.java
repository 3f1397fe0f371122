package dev.forebay.core.admission;

import org.jspecify.annotations.Nullable;

/**
 * What this process has of a quota that others use too: its part, what it used of it, and what was
 * found out of a quota that is not configured. With no other process it is empty and counts
 * nothing. Not thread-safe: its {@link Limiter} guards it.
 */
final class QuotaShare {
  private static final double SECONDS_PER_MINUTE = 60;

  /** The configured quota; 0 if there is none. */
  private final double perMinute;

  private final double requestsPerSecond;
  private final UseMeter meter;
  private QuotaSlice slice = QuotaSlice.WHOLE;

  /** Null if no other process shares the quota. */
  private @Nullable SharedQuota shared;

  /** By what is configured, or what all processes together have learned; and those refused. */
  private long attempts;

  private long refusals;

  /** Shares nothing; a quota of 0 is none. */
  QuotaShare(double perMinute, double outputPerSecond, double requestsPerSecond) {
    this.perMinute = perMinute;
    this.requestsPerSecond = requestsPerSecond;
    this.meter = new UseMeter(outputPerSecond, requestsPerSecond);
  }

  /** Counts by this part of the quota from now on. What has come until now came by the last one. */
  void slice(QuotaSlice next, long nowNanos) {
    slice = next;
    if (next.equals(QuotaSlice.WHOLE)) {
      shared = null;
      return;
    }
    double learned = learnedPerSecond(next);
    if (shared == null) {
      double known = learned > 0 ? learned : perMinute / SECONDS_PER_MINUTE;
      shared = new SharedQuota(known, requestsPerSecond, next, nowNanos);
    } else {
      shared.slice(next, nowNanos);
      double known = learned > 0 ? learned : perMinute / SECONDS_PER_MINUTE;
      if (known > 0) {
        shared.learn(known, nowNanos);
      }
    }
  }

  /** Of a quota that is configured others may leave less. */
  private double learnedPerSecond(QuotaSlice slice) {
    double learned = slice.learnedPerMinute();
    return (isConfigured() ? Math.min(perMinute, learned) : learned) / SECONDS_PER_MINUTE;
  }

  /** Null if no other process shares the quota. */
  @Nullable SharedQuota shared() {
    return shared;
  }

  /** What gives this process its part of the tokens; null if nothing does. */
  @Nullable SharedQuota leased() {
    return shared != null && shared.limitsTokens() ? shared : null;
  }

  boolean isLeased() {
    return leased() != null;
  }

  /** Whether others have been given all, and this process would be given a part if it needs one. */
  boolean isEmpty(long nowNanos) {
    return shared != null
        && slice.share() == 0
        && slice.isCurrent(nowNanos)
        && (isConfigured() || requestsPerSecond != 0 || isLeased());
  }

  /** The part of the tokens that may be used now; 1 if all. */
  double at(long nowNanos) {
    return isLeased() ? slice.at(nowNanos) : 1;
  }

  /** The part of the tokens that is to be expected; 1 if all. */
  double foreseen(long nowNanos) {
    return isLeased() ? slice.foreseen(nowNanos) : 1;
  }

  /** The whole quota by which all processes keep, in tokens per minute; 0 if they do not. */
  double learnedPerMinute() {
    SharedQuota leased = leased();
    return leased == null ? 0 : leased.tokensPerSecond() * SECONDS_PER_MINUTE;
  }

  /** Counted only where the process shares the quota. */
  void count(long ofTokens, long ofOutput, long ofCalls) {
    if (shared != null) {
      meter.count(tokenSeconds(ofTokens), ofOutput, ofCalls);
    }
  }

  /**
   * How the quotas are used.
   *
   * @param owedTokens what is in debt, and what those that wait ask for
   * @param waitingCalls how many they are
   */
  QuotaConsumption use(long owedTokens, int waitingCalls) {
    return isConfigured() || requestsPerSecond != 0 || isLeased()
        ? meter.use(tokenSeconds(owedTokens), waitingCalls)
        : QuotaConsumption.NONE;
  }

  /** An attempt takes its tokens. */
  void take(long tokens) {
    if (shared != null) {
      attempts++;
      shared.take(tokens);
    }
  }

  /** The service refused an attempt for its quota's sake. */
  void refused(long tokens, long nowNanos) {
    if (shared != null) {
      refusals++;
      shared.spend(tokens, nowNanos);
    }
  }

  /** The quota seems to be lower than believed. */
  void lower(long nowNanos) {
    SharedQuota leased = leased();
    // A figure that was learned together is lowered together, while the slice is current.
    boolean isLearned = slice.learnedPerMinute() > 0 || !isConfigured();
    if (leased != null && !(isLearned && slice.isCurrent(nowNanos))) {
      leased.lower(nowNanos);
    }
  }

  /**
   * What was found out of a quota of tokens.
   *
   * @param own what this process believes by itself, in tokens per minute; infinite for nothing
   * @param charged what was charged over the last minute
   */
  QuotaEvidence evidence(double own, long charged) {
    double found = isConfigured() || Double.isInfinite(own) ? 0 : own;
    return new QuotaEvidence(found, attempts, refusals, charged);
  }

  private boolean isConfigured() {
    return perMinute != 0;
  }

  private double tokenSeconds(long ofTokens) {
    SharedQuota leased = leased();
    if (leased != null) {
      return ofTokens / leased.tokensPerSecond();
    }
    return isConfigured() ? ofTokens * SECONDS_PER_MINUTE / perMinute : 0;
  }
}
