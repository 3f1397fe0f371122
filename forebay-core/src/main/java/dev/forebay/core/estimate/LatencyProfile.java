package dev.forebay.core.estimate;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * How fast one target answers. The time to the first token grows with the input, so it is learned
 * apart for inputs up to 1,024, 4,096, 16,384, 65,536 tokens and for longer ones. The time of an
 * answer depends on its kind, best predicted by the planned length: it is learned apart for each
 * power of two of that. All times are in nanoseconds.
 *
 * <p>What a size has not shown is taken from the nearest size that has; only for limits, where too
 * low a value harms, from longer inputs alone. What was not seen for five minutes is unknown, see
 * {@link QuantileEstimate}. Writers must hold the lock of the target's {@code Admission}; reads
 * need none. Without allocation after construction.
 */
public final class LatencyProfile {
  /** A limit or a delay that never comes. Not to be added to a time. */
  public static final long NEVER = Long.MAX_VALUE;

  static final Duration MIN_LATE = Duration.ofSeconds(2);
  static final Duration MAX_LATE = Duration.ofSeconds(60);
  static final double LATE_FACTOR = 3;
  static final Duration MIN_HEDGE = Duration.ofSeconds(1);

  /** A 95th percentile of fewer samples is no more than their maximum. */
  static final int MIN_SAMPLES_FOR_LIMITS = 10;

  /** Shorter answers come in one or two pieces, which says nothing about the speed. */
  static final int MIN_OUTPUT_TOKENS = 20;

  /** Whole answers with fewer are left out of the slow speed: most of their time is no output. */
  static final int MIN_WHOLE_OUTPUT = 100;

  /** What to expect of an unknown target: long inputs and thinking take seconds. */
  static final Duration UNKNOWN_FIRST_TOKEN = Duration.ofSeconds(10);

  /** The same for output: large models bring 30 to 80 tokens a second when they are busy. */
  static final int UNKNOWN_TOKENS_PER_SECOND = 60;

  private static final long UNKNOWN_NANOS_PER_TOKEN =
      Duration.ofSeconds(1).toNanos() / UNKNOWN_TOKENS_PER_SECOND;

  /** What is slower than 20 tokens a second is not planned for. */
  private static final long MAX_NANOS_PER_TOKEN = Duration.ofMillis(50).toNanos();

  public static final int BUCKETS = 5;

  /** Up to half a million tokens. */
  private static final int LENGTHS = 20;

  private final List<QuantileEstimate> firstToken = perBucket(() -> usual(0.5));
  private final List<QuantileEstimate> firstTokenP95 = perBucket(() -> usual(0.95));
  private final List<Baseline> firstTokenBaseline = perBucket(Baseline::new);
  private final List<QuantileEstimate> usualAnswer = perLength(0.5);
  private final List<QuantileEstimate> slowAnswer = perLength(0.9);
  private final QuantileEstimate anyFirstToken = usual(0.5);
  private final PeakEstimate peak = new PeakEstimate();
  private final QuantileEstimate outputTokens = usual(0.5);
  private final QuantileEstimate nanosPerToken = usual(0.5);
  private final Baseline nanosPerTokenBaseline = new Baseline();
  private final QuantileEstimate slowNanosPerToken = usual(0.9);

  /** A stream showed its first content. */
  public void firstToken(int inputTokens, long nanos, long nowNanos) {
    int bucket = bucket(inputTokens);
    firstToken.get(bucket).add(nanos, nowNanos);
    firstTokenP95.get(bucket).add(nanos, nowNanos);
    firstTokenBaseline.get(bucket).add(nanos, nowNanos);
    anyFirstToken.add(nanos, nowNanos);
    peak.add(nanos, nowNanos);
  }

  /** An answer has ended, streamed or not, so long after its attempt began. */
  public void answerEnded(int plannedOutputTokens, long nanos, long nowNanos) {
    int length = length(plannedOutputTokens);
    usualAnswer.get(length).add(nanos, nowNanos);
    slowAnswer.get(length).add(nanos, nowNanos);
  }

  /** Its caller has left so long after it began: it would have taken longer than that. */
  public void answerCut(int plannedOutputTokens, long nanos, long nowNanos) {
    QuantileEstimate slow = slowAnswer.get(length(plannedOutputTokens));
    if (nanos > slow.value(nowNanos)) {
      slow.add(nanos, nowNanos);
    }
  }

  /** An answer that was not streamed brought so much output. */
  public void wholeAnswer(int outputTokens, long nanos, long nowNanos) {
    this.outputTokens.add(outputTokens, nowNanos);
    if (outputTokens >= MIN_WHOLE_OUTPUT) {
      slowNanosPerToken.add(nanos / outputTokens, nowNanos);
    }
  }

  /** A stream ended well. */
  public void output(int outputTokens, long nanosSinceFirstToken, long nowNanos) {
    this.outputTokens.add(outputTokens, nowNanos);
    if (outputTokens >= MIN_OUTPUT_TOKENS) {
      nanosPerToken.add(nanosSinceFirstToken / outputTokens, nowNanos);
      nanosPerTokenBaseline.add(nanosSinceFirstToken / outputTokens, nowNanos);
      slowNanosPerToken.add(nanosSinceFirstToken / outputTokens, nowNanos);
    }
  }

  /** The median time to the first token, 0 if unknown. */
  public long firstTokenNanos(int inputTokens, long nowNanos) {
    return nearest(firstToken, bucket(inputTokens), nowNanos);
  }

