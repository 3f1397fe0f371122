package dev.forebay.core.admission;

import dev.forebay.core.admission.QuotaHypothesis.Span;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is believed of a quota of tokens: AWS says that it holds for a minute, and not how it counts
 * one. So several {@link QuotaHypothesis hypotheses} are kept, each with a weight and a limit of
 * its own, and answers and refusals shift both. One more guess has no limit at all: refusals come
 * by chance.
 *
 * <pre>
 * P           the sum of the weights of the guesses that let an attempt in
 * weight      by the likelihood that the guess gave to what happened; that of a hypothesis by at least 0.2
 * limit       of those that did not expect it: down to what explains a refusal, up to what was accepted; that of
 *             a configured quota only if no hypothesis expected it
 * </pre>
 *
 * <p>So a configured quota that is wrong, or used by others as well, is learned like one that is
 * unknown. Not thread-safe: its {@link Limiter} guards it.
 */
final class QuotaHypotheses {
  private static final double MINUTE_SECONDS = 60;

  private final double burndown;
  private final boolean isKnown;
  private final QuotaHypothesis[] hypotheses;

  /** Those of them that count by a bucket, which alone keep what was taken. */
  private final QuotaHypothesis[] buckets;

  private final HypothesisWeights weights;
  private final UsageWindow plain;
  private final UsageWindow burnt;
  private final @Nullable RequestQuota requests;
  private final double configured;

  /** The least of the hypotheses' limits. */
  private double leastLimit;

  /** What was found by the last {@link #foresee}. */
  private double probability = 1;

  private int accepting;

  /** Whether any limit is finite. */
  private boolean limits;

  /**
   * Hypotheses without evidence.
   *
   * @param perMinute infinite if the quota is not known
   * @param burndown what an output token costs in the end
   * @param requests null if there is no quota of requests
   */
  QuotaHypotheses(
      double perMinute, double burndown, @Nullable RequestQuota requests, long nowNanos) {
    this.burndown = burndown;
    this.configured = perMinute;
    this.isKnown = Double.isFinite(perMinute);
    this.requests = requests;
    this.leastLimit = perMinute;
    this.limits = isKnown || requests != null;
    this.plain = new UsageWindow(nowNanos);
    boolean twice = burndown > 1;
    this.burnt = twice ? new UsageWindow(nowNanos) : plain;
    Span[] spans = Span.values();
    WindowOffsets offsets = new WindowOffsets();
    this.hypotheses = new QuotaHypothesis[twice ? 2 * spans.length : spans.length];
    for (int i = 0; i < hypotheses.length; i++) {
      boolean ofBurnt = i >= spans.length;
      hypotheses[i] =
          new QuotaHypothesis(
              spans[i % spans.length],
              ofBurnt,
              ofBurnt ? burnt : plain,
              offsets,
              requests,
              perMinute,
              HypothesisWeights.first(ofBurnt, twice),
              nowNanos);
    }
    buckets =
        Stream.of(hypotheses)
            .filter(one -> one.span == Span.BUCKET)
            .toArray(QuotaHypothesis[]::new);
    weights = new HypothesisWeights(hypotheses, isKnown);
  }

  /** An attempt was refused for the quota's sake, or answered. */
  void counts(boolean isRefused) {
    weights.counts(isRefused);
  }

  /** Whether all hypotheses let in what was {@link #accepting} then. */
  boolean agreed(int foreseen) {
    return foreseen == (1 << hypotheses.length) - 1;
  }

  /** Whether the quota is configured. */
  boolean isKnown() {
    return isKnown;
  }

  /** Whether there is a limit, configured or learned. */
  boolean limits() {
    return limits;
  }

