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
 * <p>A target admits a call while what has been charged, what is reserved and the call's own
 * reservation fit. So of the calls that begin in one window of a quota (or within a minute, where
 * the last 60 s count) each takes what it reserves until it ends, and after it {@code min(reserved,
 * charged)}: what is charged beyond a reservation at the end of a window refuses no call any more.
 * A bucket is refilled steadily and keeps every charge; but after the last call it may be in debt,
 * by what the calls under way are charged beyond their reservations.
 *
 * <p>A call may begin at any time from its arrival (or the end of an outage) to its deadline less
 * the time that its answer takes. The greatest total is a linear programme, and every choice of
 * prices bounds it from above: capacity at its price, and for each call what its value exceeds the
 * cheapest beginning by. {@link PriceSearch} finds prices for whole windows, and {@link Occupancy}
 * for moments within them, which takes what is reserved into account. Slowness and passing errors
 * are left out, which can only raise the bound.
 */
final class Oracle {
  /**
   * Calls whose costs differ by less share a cell; a large plan has enough of each to be coarser.
   */
  private static final double FINE = Math.log(1.04);

  private static final double COARSE = Math.log(1.15);
  private static final int LARGE_PLAN = 50_000;

  private final List<Capacity> capacities = new ArrayList<>();
  private final List<TargetWorld> worlds = new ArrayList<>();
  private final long measureFrom;
  private final long end;

  private Oracle(Scenario scenario, List<PlannedCall> plan, long seed) {
    measureFrom = scenario.warmUp().toNanos();
    long last = scenario.duration().toNanos();
    for (PlannedCall call : plan) {
      last = Math.max(last, call.endByNanos());
    }
    end = last;
    for (String name : ladder(scenario)) {
      TargetModel model = scenario.targets().get(name);
      if (model != null) {
        capacities.add(new Capacity(model, debt(model, plan), end));
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
    Occupancy ofWork = new Occupancy(oracle.capacities, oracle.end, plan.size() <= LARGE_PLAN);
    Occupancy ofCalls = new Occupancy(oracle.capacities, oracle.end, plan.size() <= LARGE_PLAN);
    double offered = 0;
    long count = 0;
    for (PlannedCall call : plan) {
      if (call.atNanos() >= oracle.measureFrom) {
        double value = first.cost(call);
        offered += value;
        count++;
        long[] service = oracle.services(call);
        oracle.add(call, value, service, work, calls);
        ofWork.add(call, value, service);
        ofCalls.add(call, 1, service);
      }
    }
    return new Bound(
        offered,
        ofWork.leastBound(new PriceSearch(oracle.capacities, work.cells)),
        count,
        ofCalls.leastBound(new PriceSearch(oracle.capacities, calls.cells)));
  }

  private long[] services(PlannedCall call) {
    long[] service = new long[worlds.size()];
    for (int j = 0; j < service.length; j++) {
      service[j] = worlds.get(j).serviceNanos(call);
    }
    return service;
  }

  private void add(PlannedCall call, double value, long[] service, Cells work, Cells calls) {
    int targets = capacities.size();
    int[] from = new int[targets];
    int[] to = new int[targets];
    double[] cost = new double[targets];
    boolean any = false;
    for (int j = 0; j < targets; j++) {
      Capacity capacity = capacities.get(j);
      long earliest = capacity.upFrom(call.atNanos());
      long latest = call.endByNanos() - service[j];
      boolean fits = earliest <= latest && capacity.mayAdmit(call);
      from[j] = fits ? capacity.step(earliest) : 0;
      to[j] = fits ? capacity.step(latest) : -1;
      cost[j] = Math.max(1, capacity.leastCost(call));
      any |= to[j] >= from[j];
    }
    if (any) {
      work.add(from, to, cost, value);
      calls.add(from, to, cost, 1);
    }
  }

  private static double debt(TargetModel model, List<PlannedCall> plan) {
    double debt = 1;
    for (PlannedCall call : plan) {
      debt = Math.max(debt, model.cost(call) / Math.max(1, model.quota().reserved(call)));
    }
    return debt;
  }

  private static List<String> ladder(Scenario scenario) {
    return scenario.configured().tiers().stream()
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