  /**
   * The median time until a caller has what it waits for: the first token of a stream, or the whole
   * answer. As long as no answer of such a planned length has ended, a whole one takes {@code
   * firstToken + min(planned, median output) * time per token}: most calls plan for far more than
   * comes.
   *
   * @param plannedOutputTokens the most that may come
   * @return 0 if unknown
   */
  public long expectedNanos(
      boolean streaming, int inputTokens, int plannedOutputTokens, long nowNanos) {
    long first = firstTokenNanos(inputTokens, nowNanos);
    if (streaming) {
      return first;
    }
    long learned = usualAnswer.get(length(plannedOutputTokens)).value(nowNanos);
    if (learned > 0) {
      return learned;
    }
    long output = Math.min(plannedOutputTokens, outputTokens.value(nowNanos));
    return first + output * nanosPerToken.value(nowNanos);
  }

  /**
   * Within what time nine of ten answers of such a planned length have ended, streamed or not; 0 if
   * unknown.
   */
  public long slowAnswerNanos(int plannedOutputTokens, long nowNanos) {
    return slowAnswer.get(length(plannedOutputTokens)).value(nowNanos);
  }

  /**
   * How long a whole answer of the planned length takes if it comes slowly: {@code firstToken +
   * planned * slow}, with the median time to the first token and the 90th percentile of the time
   * per token, that of whole answers included, but at most 50 ms. As long as they are not known, 10
   * s and a sixtieth of a second.
   *
   * @param plannedOutputTokens the most that may come
   */
  public long plannedNanos(int inputTokens, int plannedOutputTokens, long nowNanos) {
    long firstToken = firstTokenNanos(inputTokens, nowNanos);
    long perToken = slowNanosPerToken.value(nowNanos);
    return (firstToken > 0 ? firstToken : UNKNOWN_FIRST_TOKEN.toNanos())
        + plannedOutputTokens
            * (perToken > 0 ? Math.min(perToken, MAX_NANOS_PER_TOKEN) : UNKNOWN_NANOS_PER_TOKEN);
  }

  /**
   * From when on a stream without content is late: {@code 3 * p95}, at least 2 s and at most 60 s;
   * {@link #NEVER} if unknown.
   */
  public long lateNanos(int inputTokens, long nowNanos) {
    long p95 = atLeast(bucket(inputTokens), nowNanos);
    return p95 == NEVER
        ? NEVER
        : Math.clamp((long) (LATE_FACTOR * p95), MIN_LATE.toNanos(), MAX_LATE.toNanos());
  }

  /** After what time a second attempt may be worth it: p95, at least 1 s; NEVER if unknown. */
  public long hedgeAfterNanos(int inputTokens, long nowNanos) {
    return Math.max(MIN_HEDGE.toNanos(), atLeast(bucket(inputTokens), nowNanos));
  }

  /**
   * What to reckon with for the next first token: the peak of the last seconds, see {@link
   * PeakEstimate}, and never less than the median of all inputs; 0 if unknown.
   */
  public long peakFirstTokenNanos(long nowNanos) {
    return Math.max(anyFirstToken.value(nowNanos), peak.value(nowNanos));
  }

  /** Whether a first token took over three times what is usual, see {@link Baseline}. */
  public boolean isSlowFirstToken(int inputTokens, long nanos) {
    return firstTokenBaseline.get(bucket(inputTokens)).isSlow(nanos);
  }

  /** Whether an output came with less than a third of the usual tokens per second. */
  public boolean isSlowOutput(int outputTokens, long nanosSinceFirstToken) {
    return outputTokens >= MIN_OUTPUT_TOKENS
        && nanosPerTokenBaseline.isSlow(nanosSinceFirstToken / outputTokens);
  }

  /** The 95th percentile of this size or the next longer one that is known. */
  private long atLeast(int bucket, long nowNanos) {
    for (int i = bucket; i < BUCKETS; i++) {
      QuantileEstimate p95 = firstTokenP95.get(i);
      if (p95.count(nowNanos) >= MIN_SAMPLES_FOR_LIMITS) {
        return p95.value(nowNanos);
      }
    }
    return NEVER;
  }

  /** The nearest size that is known, of two the shorter, as an unknown one should be tried. */
  private static long nearest(List<QuantileEstimate> of, int bucket, long nowNanos) {
    for (int distance = 0; distance < BUCKETS; distance++) {
      long shorter = valueAt(of, bucket - distance, nowNanos);
      if (shorter > 0) {
        return shorter;
      }
      long longer = valueAt(of, bucket + distance, nowNanos);
      if (longer > 0) {
        return longer;
      }
    }
    return 0;
  }

  private static long valueAt(List<QuantileEstimate> of, int bucket, long nowNanos) {
    return bucket >= 0 && bucket < BUCKETS ? of.get(bucket).value(nowNanos) : 0;
  }

  public static int bucket(int inputTokens) {
    if (inputTokens <= 1 << 10) {
      return 0;
    }
    // 2^10 < n <= 2^12 is 1, up to 2^14 is 2, up to 2^16 is 3.
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(inputTokens - 1);
    return Math.min(BUCKETS - 1, (bits - 9) / 2);
  }

  private static QuantileEstimate usual(double quantile) {
    return new QuantileEstimate(quantile, QuantileEstimate.USUAL_STEP);
  }

  private static List<QuantileEstimate> perLength(double quantile) {
    return IntStream.range(0, LENGTHS).mapToObj(i -> usual(quantile)).toList();
  }

  /** Planned lengths within a factor of two are alike: calls of one kind plan alike. */
  private static int length(int plannedOutputTokens) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(plannedOutputTokens);
    return Math.min(LENGTHS - 1, bits);
  }

  private static <T> List<T> perBucket(Supplier<T> create) {
    return IntStream.range(0, BUCKETS).mapToObj(i -> create.get()).toList();
  }
}