  /**
   * Foresees what becomes of an attempt that is sent now.
   *
   * @param plainAmount its input and the most output
   * @param output the most output
   * @return the likelihood that it is let in
   */
  double foresee(long plainAmount, long output, long nowNanos) {
    if (!limits || fitsAll(plainAmount, output, nowNanos)) {
      accepting = (1 << hypotheses.length) - 1;
      probability = 1;
      return 1;
    }
    double sum = weights.unlimited();
    int yes = 0;
    for (int i = 0; i < hypotheses.length; i++) {
      QuotaHypothesis hypothesis = hypotheses[i];
      double fits = hypothesis.fits(amount(hypothesis, plainAmount, output), nowNanos);
      sum += hypothesis.weight * fits;
      if (fits >= 0.5) {
        yes |= 1 << i;
      }
    }
    accepting = yes;
    probability = sum;
    return sum;
  }

  /**
   * Whether so much more fits by the least limit over any span, and so by each hypothesis. Most
   * calls come while much of the quota is free, and to ask each hypothesis would cost them more
   * than all else that admission does.
   */
  private boolean fitsAll(long plainAmount, long output, long nowNanos) {
    if (plain.sum(nowNanos) + plainAmount > leastLimit
        || (burnt != plain && burnt.sum(nowNanos) + plainAmount + more(output) > leastLimit)
        || (requests != null && !requests.fitsAll(nowNanos))) {
      return false;
    }
    for (QuotaHypothesis hypothesis : buckets) {
      if (hypothesis.used(nowNanos) + amount(hypothesis, plainAmount, output) > leastLimit) {
        return false;
      }
    }
    return true;
  }

  private void limitsChanged() {
    leastLimit = Double.POSITIVE_INFINITY;
    for (QuotaHypothesis hypothesis : hypotheses) {
      leastLimit = Math.min(leastLimit, hypothesis.limit);
    }
  }

  /** Which hypotheses let the attempt in that was foreseen last, a bit for each. */
  int accepting() {
    return accepting;
  }

  /** The likelihood that was foreseen last. */
  double probability() {
    return probability;
  }

  void take(long plainAmount, long output, long nowNanos) {
    plain.take(plainAmount, nowNanos);
    if (burnt != plain) {
      burnt.take(plainAmount + more(output), nowNanos);
    }
    if (limits) {
      for (QuotaHypothesis hypothesis : buckets) {
        hypothesis.take(amount(hypothesis, plainAmount, output));
      }
    }
  }

  /**
   * The service charges so much in the end.
   *
   * @param plainAmount what was taken
   */
  void settle(long plainAmount, long output, long used, long takenAtNanos, long nowNanos) {
    plain.settle(used - plainAmount, takenAtNanos, nowNanos);
    if (burnt != plain) {
      burnt.settle(used - plainAmount - more(output), takenAtNanos, nowNanos);
    }
    if (limits) {
      for (QuotaHypothesis hypothesis : buckets) {
        hypothesis.settle(used - amount(hypothesis, plainAmount, output));
      }
    }
  }

  /**
   * An attempt was refused, and is settled.
   *
   * @param foreseen which hypotheses had let it in
   * @param isChance whether that may be chance if no hypothesis explains it
   */
  void refused(int foreseen, long plainAmount, long output, boolean isChance, long nowNanos) {
    if (plainAmount == 0) {
      return;
    }
    boolean explained = false;
    for (int i = 0; i < hypotheses.length; i++) {
      double fits = fits(i, foreseen, amount(hypotheses[i], plainAmount, output), nowNanos);
      explained |= weights.note(i, 1 - fits);
    }
    if (!explained && isChance) {
      return;
    }
    learnOffsets(false, plainAmount, output, nowNanos);
    for (int i = 0; i < hypotheses.length; i++) {
      if (!weights.explains(i) && !(isKnown && explained)) {
        hypotheses[i].lower(amount(hypotheses[i], plainAmount, output), nowNanos);
        limits = true;
      }
      hypotheses[i].drain(amount(hypotheses[i], plainAmount, output), nowNanos);
    }
    limitsChanged();
    weights.weigh(true);
  }

