package dev.forebay.cli.demo;

import dev.forebay.emulator.Counts;
import dev.forebay.simulator.CallClass;
import dev.forebay.simulator.Policy;
import dev.forebay.simulator.Scenario;
import dev.forebay.simulator.TargetModel;
import dev.forebay.simulator.report.Bound;
import dev.forebay.simulator.report.ClassResult;
import dev.forebay.simulator.report.PolicyResult;
import dev.forebay.simulator.report.Quantiles;
import dev.forebay.simulator.report.TargetResult;
import dev.forebay.simulator.report.Waits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Makes a policy's result of its calls and of what its Bedrock has counted, in the form and by the
 * rules of the simulator: calls of the warm-up do not count. Seconds of inversion are not measured.
 *
 * @param overheard set for Forebay, whose attempts and waits only the gateway knows
 * @param laterCost what queued calls had cost when the last other call ended
 */
record Account(
    Scenario scenario,
    Policy policy,
    List<Ended> calls,
    Reached reached,
    Overheard overheard,
    double laterCost) {
  /**
   * What has reached Bedrock within the time that counts, by model.
   *
   * @param before counted until the end of the warm-up
   * @param after counted until the end of the arrivals
   * @param atLast counted until the last call ended
   */
  record Reached(
      Map<String, Counts> before, Map<String, Counts> after, Map<String, Counts> atLast) {}

  PolicyResult result(Bound bound, Strip strip) {
    List<Ended> counted = calls.stream().filter(this::counts).toList();
    List<ClassResult> classes = new ArrayList<>();
    for (int i = 0; i < scenario.mix().size(); i++) {
      int kind = i;
      classes.add(
          byClass(
              scenario.mix().get(kind),
              counted.stream().filter(call -> call.call().kind() == kind).toList()));
    }
    List<TargetResult> targets = scenario.targets().values().stream().map(this::target).toList();
    double work = 0;
    double useful = 0;
    for (Ended call : counted) {
      if (call.answered()) {
        work += model(0).cost(call.call());
        useful += cost(call);
      }
    }
    double charged = targets.stream().mapToDouble(TargetResult::costTokens).sum();
    long throttled = targets.stream().mapToLong(TargetResult::throttled).sum();
    boolean ours = policy == Policy.FOREBAY;
    long attempts = ours ? overheard.attempts() : counted.stream().mapToLong(Ended::attempts).sum();
    double wasted = Math.max(0, charged - useful - laterCost);
    var counts = counts(counted, attempts, throttled, charged, wasted);
    Quantiles admission = ours ? Quantiles.ofNanos(overheard.admissions()) : admission(counted);
    return new PolicyResult(
        policy.key(),
        policy.about(),
        counts,
        bound.work() == 0 ? Double.NaN : work / bound.work(),
        bound.calls() == 0 ? Double.NaN : counts.answered() / bound.calls(),
        0,
        waits(counted, admission),
        classes,
        targets,
        strip.series(calls),
        null);
  }

  private ClassResult byClass(CallClass kind, List<Ended> of) {
    double cost = of.stream().filter(Ended::answered).mapToDouble(this::cost).sum();
    long attempts = of.stream().mapToLong(Ended::attempts).sum();
    return new ClassResult(
        kind.name(),
        kind.priority().label(),
        kind.tenant(),
        kind.deadline().toNanos() / 1e9,
        counts(of, attempts, 0, cost, 0),
        waits(of, policy == Policy.FOREBAY ? Quantiles.NONE : admission(of)));
  }

  private static dev.forebay.simulator.report.Counts counts(
      List<Ended> of, long attempts, long throttled, double charged, double wasted) {
    long[] ends = new long[Ended.End.values().length];
    for (Ended call : of) {
      switch (call.end()) {
        case PRIMARY -> ends[0]++;
        case FALLBACK -> ends[1]++;
        case REFUSED -> ends[2]++;
        case GAVE_UP -> ends[3]++;
        case QUEUED -> ends[4]++;
      }
    }
    return new dev.forebay.simulator.report.Counts(
        of.size(), ends[0], ends[1], ends[4], ends[2], ends[3], attempts, throttled, charged,
        wasted);
  }

  private static Waits waits(List<Ended> of, Quantiles admission) {
    return new Waits(quantiles(of, Ended::firstContent), quantiles(of, Ended::took), admission);
  }

  private static Quantiles quantiles(List<Ended> of, ToLongFunction<Ended> wait) {
    return Quantiles.ofNanos(of.stream().filter(Ended::answered).mapToLong(wait).toArray());
  }

  private static Quantiles admission(List<Ended> of) {
    return Quantiles.ofNanos(
        of.stream()
            .filter(call -> call.sentNanos() >= 0)
            .mapToLong(call -> call.sentNanos() - call.call().atNanos())
            .toArray());
  }

  private TargetResult target(TargetModel target) {
    long arrived = within(target, Counts::arrived);
    long throttled = within(target, Counts::throttledByQuota);
    double burndown = target.quota().burndown();
    // What was admitted last may be charged a little later than the arrivals end.
    double charged =
        counted(target, reached.atLast, Counts::tokensIn)
            - counted(target, reached.before, Counts::tokensIn)
            + burndown
                * (counted(target, reached.atLast, Counts::tokensOut)
                    - counted(target, reached.before, Counts::tokensOut));
    double minutes = scenario.duration().minus(scenario.warmUp()).toNanos() / 60e9;
    double quota = target.quota().tokensPerMinute() * minutes;
    return new TargetResult(
        target.name(),
        arrived,
        0,
        throttled,
        charged,
        quota == 0 ? 0 : charged / quota,
        Double.NaN);
  }

  private long within(TargetModel target, ToLongFunction<Counts> what) {
    return counted(target, reached.after, what) - counted(target, reached.before, what);
  }

  private static long counted(
      TargetModel target, Map<String, Counts> by, ToLongFunction<Counts> what) {
    Counts counts = by.get(target.model());
    return counts == null ? 0 : what.applyAsLong(counts);
  }

  private double cost(Ended call) {
    return model(call.target())
        .quota()
        .settled(call.call().inputTokens(), call.call().outputTokens());
  }

  private TargetModel model(int index) {
    List<String> ladder =
        scenario.configured().tiers().stream()
            .flatMap(tier -> tier.targets().stream())
            .map(target -> target.name())
            .toList();
    TargetModel model = scenario.targets().get(ladder.get(index));
    if (model == null) {
      throw new IllegalStateException("no target " + index);
    }
    return model;
  }

  private boolean counts(Ended call) {
    return call.call().atNanos() >= scenario.warmUp().toNanos();
  }
}
