package dev.forebay.simulator;

import dev.forebay.simulator.report.Bound;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What no policy can exceed: the most work, and the most calls, that the quotas can serve within
 * the deadlines, by someone who knows the future, splits calls at will and needs no request twice.
 *
 * <p>Each target has a capacity for each window of its quota, less what others use up. A call may
 * be served by a target in any window from its arrival (or the end of an outage) to its deadline
 * less the time that its answer takes. It takes the tokens that it is charged in the end, and one
 * request; that an answer under way when a window ends may be charged to the next one is left out,
 * which is the bound's noise. The greatest total is a linear programme, and every choice of prices
 * bounds it from above: capacity at its price, and for each call what its value exceeds the
 * cheapest place by. {@link PriceSearch} finds prices that make the bound tight. Slowness and
 * passing errors are left out, which can only raise it.
 */
final class Oracle {
  /** Attempts differ in how fast they are; the oracle may take the faster of two. */
  private static final int TRIES = 2;

  /**
   * Calls whose costs differ by less share a cell; a large plan has enough of each to be coarser.
   */
  private static final double FINE = Math.log(1.04);

  private static final double COARSE = Math.log(1.15);
  private static final int LARGE_PLAN = 50_000;

  private final List<Capacity> capacities = new ArrayList<>();
  private final List<TargetWorld> worlds = new ArrayList<>();
  private final long measureFrom;

  private Oracle(Scenario scenario, List<PlannedCall> plan, long seed) {
    measureFrom = scenario.warmUp().toNanos();
    long end = scenario.duration().toNanos();
    for (PlannedCall call : plan) {
      end = Math.max(end, call.endByNanos());
    }
    for (String name : ladder(scenario)) {
      TargetModel model = scenario.targets().get(name);
      if (model != null) {
        capacities.add(new Capacity(model, end));
        worlds.add(new TargetWorld(model, worlds.size(), seed, 0, 0));
      }
    }
  }

  static Bound of(Scenario scenario, List<PlannedCall> plan, long seed) {
    Oracle oracle = new Oracle(scenario, plan, seed);
    TargetModel first = oracle.capacities.getFirst().model;
    boolean requests = oracle.capacities.stream().anyMatch(Capacity::limitsRequests);
    double bin = plan.size() > LARGE_PLAN ? COARSE : FINE;
    Cells work = new Cells(bin, requests);
    Cells calls = new Cells(bin, false);
    double offered = 0;
    long count = 0;
    for (PlannedCall call : plan) {
      if (call.atNanos() >= oracle.measureFrom) {
        double value = first.cost(call);
        offered += value;
        count++;
        oracle.add(call, value, work, calls);
      }
    }
    return new Bound(
        offered,
        new PriceSearch(oracle.capacities, work.cells).leastBound(),
        count,
        new PriceSearch(oracle.capacities, calls.cells).leastBound());
  }

  private void add(PlannedCall call, double value, Cells work, Cells calls) {
    int targets = capacities.size();
    int[] from = new int[targets];
    int[] to = new int[targets];
    double[] cost = new double[targets];
    boolean any = false;
    for (int j = 0; j < targets; j++) {
      Capacity capacity = capacities.get(j);
      long earliest = capacity.upFrom(call.atNanos());
      long service = Long.MAX_VALUE;
      for (int attempt = 0; attempt < TRIES; attempt++) {
        service = Math.min(service, worlds.get(j).serviceNanos(call, attempt));
      }
      long latest = call.endByNanos() - service;
      from[j] = earliest > latest ? 0 : capacity.step(earliest);
      to[j] = earliest > latest ? -1 : capacity.step(latest);
      cost[j] = capacity.model.cost(call);
      any |= to[j] >= from[j];
    }
    if (any) {
      work.add(from, to, cost, value);
      calls.add(from, to, cost, 1);
    }
  }

  private static List<String> ladder(Scenario scenario) {
    return scenario.told().tiers().stream()
        .flatMap(tier -> tier.targets().stream())
        .map(target -> target.name())
        .distinct()
        .toList();
  }

  /** Calls that are alike: the same windows, and costs in proportion to their values. */
  static final class Cell {
    final int[] from;
    final int[] to;
    final double[] cost;
    double value;
    double requests;

    private Cell(int[] from, int[] to) {
      this.from = from;
      this.to = to;
      this.cost = new double[from.length];
    }
  }

  /** Gathers calls into cells. */
  private static final class Cells {
    final List<Cell> cells = new ArrayList<>();
    private final Map<Long, Cell> byKey = new HashMap<>();
    private final double bin;
    private final boolean byValue;

    /**
     * No cells.
     *
     * @param byValue whether calls of different value are kept apart, as a limit of requests asks
     */
    Cells(double bin, boolean byValue) {
      this.bin = bin;
      this.byValue = byValue;
    }

    void add(int[] from, int[] to, double[] cost, double value) {
      // Mixed into one number: that two of some thousand cells meet in it will not happen.
      long key = byValue ? bin(value) / 8 : 0;
      for (int j = 0; j < from.length; j++) {
        key = Draws.mix(key, from[j]);
        key = Draws.mix(key, to[j]);
        key = Draws.mix(key, bin(cost[j] / value));
      }
      Cell cell = byKey.get(key);
      if (cell == null) {
        cell = new Cell(from, to);
        byKey.put(key, cell);
        cells.add(cell);
      }
      for (int j = 0; j < cost.length; j++) {
        cell.cost[j] += cost[j];
      }
      cell.value += value;
      cell.requests++;
    }

    private int bin(double ratio) {
      return (int) Math.floor(Math.log(Math.max(ratio, 1e-9)) / bin);
    }
  }
}
