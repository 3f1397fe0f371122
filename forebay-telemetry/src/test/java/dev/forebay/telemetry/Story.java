package dev.forebay.telemetry;

import dev.forebay.core.BreakerPolicy;
import dev.forebay.core.Call;
import dev.forebay.core.HedgePolicy;
import dev.forebay.core.Outcome;
import dev.forebay.core.RetryPolicy;
import dev.forebay.core.Route;
import dev.forebay.core.Target;
import dev.forebay.core.Tier;
import dev.forebay.core.Timeouts;
import dev.forebay.core.event.CallOrigin;
import dev.forebay.core.event.CallTracing;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.journey.DegradedSource;
import dev.forebay.core.journey.Journey;
import dev.forebay.core.journey.Journeys;
import dev.forebay.testkit.ScriptedReply;
import dev.forebay.testkit.ScriptedTarget;
import dev.forebay.testkit.VirtualDriver;
import dev.forebay.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Calls on a route of two targets, {@code sonnet} and {@code haiku}, in virtual time. */
public final class Story {
  /** A second's answer. */
  public static final ScriptedReply WELL = ScriptedReply.answer(Duration.ofSeconds(1));

  /** Nothing but another model helps. */
  public static final ScriptedReply MODEL_FAULT = ScriptedReply.failed(Outcome.Fault.MODEL);

  /** All that is known of how a call came. */
  public static final CallOrigin ANONYMOUS = from(Map.of());

  private static final Route ROUTE =
      new Route(
          "chat",
          List.of(tier("sonnet"), tier("haiku")),
          Duration.ofSeconds(60),
          Duration.ofSeconds(20),
          RetryPolicy.DEFAULTS,
          BreakerPolicy.DEFAULTS,
          HedgePolicy.OFF);

  private final VirtualTime time = new VirtualTime();
  private final SplittableRandom random = new SplittableRandom(7);
  private final CallTracing tracing;
  private final JourneyListener listener;

  public Story(CallTracing tracing, JourneyListener listener) {
    this.tracing = tracing;
    this.listener = listener;
  }

  private static Tier tier(String target) {
    return new Tier(List.of(new Target(target, Timeouts.DEFAULTS)));
  }

  /** A Converse call with such headers. */
  public static CallOrigin from(Map<String, String> headers) {
    return new CallOrigin("anthropic.claude-sonnet-4-6", "converse", headers::get);
  }

  /** A call whose first tier replies so, one after the other; the second one is well. */
  public Journey call(CallOrigin origin, ScriptedReply... sonnet) {
    return call(origin, DegradedSource.NONE, WELL, sonnet);
  }

  /** A call to its end. Each is the first that these targets ever see. */
  public Journey call(
      CallOrigin origin,
      DegradedSource degradedSource,
      ScriptedReply haiku,
      ScriptedReply... sonnet) {
    Journey journey = begin(origin);
    driver(haiku, sonnet).drive(journey, degradedSource);
    time.runUntilIdle();
    return journey;
  }

  /** A call whose caller leaves after some time. */
  public Journey left(Duration after, ScriptedReply... sonnet) {
    Journey journey = begin(ANONYMOUS);
    driver(WELL, sonnet).driveUntilCallerLeaves(journey, after);
    time.runUntilIdle();
    return journey;
  }

  private Journey begin(CallOrigin origin) {
    Call call = new Call(true, 10, 10, Call.ROUTE_DEADLINE);
    return new Journeys().begin(ROUTE, call, time.nanos(), random, listener, tracing.begin(origin));
  }

  private VirtualDriver driver(ScriptedReply haiku, ScriptedReply... sonnet) {
    return new VirtualDriver(
        time, Map.of("sonnet", new ScriptedTarget(sonnet), "haiku", new ScriptedTarget(haiku)));
  }
}
