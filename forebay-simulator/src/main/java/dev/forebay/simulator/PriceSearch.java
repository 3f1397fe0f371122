package dev.forebay.simulator;

import java.util.Arrays;
import java.util.List;

/**
 * Finds prices for capacity that make the bound small. Calls spread over the places that they may
 * go to by {@code exp(-price / softness)}, going unanswered at a price of their whole value among
 * them; a price then moves by {@code softness * ln(demand / supply) / 2}, and never below 0; and
 * the softness shrinks from round to round. Whatever prices come out, the bound holds; the search
 * only makes it tight.
 */
final class PriceSearch {
  private static final int TOKENS = 0;
  private static final int REQUESTS = 1;
  private static final int RESOURCES = 2;

  private static final int ROUNDS = 160;
  private static final double SOFTEST = 0.3;
  private static final double HARDEST = 0.004;
  private static final double MOST_CHANGE = 3;
  private static final int LOOK_EVERY = 8;

  private final List<Capacity> capacities;
  private final List<Oracle.Cell> cells;

  /** For each target, value per token and per request, by which prices are scaled. */
  private final double[][] scale = new double[RESOURCES][];

  private final double[][][] prices = new double[RESOURCES][][];
  private final double[][][] best = new double[RESOURCES][][];
  private final double[][][] demand = new double[RESOURCES][][];
  private final double[][][] supply = new double[RESOURCES][][];
  private double[] weights = new double[64];

  PriceSearch(List<Capacity> capacities, List<Oracle.Cell> cells) {
    this.capacities = capacities;
    this.cells = cells;
    for (int r = 0; r < RESOURCES; r++) {
      scale[r] = new double[capacities.size()];
      prices[r] = perStep();
      best[r] = perStep();
      demand[r] = perStep();
      supply[r] = perStep();
    }
    for (int j = 0; j < capacities.size(); j++) {
      weights = new double[Math.max(weights.length, capacities.get(j).keeps + 1)];
      double value = 0;
      double cost = 0;
      double requests = 0;
      for (Oracle.Cell cell : cells) {
        value += cell.value;
        cost += cell.cost[j];
        requests += cell.requests;
      }
      scale[TOKENS][j] = cost == 0 ? 0 : value / cost;
      scale[REQUESTS][j] = requests == 0 ? 0 : value / requests;
    }
  }

  double leastBound() {
    double least = bound();
    keep();
    for (int round = 0; round < ROUNDS; round++) {
      double softness = SOFTEST * Math.pow(HARDEST / SOFTEST, (double) round / (ROUNDS - 1));
      trade(softness);
      for (int r = 0; r < RESOURCES; r++) {
        for (int j = 0; j < capacities.size(); j++) {
          if (limits(r, j)) {
            move(r, j, softness);
          }
        }
      }
      if (round % LOOK_EVERY == LOOK_EVERY - 1) {
        double bound = bound();
        if (bound < least) {
          least = bound;
          keep();
        }
      }
    }
    return least;
  }

  /** What a token of a step is worth by the best prices. */
  double tokenValue(int j, int step) {
    return best[TOKENS][j][step] * scale[TOKENS][j];
  }

  /** What a request in a step is worth by the best prices. */
  double requestValue(int j, int step) {
    return best[REQUESTS][j][step] * scale[REQUESTS][j];
  }

  private void keep() {
    for (int r = 0; r < RESOURCES; r++) {
      for (int j = 0; j < capacities.size(); j++) {
        best[r][j] = prices[r][j].clone();
      }
    }
  }

  /** The bound at the present prices. */
  private double bound() {
    double sum = 0;
    for (int r = 0; r < RESOURCES; r++) {
      for (int j = 0; j < capacities.size(); j++) {
        Capacity capacity = capacities.get(j);
        for (int s = 0; s < capacity.steps && limits(r, j); s++) {
          double best = 0;
          for (int t = s; t <= lastStep(capacity, s); t++) {
            best = Math.max(best, prices[r][j][t]);
          }
          sum += amount(r, capacity, s) * best * scale[r][j];
        }
      }
    }
    for (Oracle.Cell cell : cells) {
      double least = cell.value;
      for (int j = 0; j < cell.from.length; j++) {
        for (int s = cell.from[j]; s <= cell.to[j]; s++) {
          if (!capacities.get(j).down[s]) {
            least = Math.min(least, price(cell, j, s));
          }
        }
      }
      sum += cell.value - least;
    }
    return sum;
  }

