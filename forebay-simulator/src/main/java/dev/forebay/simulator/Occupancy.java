package dev.forebay.simulator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tightens the oracle's bound by prices for moments: the ends of steps of 2 s. A call that begins
 * in a step holds its reservation at the moments until it ends, and {@code min(reserved, charged)}
 * at those that follow, until its window is over; at each of them what is held must fit. Prices
 * begin with those of whole windows, at the windows' last moments, which gives the same bound, and
 * move by subgradients; whatever they are, the bound holds.
 */
final class Occupancy {
  private static final long STEP_NANOS = 2_000_000_000L;
  private static final int PER_MINUTE = (int) (Meter.MINUTE / STEP_NANOS);
  private static final int ROUNDS = 250;

  /** Beginnings looked at in all rounds together; more than some seconds' worth are not tried. */
  private static final double MOST_WORK = 1e8;

  private static final int FEWEST_ROUNDS = 40;
  private static final double MOST_HOPE = 0.1;
  private static final double LEAST_HOPE = 0.002;
  private static final int TOKENS = 0;
  private static final int REQUESTS = 1;

  private final List<Capacity> capacities;
  private final int steps;
  private final boolean isTried;
  private final List<Held> calls = new ArrayList<>();

  /** By target, then per moment (for a bucket: per step) of the tokens, then of the requests. */
  private final double[][][] supply;

  private final double[][][] prices;
  private final double[][][] sums;
  private final double[][][] demand;
  private final boolean[][] down;
  private final double[] perRequest;

  /** What one call takes and when it may begin, by target. */
  @SuppressWarnings("ArrayRecordComponent") // Read here alone, millions of times.
  private record Held(
      double value, int[] from, int[] to, int[] underWay, double[] reserved, double[] left) {}

  /**
   * No calls yet.
   *
   * @param isTried false for a plan that is too large to look at each call
   */
  Occupancy(List<Capacity> capacities, long endNanos, boolean isTried) {
    this.capacities = capacities;
    this.isTried = isTried;
    this.steps = (int) (endNanos / STEP_NANOS) + 1;
    this.supply = perStep(0);
    this.prices = perStep(0);
    this.sums = perStep(1);
    this.demand = perStep(1);
    this.perRequest = new double[capacities.size()];
    this.down = new boolean[capacities.size()][steps];
    for (int j = 0; j < capacities.size(); j++) {
      for (int m = 0; m < steps; m++) {
        supply[j][TOKENS][m] = supply(capacities.get(j), m, true);
        supply[j][REQUESTS][m] = supply(capacities.get(j), m, false);
        down[j][m] = capacities.get(j).upFrom(m * STEP_NANOS) >= (m + 1) * STEP_NANOS;
      }
    }
  }

  /**
   * A call.
   *
   * @param service how long its answer takes, by target
   */
  void add(PlannedCall call, double value, long[] service) {
    if (!isTried) {
      return;
    }
    int n = capacities.size();
    Held held = new Held(value, new int[n], new int[n], new int[n], new double[n], new double[n]);
    for (int j = 0; j < n; j++) {
      Capacity capacity = capacities.get(j);
      long earliest = capacity.upFrom(call.atNanos());
      long latest = call.endByNanos() - service[j];
      boolean fits = earliest <= latest && capacity.mayAdmit(call);
      held.from[j] = fits ? (int) (earliest / STEP_NANOS) : 0;
      held.to[j] = fits ? (int) (latest / STEP_NANOS) : -1;
      held.underWay[j] = (int) (service[j] / STEP_NANOS);
      double left = capacity.leastCost(call);
      held.left[j] = left;
      held.reserved[j] =
          capacity.isBucket() ? left : Math.max(left, (double) model(j).quota().reserved(call));
    }
    calls.add(held);
  }

  /** The least bound that the search finds, beginning with that of whole windows. */
  double leastBound(PriceSearch windows) {
    double least = windows.leastBound();
    int rounds = rounds();
    if (rounds < FEWEST_ROUNDS) {
      return least;
    }
    begin(windows);
    least = Math.min(least, spread());
    double[] scale = scale();
    for (int round = 0; round < rounds; round++) {
      double bound = trade();
      least = Math.min(least, bound);
      double hoped =
          least * (1 - MOST_HOPE * Math.pow(LEAST_HOPE / MOST_HOPE, (double) round / rounds));
      move(scale, bound - hoped);
    }
    return Math.min(least, trade());
  }

  private int rounds() {
    if (!isTried) {
      return 0;
    }
    double work = 0;
    boolean gains = false;
    for (Held call : calls) {
      for (int j = 0; j < call.from.length; j++) {
        work += Math.max(0, call.to[j] - call.from[j] + 1);
        gains |= call.reserved[j] > call.left[j];
      }
    }
    return gains ? (int) Math.min(ROUNDS, MOST_WORK / Math.max(1, work)) : 0;
  }

