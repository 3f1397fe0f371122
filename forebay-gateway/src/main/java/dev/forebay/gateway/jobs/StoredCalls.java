package dev.forebay.gateway.jobs;

import dev.forebay.config.RouteConfig;
import dev.forebay.core.Call;
import dev.forebay.core.Route;
import dev.forebay.core.Target;
import dev.forebay.core.Tier;
import dev.forebay.core.admission.TargetLoad;
import dev.forebay.core.health.Breaker;
import dev.forebay.core.targets.TargetState;
import dev.forebay.gateway.call.GatewayRuntime;
import dev.forebay.gateway.http.BodyIntake;
import dev.forebay.jobs.Job;
import dev.forebay.jobs.JobRequest;
import dev.forebay.jobs.JobStore.TakenJob;
import dev.forebay.jobs.worker.Capacity;
import dev.forebay.jobs.worker.JobRunner;
import java.time.Duration;

/**
 * Makes calls that were stored, by the gateway's own journeys, and computes how much room there is
 * for them beside direct calls. Thread-safe; never blocks.
 *
 * <p>There is room for calls of N tokens as long as nothing is {@linkplain TargetLoad#missing
 * missing} for them, and only while no direct call waits for that target. A gateway that shares the
 * quota with others begins one call more, which waits for its turn: what is not asked for is not
 * leased. The first tier counts that has a target whose circuit is not open and whose cooldown ends
 * within the route's patience: stored calls turn to a fallback when callers would, and not because
 * it has room as well.
 */
public final class StoredCalls implements JobRunner, Capacity {
  private static final Duration SOON = Duration.ofMillis(10);
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final GatewayRuntime runtime;

  public StoredCalls(GatewayRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public Run start(TakenJob taken) {
    return start(taken.stored().job(), taken.request());
  }

  /** Begins a call; its end is reported on a thread of its own. */
  public Run start(Job job, JobRequest request) {
    StoredCall call = new StoredCall(runtime.nextLoop(), runtime, job, request);
    call.start();
    return call;
  }

  @Override
  public Room room(String route, long meanTokens, int max) {
    // Jobs come with their requests, which are counted when they begin.
    long places =
        (runtime.memory().largest() - runtime.memory().held()) / BodyIntake.MAX_BODY_BYTES;
    if (places <= 0 && runtime.memory().held() > 0) {
      return new Later(AGAIN);
    }
    int most = Math.clamp(places, 1, max);
    RouteConfig config = runtime.snapshot().config().routes().get(route);
    if (config != null) {
      for (Tier tier : config.route().tiers()) {
        Seen seen = checkTargets(tier, config.route().patience(), meanTokens);
        if (seen.usable) {
          return seen.jobs > 0
              ? new Now((int) Math.min(most, seen.jobs))
              : new Later(Duration.ofNanos(seen.waitNanos));
        }
      }
    }
    return new Later(AGAIN);
  }

  /** What the route's first tier brings in a second; infinite where nothing limits. */
  double tokensPerSecond(Route route) {
    long now = runtime.ticker().nanos();
    return route.tiers().getFirst().targets().stream()
        .mapToDouble(
            target -> runtime.journeys().targets().state(target, now).load(now).tokensPerSecond())
        .sum();
  }

  /** How long such a call usually takes in the route's first tier; zero while nothing is known. */
  Duration usual(Route route, Call call) {
    long now = runtime.ticker().nanos();
    return Duration.ofNanos(
        route.tiers().getFirst().targets().stream()
            .mapToLong(
                target -> runtime.journeys().targets().state(target, now).expectedNanos(call, now))
            .max()
            .orElse(0));
  }

  /** What one tier can take. */
  private static final class Seen {
    private boolean usable;
    private long jobs;
    private long waitNanos = AGAIN.toNanos();

    void retryIn(double nanos) {
      waitNanos = Math.clamp((long) nanos, SOON.toNanos(), waitNanos);
    }
  }

  private Seen checkTargets(Tier tier, Duration patience, long meanTokens) {
    Seen seen = new Seen();
    long now = runtime.ticker().nanos();
    for (Target target : tier.targets()) {
      TargetState state = runtime.journeys().targets().state(target, now);
      Breaker.Position circuit = state.breaker().position(now);
      long cooldown = state.cooldownNanos(now);
      if (circuit != Breaker.Position.OPEN && cooldown <= patience.toNanos()) {
        seen.usable = true;
        if (cooldown > 0) {
          seen.retryIn((double) cooldown);
        } else if (circuit == Breaker.Position.HALF_OPEN) {
          seen.jobs++;
        } else {
          count(seen, state.load(now), meanTokens);
        }
      }
    }
    return seen;
  }

  private static void count(Seen seen, TargetLoad load, long meanTokens) {
    if (load.interactive() + load.standard() + load.batch() > 0) {
      return;
    }
    if (load.capacity() == 0) {
      seen.jobs = Integer.MAX_VALUE;
      return;
    }
    double missing = load.missing(meanTokens);
    if (missing <= 0) {
      seen.jobs += 1 + (long) (-missing / (double) meanTokens);
    } else if (load.shared()) {
      seen.jobs++;
    } else {
      seen.retryIn(missing / Math.max(1, load.tokensPerSecond()) * 1e9);
    }
  }
}
