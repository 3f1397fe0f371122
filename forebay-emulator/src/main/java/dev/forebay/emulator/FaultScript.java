package dev.forebay.emulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** A fault script under way: how many requests each fault has met. */
final class FaultScript {
  private final List<Progress> script;

  FaultScript(List<Fault> faults) {
    this.script = faults.stream().map(Progress::new).toList();
  }

  List<Fault> faults() {
    return script.stream().map(progress -> progress.fault).toList();
  }

  /** Whether it makes a difference which service tier a request names. */
  boolean heedsTiers() {
    return script.stream().anyMatch(progress -> progress.fault.serviceTier() != null);
  }

  /**
   * The effects on one request, in the script's order. An effect that stands in for the answer is
   * the last: the faults after it do not see the request.
   */
  List<Effect> meet(
      ModelId model, Operation operation, String tier, Duration now, RandomGenerator random) {
    List<Effect> effects = new ArrayList<>();
    for (Progress progress : script) {
      if (progress.fault.covers(model, operation, tier, now) && progress.meets(random)) {
        effects.add(progress.fault.effect());
        if (FaultAnswer.of(progress.fault.effect())) {
          break;
        }
      }
    }
    return effects;
  }

  private static final class Progress {
    private final Fault fault;
    private long seen;
    private long met;

    Progress(Fault fault) {
      this.fault = fault;
    }

    boolean meets(RandomGenerator random) {
      Long count = fault.count();
      seen++;
      if (seen <= fault.after() || (count != null && met >= count)) {
        return false;
      }
      boolean hit = fault.probability() >= 1 || random.nextDouble() < fault.probability();
      if (hit) {
        met++;
      }
      return hit;
    }
  }
}