  private void begin(PriceSearch windows) {
    for (int j = 0; j < capacities.size(); j++) {
      Capacity capacity = capacities.get(j);
      for (int m = 0; m < steps; m++) {
        int step = capacity.step(m * STEP_NANOS);
        if (capacity.isBucket() || m % PER_MINUTE == PER_MINUTE - 1 || m == steps - 1) {
          prices[j][TOKENS][m] = windows.tokenValue(j, step);
          prices[j][REQUESTS][m] = windows.requestValue(j, step);
        }
      }
    }
  }

  /**
   * Spreads the prices of windows over their moments, as far as it lowers the bound: where there is
   * too much to do all the time, no moment is dearer than another.
   */
  private double spread() {
    double[][] windows = new double[capacities.size()][];
    for (int j = 0; j < windows.length; j++) {
      windows[j] = prices[j][TOKENS].clone();
    }
    double least = Double.MAX_VALUE;
    double[][] best = windows;
    for (double part = 0; part <= 1; part += 0.25) {
      for (double level = 1; level > 0.5; level -= part == 0 ? 1 : 0.1) {
        for (int j = 0; j < windows.length; j++) {
          prices[j][TOKENS] = spread(j, windows[j], part, level);
        }
        double bound = trade();
        if (bound < least) {
          least = bound;
          best = new double[windows.length][];
          for (int j = 0; j < windows.length; j++) {
            best[j] = prices[j][TOKENS];
          }
        }
      }
    }
    for (int j = 0; j < windows.length; j++) {
      prices[j][TOKENS] = best[j];
    }
    return least;
  }

  private double[] spread(int j, double[] windows, double part, double level) {
    double[] spread = windows.clone();
    if (capacities.get(j).isBucket()) {
      return spread;
    }
    for (int m = 0; m < steps; m++) {
      int last = Math.min(steps - 1, (m / PER_MINUTE + 1) * PER_MINUTE - 1);
      double even = windows[last] / PER_MINUTE;
      spread[m] = level * (part * even + (1 - part) * windows[m]);
    }
    return spread;
  }

  /** The bound at the present prices; what is asked for beyond the supply is left in demand. */
  private double trade() {
    double bound = 0;
    for (int j = 0; j < capacities.size(); j++) {
      for (int r = TOKENS; r <= REQUESTS; r++) {
        Arrays.fill(demand[j][r], 0);
        for (int m = 0; m < steps; m++) {
          sums[j][r][m + 1] = sums[j][r][m] + prices[j][r][m];
        }
      }
    }
    for (Held call : calls) {
      bound += serve(call);
    }
    for (int j = 0; j < capacities.size(); j++) {
      for (int r = TOKENS; r <= REQUESTS; r++) {
        if (!limits(j, r)) {
          continue;
        }
        if (capacities.get(j).isBucket()) {
          bound += offerKept(j, r);
        } else {
          double running = 0;
          for (int m = 0; m < steps; m++) {
            running += demand[j][r][m];
            demand[j][r][m] = running - supply[j][r][m];
            bound += supply[j][r][m] * prices[j][r][m];
          }
        }
      }
    }
    return bound;
  }

  /** Lets the call begin where it is cheapest; what it gains by that. */
  private double serve(Held call) {
    double least = call.value;
    int at = -1;
    int on = 0;
    for (int j = 0; j < call.from.length; j++) {
      for (int k = call.from[j]; k <= call.to[j]; k++) {
        double cost = down[j][k] ? call.value : cost(call, j, k);
        if (cost < least) {
          least = cost;
          at = k;
          on = j;
        }
      }
    }
    if (at >= 0) {
      take(call, on, at);
    }
    return call.value - least;
  }

  private double cost(Held call, int j, int k) {
    if (capacities.get(j).isBucket()) {
      return call.left[j] * prices[j][TOKENS][k] + prices[j][REQUESTS][k];
    }
    int end = end(j, k);
    int settled = Math.min(end, k + call.underWay[j]);
    double[] tokens = sums[j][TOKENS];
    double[] requests = sums[j][REQUESTS];
    return call.reserved[j] * (tokens[settled] - tokens[k])
        + call.left[j] * (tokens[end] - tokens[settled])
        + requests[end]
        - requests[k];
  }

  private void take(Held call, int j, int k) {
    double[] tokens = demand[j][TOKENS];
    double[] requests = demand[j][REQUESTS];
    if (capacities.get(j).isBucket()) {
      tokens[k] += call.left[j];
      requests[k]++;
      return;
    }
    int end = end(j, k);
    int settled = Math.min(end, k + call.underWay[j]);
    tokens[k] += call.reserved[j];
    tokens[settled] -= call.reserved[j] - call.left[j];
    tokens[end] -= call.left[j];
    requests[k]++;
    requests[end]--;
  }

