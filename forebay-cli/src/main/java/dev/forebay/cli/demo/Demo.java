package dev.forebay.cli.demo;

import dev.forebay.cli.demo.Account.Reached;
import dev.forebay.emulator.Counts;
import dev.forebay.simulator.CallPlan;
import dev.forebay.simulator.PlannedCall;
import dev.forebay.simulator.Policy;
import dev.forebay.simulator.Scenario;
import dev.forebay.simulator.Simulator;
import dev.forebay.simulator.report.Bound;
import dev.forebay.simulator.report.Comparison;
import dev.forebay.simulator.report.PolicyResult;
import dev.forebay.simulator.report.Report;
import dev.forebay.simulator.report.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Runs a scenario twice: over HTTP on this machine, and in the simulator. An interrupt of the
 * thread stops it; nothing is left running then.
 */
public final class Demo {
  private static final Duration PERIOD = Duration.ofMillis(100);
  private static final int AGAIN = 20;
  private static final Duration MOST_DRAIN = Duration.ofSeconds(90);
  private static final Map<String, Counts> NOTHING = Map.of();

  private final Scenario scenario;
  private final double speed;
  private final Duration warmUp;
  private final boolean queues;
  private final Consumer<Progress> watcher;

  /**
   * A run to come.
   *
   * @param scenario the scenario, with its seed
   * @param speed seconds of the scenario per real second
   * @param warmUp for how long real calls go through all parts before, so that the virtual machine
   *     has compiled them
   * @param queues whether batch calls that are refused are left for later
   * @param watcher receives the progress several times a second
   */
  public Demo(
      Scenario scenario,
      double speed,
      Duration warmUp,
      boolean queues,
      Consumer<Progress> watcher) {
    this.queues = queues;
    this.scenario = scenario.withPolicies(Stage.POLICIES);
    this.speed = speed;
    this.warmUp = warmUp;
    this.watcher = watcher;
  }

  /**
   * What came of it.
   *
   * @param report measured, predicted, compared
   */
  public record Outcome(Report report, Health health) {}

  /** Runs it. */
  public Outcome run() throws InterruptedException {
    Report predicted = Simulator.run(scenario, 1);
    if (warmUp.isPositive()) {
      warmUp();
    }
    try (Stage stage = Stage.open(scenario, speed, queues)) {
      return measure(stage, predicted.sections().getFirst());
    }
  }

  /** Calls for a while, ever more of them, on a stage of their own. */
  private void warmUp() throws InterruptedException {
    try (Stage stage = Stage.open(scenario, speed, queues)) {
      CompletableFuture<Void> done = stage.run(rehearsal());
      CpuTime time = new CpuTime();
      while (time.seconds() < warmUp.toNanos() / 1e9 && !ended(done)) {
        watch("warming up", stage, time);
      }
    }
  }

  private List<PlannedCall> rehearsal() {
    List<PlannedCall> calls = new ArrayList<>();
    double perSecond = Math.max(1, scenario.arrivals().max());
    for (PlannedCall call : CallPlan.of(scenario, ~scenario.seed())) {
      // From nothing to the highest rate, since code that is not compiled yet is slow.
      double whole = warmUp.toNanos() / 1e9 * speed;
      double at = Math.sqrt(2 * whole * calls.size() / perSecond);
      if (at > whole) {
        break;
      }
      calls.add(
          new PlannedCall(
              call.index(),
              (long) (at * 1e9),
              call.kind(),
              call.inputTokens(),
              call.maxTokens(),
              call.outputTokens(),
              call.deadlineNanos(),
              call.seed()));
    }
    return calls;
  }