  /** What is asked for in each place, and what is offered there, at the present prices. */
  private void trade(double softness) {
    for (int r = 0; r < RESOURCES; r++) {
      for (int j = 0; j < capacities.size(); j++) {
        Arrays.fill(demand[r][j], 0);
        Arrays.fill(supply[r][j], 0);
        for (int s = 0; s < capacities.get(j).steps; s++) {
          offer(r, j, s, softness);
        }
      }
    }
    for (Oracle.Cell cell : cells) {
      ask(cell, softness);
    }
  }

  private void offer(int r, int j, int s, double softness) {
    Capacity capacity = capacities.get(j);
    double amount = amount(r, capacity, s);
    int last = lastStep(capacity, s);
    if (last == s) {
      supply[r][j][s] += amount;
      return;
    }
    double sum = 0;
    for (int t = s; t <= last; t++) {
      weights[t - s] = Math.exp(Math.min(500, prices[r][j][t] / softness));
      sum += weights[t - s];
    }
    for (int t = s; t <= last; t++) {
      supply[r][j][t] += amount * weights[t - s] / sum;
    }
  }

  private void ask(Oracle.Cell cell, double softness) {
    double unanswered = Math.exp(-1 / softness);
    double sum = unanswered;
    int n = 0;
    for (int j = 0; j < cell.from.length; j++) {
      for (int s = cell.from[j]; s <= cell.to[j]; s++) {
        if (n == weights.length) {
          weights = Arrays.copyOf(weights, n * 2);
        }
        weights[n] =
            capacities.get(j).down[s] ? 0 : Math.exp(-price(cell, j, s) / cell.value / softness);
        sum += weights[n++];
      }
    }
    n = 0;
    for (int j = 0; j < cell.from.length && sum > 0; j++) {
      for (int s = cell.from[j]; s <= cell.to[j]; s++) {
        double part = weights[n++] / sum;
        demand[TOKENS][j][s] += part * cell.cost[j];
        demand[REQUESTS][j][s] += part * cell.requests;
      }
    }
  }

  private void move(int r, int j, double softness) {
    double least = 1e-9 + usual(r, capacities.get(j)) * 1e-3;
    for (int s = 0; s < prices[r][j].length; s++) {
      double excess = Math.log((demand[r][j][s] + least) / (supply[r][j][s] + least));
      double change = softness * Math.clamp(excess, -MOST_CHANGE, MOST_CHANGE) / 2;
      prices[r][j][s] = Math.max(0, prices[r][j][s] + change);
    }
  }

  private double price(Oracle.Cell cell, int j, int s) {
    return prices[TOKENS][j][s] * scale[TOKENS][j] * cell.cost[j]
        + prices[REQUESTS][j][s] * scale[REQUESTS][j] * cell.requests;
  }

  private boolean limits(int r, int j) {
    Capacity capacity = capacities.get(j);
    return r == TOKENS ? capacity.limitsTokens() : capacity.limitsRequests();
  }

  private static double amount(int r, Capacity capacity, int step) {
    return r == TOKENS ? capacity.tokens[step] : capacity.requests[step];
  }

  private static int lastStep(Capacity capacity, int step) {
    return Math.min(step + capacity.keeps, capacity.steps - 1);
  }

  private static double usual(int r, Capacity capacity) {
    double sum = 0;
    for (int s = 0; s < capacity.steps; s++) {
      sum += amount(r, capacity, s);
    }
    return sum / capacity.steps;
  }

  private double[][] perStep() {
    double[][] values = new double[capacities.size()][];
    for (int j = 0; j < values.length; j++) {
      values[j] = new double[capacities.get(j).steps];
    }
    return values;
  }
}