  /** What a bucket brings in a step is spent at the dearest step for which it keeps. */
  private double offerKept(int j, int r) {
    double bound = 0;
    int keeps = (int) (capacities.get(j).keeps * capacities.get(j).stepNanos / STEP_NANOS) + 1;
    int dearest = -1;
    for (int s = steps - 1; s >= 0; s--) {
      if (dearest < 0 || prices[j][r][s] >= prices[j][r][dearest]) {
        dearest = s;
      } else if (dearest > s + keeps) {
        dearest = s;
        for (int t = s + 1; t <= s + keeps; t++) {
          dearest = prices[j][r][t] > prices[j][r][dearest] ? t : dearest;
        }
      }
      bound += supply[j][r][s] * prices[j][r][dearest];
      demand[j][r][dearest] -= supply[j][r][s];
    }
    return bound;
  }

  /** A step against the subgradient, as long as it would take to what is hoped for. */
  private void move(double[] scale, double excess) {
    double square = 0;
    for (int j = 0; j < capacities.size(); j++) {
      for (int r = TOKENS; r <= REQUESTS; r++) {
        double worth = worth(scale, j, r);
        for (int m = 0; m < steps && limits(j, r); m++) {
          double slope = slope(j, r, m) * worth;
          square += slope * slope;
        }
      }
    }
    for (int j = 0; j < capacities.size() && square > 0; j++) {
      for (int r = TOKENS; r <= REQUESTS; r++) {
        double worth = worth(scale, j, r);
        for (int m = 0; m < steps && limits(j, r); m++) {
          double change = slope(j, r, m) * worth * worth * excess / square;
          prices[j][r][m] = Math.max(0, prices[j][r][m] + change);
        }
      }
    }
  }

  /** What is asked for beyond the supply; nothing where the price cannot fall any more. */
  private double slope(int j, int r, int m) {
    double slope = demand[j][r][m];
    return slope < 0 && prices[j][r][m] == 0 ? 0 : slope;
  }

  private double worth(double[] scale, int j, int r) {
    return r == TOKENS ? scale[j] : scale[j] * perRequest[j];
  }

  private double[] scale() {
    double[] scale = new double[capacities.size()];
    for (int j = 0; j < scale.length; j++) {
      double value = 0;
      double tokens = 0;
      for (Held call : calls) {
        value += call.value;
        tokens += call.left[j];
      }
      scale[j] = tokens == 0 ? 0 : value / tokens;
      perRequest[j] = calls.isEmpty() ? 0 : tokens / calls.size();
    }
    return scale;
  }

  private boolean limits(int j, int r) {
    return r == TOKENS ? capacities.get(j).limitsTokens() : capacities.get(j).limitsRequests();
  }

  private TargetModel model(int j) {
    return capacities.get(j).model;
  }

  /** The first moment that does not count a call any more that begins in a step. */
  private int end(int j, int k) {
    boolean fixed = model(j).quota().window() == QuotaModel.WindowKind.FIXED;
    int end = fixed ? (k / PER_MINUTE + 1) * PER_MINUTE : k + PER_MINUTE;
    return Math.min(steps, end);
  }

  /** At a moment, the limit by which the last call before it may have been admitted. */
  private double supply(Capacity capacity, int m, boolean tokens) {
    if (capacity.isBucket()) {
      double all = tokens ? capacity.tokens[0] : capacity.requests[0];
      int step = capacity.step(m * STEP_NANOS);
      double part = (double) STEP_NANOS / capacity.stepNanos;
      double usual = tokens ? capacity.tokens[step] : capacity.requests[step];
      return m == 0 ? all : step == 0 ? usualOfFirst(capacity, tokens) * part : usual * part;
    }
    if (!tokens) {
      return capacity.model.quota().requestsPerMinute();
    }
    long until = (m + 1) * STEP_NANOS;
    boolean fixed = capacity.model.quota().window() == QuotaModel.WindowKind.FIXED;
    long from = fixed ? m / PER_MINUTE * Meter.MINUTE : Math.max(0, until - Meter.MINUTE);
    double others = capacity.model.othersLoad().minBetween(from, until);
    return Math.max(0, capacity.model.quota().tokensPerMinute() - others);
  }

  private static double usualOfFirst(Capacity capacity, boolean tokens) {
    QuotaModel quota = capacity.model.quota();
    double perMinute = tokens ? quota.tokensPerMinute() : quota.requestsPerMinute();
    return perMinute * capacity.stepNanos / Meter.MINUTE;
  }

  private double[][][] perStep(int more) {
    double[][][] values = new double[capacities.size()][2][];
    for (double[][] of : values) {
      of[TOKENS] = new double[steps + more];
      of[REQUESTS] = new double[steps + more];
    }
    return values;
  }
}
