package dev.forebay.benchmarks.fleet;

import dev.forebay.cluster.Fleet;
import dev.forebay.cluster.RedisStore;
import dev.forebay.config.ClusterConfig;
import dev.forebay.config.Secret;
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
import dev.forebay.core.journey.Journey;
import dev.forebay.core.journey.Journeys;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Forebay: whole journeys on one target whose requests are limited, with all policies, that end at
 * once. A call for which there is no room waits a fifth of a second, since what waits is what a
 * node leases for.
 */
final class LeaseNode implements Node {
  private static final long PATIENCE_NANOS = Duration.ofMillis(200).toNanos();

  private final Ticker ticker = Ticker.system();
  private final Journeys journeys = new Journeys();
  private final Call call = new Call(false, 2, 2, Call.ROUTE_DEADLINE);
  private final Route route;
  private final Fleet fleet;

  LeaseNode(String store, String quota, long perSecond) {
    Target target =
        new Target("only", Timeouts.DEFAULTS, new TargetQuota.Joint(perSecond * 60, 0, 1));
    route =
        new Route(
            "route",
            List.of(new Tier(List.of(target))),
            Route.DEFAULT_DEADLINE,
            Route.defaultPatience(Route.DEFAULT_DEADLINE),
            RetryPolicy.DEFAULTS,
            BreakerPolicy.DEFAULTS,
            HedgePolicy.OFF);
    fleet =
        Fleet.join(
            "node",
            new RedisStore(
                new ClusterConfig(
                    new Secret(store), "benchmark", FleetBenchmark.NODES, Optional.empty())),
            FleetBenchmark.NODES,
            journeys.targets(),
            ticker,
            Map.of(target, quota));
  }

  @Override
  public boolean admit() throws InterruptedException {
    long now = ticker.nanos();
    long end = now + PATIENCE_NANOS;
    Semaphore woken = new Semaphore(0);
    Journey journey =
        journeys.begin(route, call, now, new SplittableRandom(now), JourneyListener.NONE);
    Step step = journey.start(now, woken::release);
    while (step instanceof Step.WaitUntil until) {
      long wait = Math.min(until.nanos(), end) - ticker.nanos();
      boolean isWoken = woken.tryAcquire(Math.max(0, wait), TimeUnit.NANOSECONDS);
      now = ticker.nanos();
      if (isWoken) {
        Step next = journey.woken(now);
        step = next == null ? step : next;
      } else if (now >= end) {
        journey.callerLeft(now);
        return false;
      } else {
        step = journey.timer(now);
      }
    }
    if (step instanceof Step.Attempt attempt) {
      Step unused =
          journey.attemptEnded(
              attempt, new Outcome.Succeeded(new TokenUsage(2, 2, 0, 0)), ticker.nanos());
      return true;
    }
    return false;
  }

  @Override
  public void close() {
    fleet.close();
  }
}
