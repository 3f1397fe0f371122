package dev.forebay.cluster;

import dev.forebay.core.FleetReading;
import dev.forebay.core.Target;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.admission.QuotaSlice;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a member knows of one target's part of its quota. Not thread-safe. */
final class Share {
  final String quota;
  final int number;
  final LeaseHolder holder = new LeaseHolder();
  final Demand demand = new Demand();
  final LearnedRate rate;
  final FixedWindowDetector counting;
  Target target;
  @Nullable SharedCircuit circuit;

  /** How many targets of this member have the quota, this one included. */
  int targets = 1;

  /** When it was looked at last. */
  long lookedMillis;

  /** A call has come since then, which found nothing leased. Set by calls. */
  volatile boolean isUsed;

  private long attempts;

  /** Whether nothing was wanted or attempted at the last look. Read by calls. */
  private volatile boolean wasIdle;

  private @Nullable QuotaSlice announced;

  /**
   * Nothing is leased yet.
   *
   * @param number no other share's of the member, not even one of the same target before
   */
  Share(Target target, String quota, int number) {
    this.target = target;
    this.number = number;
    this.quota = quota;
    long configured = configured(target.quota());
    this.counting = new FixedWindowDetector(configured > 0);
    this.rate = new LearnedRate(configured);
  }

  /** The target is configured anew, perhaps with other figures of the same quota. */
  void reload(Target next) {
    if (!next.quota().equals(target.quota())) {
      long configured = configured(next.quota());
      counting.requota(configured > 0);
      rate.requota(configured);
    }
    target = next;
  }

  private static long configured(TargetQuota quota) {
    return switch (quota) {
      case TargetQuota.Joint joint -> joint.tokensPerMinute();
      case TargetQuota.Split split -> split.inputTokensPerMinute();
    };
  }

  /**
   * What the target may use.
   *
   * @param fair the part without the store
   * @param nanos the time by the calls' clock
   */
  QuotaSlice slice(double fair, boolean storeReachable, long nowMillis, long nanos) {
    double learned = rate.perMinute();
    boolean windowed = counting.isWindowed(nowMillis);
    if (isLeased(nowMillis)) {
      double part = (double) holder.has(nowMillis) / Grant.WHOLE;
      long untilNanos = nanos + toNanos(holder.untilMillis() - nowMillis);
      return new QuotaSlice(part, untilNanos, fair, learned, windowed);
    }
    if (storeReachable && !isUnsure(nowMillis) && !isStarved(nowMillis)) {
      return nothing(fair, nanos + toNanos(Member.REACHABLE_MILLIS), nowMillis);
    }
    // No end: it is the same afterwards.
    return new QuotaSlice(fair, 0, fair, learned, windowed);
  }

  /** The slice of a member that was granted nothing. */
  QuotaSlice nothing(double fair, long untilNanos, long nowMillis) {
    return new QuotaSlice(0, untilNanos, fair, rate.perMinute(), counting.isWindowed(nowMillis));
  }

  /** Whether the target does not know this part yet; then it counts as announced. */
  boolean isNews(QuotaSlice slice) {
    QuotaSlice before = announced;
    if (before != null
        && before.share() == slice.share()
        && before.fair() == slice.fair()
        && before.learnedPerMinute() == slice.learnedPerMinute()
        && before.windowed() == slice.windowed()
        && Math.abs(slice.untilNanos() - before.untilNanos()) < toNanos(LeaseHolder.SOON_MILLIS)) {
      return false;
    }
    announced = slice;
    return true;
  }

  /** So many attempts have begun, until now. */
  void attempted(long until) {
    wasIdle = holder.wants() == 0 && until == attempts;
    attempts = until;
  }

  /** Whether it need not be looked at soon. */
  boolean isIdle() {
    return wasIdle && !isUsed;
  }

  /** The part that was announced last. */
  double part() {
    return announced == null ? 0 : announced.share();
  }

  FleetReading.Slice reading(List<FleetReading.Part> parts, long nowMillis) {
    return new FleetReading.Slice(
        quota,
        (double) holder.wants() / Grant.WHOLE,
        part(),
        isLeased(nowMillis),
        rate.perMinute(),
        holder.isLearning(nowMillis),
        counting.isWindowed(nowMillis),
        circuit == null ? 0 : circuit.open(),
        parts);
  }

  private boolean isLeased(long nowMillis) {
    return holder.isLeased(nowMillis) && !isUnsure(nowMillis);
  }

  /** Whether the store grants nothing to it, though it asks. */
  boolean isStarved(long nowMillis) {
    return !isLeased(nowMillis) && holder.isStarved(Member.REACHABLE_MILLIS, nowMillis);
  }

  /** Nothing was granted, but only because the store does not know what others hold. */
  private boolean isUnsure(long nowMillis) {
    return holder.isLearning(nowMillis) && holder.has(nowMillis) == 0;
  }

  private static long toNanos(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
