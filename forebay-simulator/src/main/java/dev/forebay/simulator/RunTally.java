package dev.forebay.simulator;

import dev.forebay.core.Priority;
import dev.forebay.simulator.report.Bound;
import dev.forebay.simulator.report.ClassResult;
import dev.forebay.simulator.report.FleetResult;
import dev.forebay.simulator.report.PolicyResult;
import dev.forebay.simulator.report.TargetResult;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts what becomes of the calls of one run. Calls of the warm-up do not count. */
final class RunTally {
  private static final long SECOND = 1_000_000_000L;

  private final Scenario scenario;
  private final TargetModel first;
  private final boolean[] primary;
  private final List<KindTally> kinds = new ArrayList<>();
  private final Timeline timeline;
  private final BitSet interactiveRefused = new BitSet();
  private final BitSet batchLetIn = new BitSet();
  private double answeredWork;

  RunTally(Scenario scenario, int[] ladder, Simulation simulation) {
    this.scenario = scenario;
    this.first = simulation.target(ladder[0]).model;
    this.primary = new boolean[simulation.targets().size()];
    scenario
        .configured()
        .tiers()
        .getFirst()
        .targets()
        .forEach(target -> primary[simulation.index(target.name())] = true);
    scenario.mix().forEach(kind -> kinds.add(new KindTally()));
    this.timeline = new Timeline(scenario, simulation);
  }

  void clockAt(long now, Clients clients) {
    timeline.clockAt(now, clients);
  }

  void arrived(PlannedCall call) {
    timeline.count(Timeline.OFFERED, call.atNanos());
    if (measures(call)) {
      kinds.get(call.kind()).calls++;
    }
  }

  void throttled(CallRun run, long now) {
    timeline.count(Timeline.THROTTLED, now);
    if (measures(run.call)) {
      kinds.get(run.call.kind()).throttled++;
    }
  }

  void answered(CallRun run, Sending by, long now) {
    PlannedCall call = run.call;
    boolean isPrimary = primary[by.target.index];
    timeline.count(isPrimary ? Timeline.PRIMARY : Timeline.FALLBACK, now);
    CallClass kind = scenario.mix().get(call.kind());
    long content = (kind.streaming() ? by.contentNanos : now) - call.atNanos();
    timeline.firstContent(content, now);
    if (!measures(call)) {
      return;
    }
    ended(run);
    KindTally tally = kinds.get(call.kind());
    if (isPrimary) {
      tally.primary++;
    } else {
      tally.fallback++;
    }
    tally.firstContent.add(content);
    tally.answer.add(now - call.atNanos());
    tally.cost += by.target.model.quota().settled(call.inputTokens(), call.outputTokens());
    answeredWork += first.cost(call);
    if (kind.priority() == Priority.BATCH) {
      batchLetIn.set((int) (by.begunNanos / SECOND));
    }
  }

  void refused(CallRun run, long now) {
    timeline.count(Timeline.REFUSED, now);
    if (measures(run.call)) {
      ended(run);
      kinds.get(run.call.kind()).refused++;
      if (scenario.mix().get(run.call.kind()).priority() == Priority.INTERACTIVE) {
        interactiveRefused.set((int) (now / SECOND));
      }
    }
  }

  void gaveUp(CallRun run, long now) {
    timeline.count(Timeline.GAVE_UP, now);
    if (measures(run.call)) {
      ended(run);
      kinds.get(run.call.kind()).gaveUp++;
    }
  }

  PolicyResult result(
      Policy policy, List<TargetWorld> targets, Bound bound, @Nullable FleetResult fleet) {
    KindTally all = new KindTally();
    List<ClassResult> classes = new ArrayList<>();
    for (int i = 0; i < kinds.size(); i++) {
      CallClass kind = scenario.mix().get(i);
      KindTally tally = kinds.get(i);
      all.add(tally);
      classes.add(
          new ClassResult(
              kind.name(),
              kind.priority().label(),
              kind.tenant(),
              kind.deadline().toNanos() / 1e9,
              tally.counts(tally.cost, 0),
              tally.waits()));
    }
    double charged = 0;
    double wasted = 0;
    List<TargetResult> reached = new ArrayList<>();
    for (TargetWorld target : targets) {
      charged += target.charged;
      wasted += target.wasted;
      reached.add(target.result());
    }
    long answered = all.primary + all.fallback;
    interactiveRefused.and(batchLetIn);
    return new PolicyResult(
        policy.key(),
        policy.about(),
        all.counts(charged, wasted),
        bound.work() == 0 ? Double.NaN : answeredWork / bound.work(),
        bound.calls() == 0 ? Double.NaN : answered / bound.calls(),
        interactiveRefused.cardinality(),
        all.waits(),
        classes,
        reached,
        timeline.series(),
        fleet);
  }

  private void ended(CallRun run) {
    KindTally tally = kinds.get(run.call.kind());
    tally.attempts += run.attempts;
    if (run.firstSentNanos >= 0) {
      tally.admission.add(run.firstSentNanos - run.call.atNanos());
    }
  }

  private boolean measures(PlannedCall call) {
    return call.atNanos() >= scenario.warmUp().toNanos();
  }
}
