package dev.forebay.testkit;

import dev.forebay.core.BreakerPolicy;
import dev.forebay.core.Call;
import dev.forebay.core.HedgePolicy;
import dev.forebay.core.Jitter;
import dev.forebay.core.RetryPolicy;
import dev.forebay.core.Route;
import dev.forebay.core.Target;
import dev.forebay.core.Tier;
import dev.forebay.core.Timeouts;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyTrail;
import dev.forebay.core.journey.DegradedSource;
import dev.forebay.core.journey.Journey;
import dev.forebay.core.journey.Journeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A route over scripted targets, and calls made through it: what the journey tests share. */
final class World {
  final VirtualTime time = new VirtualTime();
  final Journeys journeys = new Journeys();
  final SplittableRandom random = new SplittableRandom(7);
  final JourneyTrail trail = new JourneyTrail();
  final List<JourneyEvent> events = new ArrayList<>();
  private final Map<String, ScriptedTarget> scripts = new LinkedHashMap<>();
  private final List<Tier> tiers = new ArrayList<>();
  private RetryPolicy retry = RetryPolicy.DEFAULTS;
  private HedgePolicy hedge = HedgePolicy.OFF;
  private Duration deadline = Route.DEFAULT_DEADLINE;

  World tier(ScriptedTarget... targets) {
    List<Target> named = new ArrayList<>();
    for (ScriptedTarget target : targets) {
      String name = "t" + tiers.size() + (char) ('a' + named.size());
      scripts.put(name, target);
      named.add(new Target(name, Timeouts.DEFAULTS));
    }
    tiers.add(new Tier(named));
    return this;
  }

  World retry(RetryPolicy policy) {
    retry = policy;
    return this;
  }

  World jitter(Jitter jitter) {
    return retry(
        new RetryPolicy(
            retry.maxAttempts(),
            retry.maxAttemptsPerCall(),
            retry.baseDelay(),
            retry.maxDelay(),
            jitter));
  }

  World hedge(HedgePolicy value) {
    hedge = value;
    return this;
  }

  World deadline(Duration value) {
    deadline = value;
    return this;
  }

  Route route() {
    return new Route(
        "model",
        tiers,
        deadline,
        Route.defaultPatience(deadline),
        retry,
        BreakerPolicy.DEFAULTS,
        hedge);
  }

  Journey journey(Call call) {
    return journeys.begin(
        route(), call, time.nanos(), random, trail.and((any, event) -> events.add(event)));
  }

  VirtualDriver driver() {
    return new VirtualDriver(time, scripts);
  }

  JourneyRun call() {
    return run(new Call(false, 100, 500, Call.ROUTE_DEADLINE));
  }

  JourneyRun stream() {
    return run(new Call(true, 100, 500, Call.ROUTE_DEADLINE));
  }

  JourneyRun run(Call call) {
    return run(call, DegradedSource.NONE);
  }

  JourneyRun run(Call call, DegradedSource degradedSource) {
    JourneyRun run = driver().drive(journey(call), degradedSource);
    time.runUntilIdle();
    return run;
  }
}
