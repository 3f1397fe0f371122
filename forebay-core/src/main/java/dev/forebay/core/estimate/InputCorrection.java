package dev.forebay.core.estimate;

import dev.forebay.core.Call;
import org.jspecify.annotations.Nullable;

/**
 * Learns by how much the estimates of one target's inputs err, from the counts that its answers
 * bring: separately for each {@link Call#inputKind}, as tools, images and documents have prices
 * that depend on the model and on what the route's callers send.
 *
 * <p>The counted input {@code y} of a kind is taken as a straight line over the estimate {@code x},
 * by decayed means with weight {@code w = max(1/n, 1/32)} of the {@code n}th answer:
 *
 * <pre>
 * b     = (cov(x,y) + p) / (var(x) + p)         p = 1 + 0.05 * mean(x)^2, b from 1/4 to 4
 * y(x)  = mean(y) + b * (x - mean(x))           from x/16 to 4x + 16,384
 * </pre>
 *
 * <p>The prior {@code p} holds the slope at 1, so that an offset is learned from calls of about one
 * size, and a ratio as well from calls of many sizes. One answer that is far out is bounded like
 * the result. Not thread-safe: callers must hold the lock of the target's {@code Admission}.
 */
public final class InputCorrection {
  /** A power of two: more kinds than the routes of one target have. */
  private static final int SLOTS = 256;

  private static final int PROBES = 8;
  private static final double LEAST_WEIGHT = 1.0 / 32;
  private static final int MOST_COUNTED = 1_000;
  private static final double PRIOR = 0.05;

  /** Far below what matters; what falls towards 0 for ever becomes slow to compute with. */
  private static final double LEAST_VARIANCE = 1e-12;

  private static final double STEEPEST = 4;
  private static final double LEAST_SHARE = 1.0 / 16;
  private static final double LARGEST_OFFSET = 16_384;

  /** What rounding leaves of a whole number. */
  private static final double ROUNDING = 1e-3;

  private final int[] kinds = new int[SLOTS];
  private final @Nullable Line[] lines = new @Nullable Line[SLOTS];

  /** Of the kinds for which there was no place. */
  private final Line others = new Line();

  /** The input tokens that the call can be expected to take. */
  public long of(Call call) {
    int estimate = call.inputTokens();
    Line line = find(call.inputKind());
    return line == null || estimate == 0
        ? estimate
        : (long) Math.ceil(line.at(estimate) - ROUNDING);
  }

  /** An answer counted the input of the call, what came from the cache included. */
  public void learn(Call call, long counted) {
    int estimate = call.inputTokens();
    if (estimate > 0 && counted > 0) {
      findOrAdd(call.inputKind()).add(estimate, bounded((double) counted, estimate));
    }
  }

  private static double bounded(double tokens, double estimate) {
    double most = STEEPEST * estimate + LARGEST_OFFSET;
    double least = LEAST_SHARE * estimate;
    return tokens > most ? most : tokens < least ? least : tokens;
  }

  private @Nullable Line find(int kind) {
    int slot = slot(kind);
    for (int i = 0; i < PROBES; i++) {
      int at = (slot + i) & (SLOTS - 1);
      Line line = lines[at];
      if (line == null || kinds[at] == kind) {
        return line;
      }
    }
    return others.count == 0 ? null : others;
  }

  private Line findOrAdd(int kind) {
    int slot = slot(kind);
    for (int i = 0; i < PROBES; i++) {
      int at = (slot + i) & (SLOTS - 1);
      Line line = lines[at];
      if (line == null) {
        line = new Line();
        lines[at] = line;
        kinds[at] = kind;
        return line;
      }
      if (kinds[at] == kind) {
        return line;
      }
    }
    return others;
  }

  private static int slot(int kind) {
    int mixed = kind * 0x9E3779B9;
    return (mixed ^ mixed >>> 16) & (SLOTS - 1);
  }

  /** One kind's inputs. */
  private static final class Line {
    private int count;
    private double meanX;
    private double meanY;
    private double variance;
    private double covariance;

    /** Of the line as it is now: computed once for each answer. */
    private double slope;

    private double offset;

    void add(double x, double y) {
      double weight = Math.max(LEAST_WEIGHT, 1.0 / (count + 1));
      count = Math.min(count + 1, MOST_COUNTED);
      double dx = x - meanX;
      double dy = y - meanY;
      meanX += weight * dx;
      meanY += weight * dy;
      variance = (1 - weight) * (variance + weight * dx * dx + LEAST_VARIANCE);
      covariance = (1 - weight) * (covariance + weight * dx * dy + LEAST_VARIANCE);
      double prior = 1 + PRIOR * meanX * meanX;
      slope = Math.clamp((covariance + prior) / (variance + prior), 1 / STEEPEST, STEEPEST);
      offset = meanY - slope * meanX;
    }

    double at(double x) {
      return bounded(offset + slope * x, x);
    }
  }
}