  /**
   * An attempt was accepted and is under way.
   *
   * @param foreseen which hypotheses had let it in
   * @param contradicts whether every limit would have refused it, see {@link RefusalOrder}
   */
  void accepted(int foreseen, boolean contradicts, long nowNanos) {
    if (!limits) {
      return;
    }
    if (!contradicts && agreed(foreseen) && fitsAll(0, 0, nowNanos)) {
      // All held it for certain, wherever a minute begins.
      weights.agreed();
      return;
    }
    boolean explained = false;
    for (int i = 0; i < hypotheses.length; i++) {
      explained |= weights.note(i, fits(i, foreseen, 0, nowNanos));
    }
    learnOffsets(true, 0, 0, nowNanos);
    for (int i = 0; i < hypotheses.length; i++) {
      if (!weights.explains(i) && !(isKnown && explained)) {
        hypotheses[i].raise(nowNanos);
      }
      if (!weights.explains(i)) {
        hypotheses[i].refill(nowNanos);
      }
    }
    limitsChanged();
    if (contradicts) {
      weights.noneExplains();
    }
    weights.weigh(false);
  }

  /**
   * How likely that hypothesis lets it in: as it foresaw, but for what depends on where a minute
   * begins.
   */
  private double fits(int hypothesis, int foreseen, long amount, long nowNanos) {
    return hypotheses[hypothesis].span == Span.FIXED
        ? hypotheses[hypothesis].fits(amount, nowNanos)
        : foreseen >> hypothesis & 1;
  }

  private void learnOffsets(boolean accepted, long plainAmount, long output, long nowNanos) {
    QuotaHypothesis best = null;
    for (QuotaHypothesis hypothesis : hypotheses) {
      if (hypothesis.span == Span.FIXED && (best == null || hypothesis.weight > best.weight)) {
        best = hypothesis;
      }
    }
    if (best != null) {
      best.learnOffsets(accepted, amount(best, plainAmount, output), nowNanos);
    }
  }

  /** The limit a minute in which there is most belief; infinite if there is none. */
  double perMinute() {
    return limits ? weights.likeliest().limit : Double.POSITIVE_INFINITY;
  }

  /** What was taken over the last minute. */
  long sum(long nowNanos) {
    return plain.sum(nowNanos);
  }

  /** What is used of it, by the same hypothesis. */
  double used(long nowNanos) {
    return limits ? weights.likeliest().used(nowNanos) : plain.sum(nowNanos);
  }

  /**
   * How long until so much more fits, in nanoseconds, by the likeliest hypothesis and if nothing
   * else is taken.
   */
  long waitNanos(long amount, long nowNanos) {
    if (!limits) {
      return 0;
    }
    QuotaHypothesis hypothesis = weights.likeliest();
    double most = hypothesis.limit;
    double missing = hypothesis.used(nowNanos) + amount - most;
    if (missing <= 0) {
      return 0;
    }
    double perSecond = Math.max(1e-9, most / MINUTE_SECONDS);
    if (hypothesis.span == Span.BUCKET || missing > plain.sum(nowNanos)) {
      return (long) (1e9 * Math.min(1e9, missing / perSecond));
    }
    return (hypothesis.burnt ? burnt : plain).nanosUntilLeft((long) Math.ceil(missing), nowNanos);
  }

  private long amount(QuotaHypothesis hypothesis, long plainAmount, long output) {
    return hypothesis.burnt ? plainAmount + more(output) : plainAmount;
  }

  private long more(long output) {
    return (long) ((burndown - 1) * output);
  }

  /** What another process needs to go on from here: the last minute's use, limits and weights. */
  Map<String, Double> learned(long nowNanos) {
    return LearnedQuota.of(plain, hypotheses, limits ? configured : Double.NaN, nowNanos);
  }

  /** Goes on from what another process had {@link #learned} so long ago. */
  void recall(Map<String, Double> learned, long ageNanos, long nowNanos) {
    limits |= weights.recall(learned);
    limitsChanged();
    LearnedQuota.recallUse(learned, plain, burnt, hypotheses, ageNanos, nowNanos);
  }
}
