package dev.forebay.simulator;

import java.util.Arrays;
import java.util.List;

/**
 * Finds prices for capacity that make the bound small, by subgradient descent: what is asked for
 * beyond the capacity gets dearer, what is left over cheaper, in ever smaller steps. Whatever
 * prices come out, the bound holds; the search only makes it tight.
 */
final class PriceSearch {
  private static final int ROUNDS = 600;
  private static final double FIRST_STEP = 0.3;
  private static final double LAST_STEP = 0.002;
  private static final int LOOK_EVERY = 10;

  private final List<Capacity> capacities;
  private final List<Oracle.Cell> cells;

  /** For each target, value per token and per request, by which prices are scaled. */
  private final double[][] scale;

  private double[][][] prices;
  private final double[][][] mean;
  private final double[][][] demand;

  PriceSearch(List<Capacity> capacities, List<Oracle.Cell> cells) {
    this.capacities = capacities;
    this.cells = cells;
    this.prices = perStep();
    this.mean = perStep();
    this.demand = perStep();
    this.scale = new double[2][capacities.size()];
    for (int j = 0; j < capacities.size(); j++) {
      double value = 0;
      double cost = 0;
      double requests = 0;
      for (Oracle.Cell cell : cells) {
        value += cell.value;
        cost += cell.cost[j];
        requests += cell.requests;
      }
      scale[0][j] = cost == 0 ? 0 : value / cost;
      scale[1][j] = requests == 0 ? 0 : value / requests;
    }
  }

  double leastBound() {
    double least = bound();
    double weight = 0;
    for (int round = 0; round < ROUNDS; round++) {
      double step = FIRST_STEP * Math.pow(LAST_STEP / FIRST_STEP, (double) round / ROUNDS);
      move(step);
      weight += 1;
      average(1 / Math.min(weight, ROUNDS / 8.0));
      least = Math.min(least, bound());
      if (round % LOOK_EVERY == 0 || round == ROUNDS - 1) {
        double[][][] kept = prices;
        double[][][] asked = copy(demand);
        prices = mean;
        least = Math.min(least, bound());
        prices = kept;
        restore(asked);
      }
    }
    return least;
  }

  /** The bound at the present prices; leaves the demand that they bring about. */
  private double bound() {
    double sum = 0;
    for (int r = 0; r < 2; r++) {
      for (int j = 0; j < capacities.size(); j++) {
        Arrays.fill(demand[r][j], 0);
        if (limits(r, j)) {
          sum += supplyValue(r, j);
        }
      }
    }
    for (Oracle.Cell cell : cells) {
      sum += surplus(cell);
    }
    return sum;
  }

  private double surplus(Oracle.Cell cell) {
    double best = cell.value;
    int bestTarget = -1;
    int bestStep = 0;
    for (int j = 0; j < cell.from.length; j++) {
      boolean[] down = capacities.get(j).down;
      for (int s = cell.from[j]; s <= cell.to[j]; s++) {
        double price =
            prices[0][j][s] * scale[0][j] * cell.cost[j]
                + prices[1][j][s] * scale[1][j] * cell.requests;
        if (price < best && !down[s]) {
          best = price;
          bestTarget = j;
          bestStep = s;
        }
      }
    }
    if (bestTarget < 0) {
      return 0;
    }
    demand[0][bestTarget][bestStep] += cell.cost[bestTarget];
    demand[1][bestTarget][bestStep] += cell.requests;
    return cell.value - best;
  }

  /** What comes in is sold at the best price while it keeps; that is taken off the demand. */
  private double supplyValue(int r, int j) {
    Capacity capacity = capacities.get(j);
    double sum = 0;
    for (int s = 0; s < capacity.steps; s++) {
      int best = s;
      for (int t = s; t <= Math.min(s + capacity.keeps, capacity.steps - 1); t++) {
        if (prices[r][j][t] > prices[r][j][best]) {
          best = t;
        }
      }
      double amount = supply(r, capacity, s);
      sum += amount * prices[r][j][best] * scale[r][j];
      demand[r][j][best] -= amount;
    }
    return sum;
  }

  private void move(double step) {
    for (int r = 0; r < 2; r++) {
      for (int j = 0; j < capacities.size(); j++) {
        if (!limits(r, j)) {
          continue;
        }
        double usual = usual(r, capacities.get(j));
        for (int s = 0; s < prices[r][j].length; s++) {
          double excess = Math.clamp(demand[r][j][s] / usual, -1, 1);
          prices[r][j][s] = Math.max(0, prices[r][j][s] + step * excess);
        }
      }
    }
  }

  private void average(double part) {
    for (int r = 0; r < 2; r++) {
      for (int j = 0; j < capacities.size(); j++) {
        for (int s = 0; s < prices[r][j].length; s++) {
          mean[r][j][s] += part * (prices[r][j][s] - mean[r][j][s]);
        }
      }
    }
  }

  private boolean limits(int r, int j) {
    Capacity capacity = capacities.get(j);
    return r == 0 ? capacity.limitsTokens() : capacity.limitsRequests();
  }

  private static double supply(int r, Capacity capacity, int step) {
    return r == 0 ? capacity.tokens[step] : capacity.requests[step];
  }

  private static double usual(int r, Capacity capacity) {
    double sum = 0;
    for (int s = 0; s < capacity.steps; s++) {
      sum += supply(r, capacity, s);
    }
    return Math.max(1, sum / capacity.steps);
  }

  private double[][][] perStep() {
    double[][][] values = new double[2][capacities.size()][];
    for (double[][] resource : values) {
      for (int j = 0; j < resource.length; j++) {
        resource[j] = new double[capacities.get(j).steps];
      }
    }
    return values;
  }

  private double[][][] copy(double[][][] from) {
    double[][][] copy = perStep();
    for (int r = 0; r < 2; r++) {
      for (int j = 0; j < copy[r].length; j++) {
        System.arraycopy(from[r][j], 0, copy[r][j], 0, copy[r][j].length);
      }
    }
    return copy;
  }

  private void restore(double[][][] from) {
    for (int r = 0; r < 2; r++) {
      for (int j = 0; j < from[r].length; j++) {
        System.arraycopy(from[r][j], 0, demand[r][j], 0, from[r][j].length);
      }
    }
  }
}
