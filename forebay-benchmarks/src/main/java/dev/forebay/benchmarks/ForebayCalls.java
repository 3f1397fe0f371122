package dev.forebay.benchmarks;

import dev.forebay.core.BreakerPolicy;
import dev.forebay.core.Call;
import dev.forebay.core.HedgePolicy;
import dev.forebay.core.Outcome;
import dev.forebay.core.RetryPolicy;
import dev.forebay.core.Route;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.Ticker;
import dev.forebay.core.Tier;
import dev.forebay.core.Timeouts;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.health.Breaker;
import dev.forebay.core.journey.Journey;
import dev.forebay.core.journey.Journeys;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Drives journeys as a gateway or a client does, but without its I/O: reads the clock once per
 * event and takes each answer from a supplier. The quota is known, so that the limiter counts, and
 * is the largest there is, so that no call ever waits.
 */
final class ForebayCalls {
  private static final TargetQuota QUOTA =
      new TargetQuota.Joint(TargetQuota.MAX_PER_MINUTE, TargetQuota.MAX_PER_MINUTE, 1);

  private final Ticker ticker = Ticker.system();
  private final Journeys journeys = new Journeys();
  private final Route route;
  private final Call call;
  private final Supplier<TokenUsage> supplier;

  /** Calls whose route has that many equal targets in its only tier. */
  ForebayCalls(int targets, boolean streaming, Supplier<TokenUsage> supplier) {
    List<Target> equals = new ArrayList<>();
    for (int i = 0; i < targets; i++) {
      equals.add(new Target("target-" + i, Timeouts.DEFAULTS, QUOTA));
    }
    this.route =
        new Route(
            "model",
            List.of(new Tier(equals)),
            Route.DEFAULT_DEADLINE,
            Route.defaultPatience(Route.DEFAULT_DEADLINE),
            RetryPolicy.DEFAULTS,
            BreakerPolicy.DEFAULTS,
            HedgePolicy.OFF);
    this.call = new Call(streaming, 2, 2, Call.ROUTE_DEADLINE);
    this.supplier = supplier;
  }

  /** One call to its end. */
  TokenUsage call(RandomGenerator random) {
    long begun = ticker.nanos();
    Journey journey = journeys.begin(route, call, begun, random, JourneyListener.NONE);
    if (!(journey.start(begun, ForebayCalls::neverWoken) instanceof Step.Attempt attempt)) {
      throw new IllegalStateException("the call did not begin at once");
    }
    TokenUsage usage = supplier.get();
    if (call.streaming()) {
      journey.contentStarted(attempt, ticker.nanos());
    }
    Step end = journey.attemptEnded(attempt, new Outcome.Succeeded(usage), ticker.nanos());
    if (!(end instanceof Step.Answer)) {
      throw new IllegalStateException("the call ended without its answer: " + end);
    }
    return usage;
  }

  private static void neverWoken() {
    throw new IllegalStateException("a call that does not wait was woken");
  }

  /** Fails if a circuit is not closed: then something else than the happy path was measured. */
  void checkCircuits() {
    long now = ticker.nanos();
    for (Target target : route.tiers().getFirst().targets()) {
      Breaker.Position position = journeys.targets().state(target, now).breaker().position(now);
      if (position != Breaker.Position.CLOSED) {
        throw new IllegalStateException("the circuit of " + target.name() + " is " + position);
      }
    }
  }
}