  private Outcome measure(Stage stage, Section predicted) throws InterruptedException {
    List<PlannedCall> plan = CallPlan.of(scenario, scenario.seed());
    List<Strip> strips =
        stage.lanes().stream().map(lane -> new Strip(scenario.duration())).toList();
    CpuTime time = new CpuTime();
    CompletableFuture<Void> done = stage.run(plan);
    List<Map<String, Counts>> before = stage.lanes().stream().map(lane -> NOTHING).toList();
    List<Map<String, Counts>> after = before;
    boolean warm = scenario.warmUp().isZero();
    boolean arriving = true;
    while (!ended(done)) {
      long now = stage.clock().now();
      if (!warm && now >= scenario.warmUp().toNanos()) {
        warm = true;
        before = stage.reached();
      }
      if (arriving && now >= scenario.duration().toNanos()) {
        arriving = false;
        after = stage.reached();
      }
      List<LaneView> views = watch("Monday, 9 am", stage, time);
      for (int i = 0; i < views.size(); i++) {
        strips.get(i).sample(now, views.get(i).waiting());
      }
    }
    List<Map<String, Counts>> atLast = stage.reached();
    double laterCost = stage.overheard().laterCost();
    Health health = health(stage, plan, time);
    Drained drained = drain(stage, time);
    List<PolicyResult> measured = new ArrayList<>();
    Bound bound = predicted.bound().orElse(new Bound(0, 0, 0, 0));
    for (int i = 0; i < stage.lanes().size(); i++) {
      Lane lane = stage.lanes().get(i);
      Reached reached =
          new Reached(before.get(i), arriving ? atLast.get(i) : after.get(i), atLast.get(i));
      double later = lane.policy() == Policy.FOREBAY ? laterCost : 0;
      measured.add(
          new Account(scenario, lane.policy(), stage.calls(lane), reached, stage.overheard(), later)
              .result(bound, strips.get(i)));
    }
    return new Outcome(report(measured, predicted, health, drained), health);
  }

  /** Watches the queue drain after the last direct call. */
  private Drained drain(Stage stage, CpuTime time) throws InterruptedException {
    double until = time.seconds() + MOST_DRAIN.toSeconds();
    CompletableFuture<Void> never = new CompletableFuture<>();
    long left = stage.leftOver();
    boolean over = left == 0;
    while (!over) {
      watch("The queue drains", stage, time);
      over = ended(never) || time.seconds() > until;
      left = stage.leftOver();
      over |= left == 0;
    }
    watch("All is over", stage, time);
    return new Drained(left, stage.clock().now());
  }

  private Report report(
      List<PolicyResult> measured, Section predicted, Health health, Drained drained) {
    List<Comparison> comparisons = new ArrayList<>();
    List<List<PolicyResult>> again = Simulator.again(scenario, AGAIN);
    for (PolicyResult result : measured) {
      predicted
          .policy(result.name())
          .ifPresent(
              expected -> comparisons.add(Comparison.of(result, expected, named(result, again))));
    }
    long queued = measured.stream().mapToLong(result -> result.counts().queued()).sum();
    String subtitle =
        "seed %d; %s%s".formatted(scenario.seed(), health.text(), drained.text(queued));
    List<String> warnings = new ArrayList<>(health.warnings());
    warnings.addAll(drained.warnings());
    return new Report(
        "Monday, 9 am",
        scenario.description(),
        subtitle,
        warnings,
        List.of(
            new Section("Measured over HTTP", predicted.bound(), measured, List.of()),
            new Section(
                "Predicted by the simulator, without a queue",
                Optional.empty(),
                predicted.policies(),
                List.of())),
        comparisons);
  }

  private static List<PolicyResult> named(PolicyResult like, List<List<PolicyResult>> runs) {
    return runs.stream()
        .flatMap(List::stream)
        .filter(result -> result.name().equals(like.name()))
        .toList();
  }

  private Health health(Stage stage, List<PlannedCall> plan, CpuTime time) {
    long[] lags =
        stage.lanes().stream()
            .flatMap(lane -> lane.lags().stream())
            .mapToLong(Long::longValue)
            .sorted()
            .toArray();
    double p99 = lags.length == 0 ? 0 : lags[(int) (0.99 * (lags.length - 1))] / 1e6;
    return new Health(speed, time.seconds(), time.share(), p99, plan.size());
  }

  private List<LaneView> watch(String what, Stage stage, CpuTime time) throws InterruptedException {
    List<LaneView> views = stage.views();
    long now = stage.clock().now();
    watcher.accept(
        new Progress(
            what,
            time.seconds(),
            now / 1e9,
            scenario.duration().toNanos() / 1e9,
            now < scenario.duration().toNanos() ? scenario.arrivals().at(now) : 0,
            scenario.arrivals().max(),
            views));
    return views;
  }

  /** Waits a moment for the end. */
  private static boolean ended(CompletableFuture<Void> done) throws InterruptedException {
    try {
      done.get(PERIOD.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new DemoException("The run failed: " + e.getCause(), e);
    }
  }
}
