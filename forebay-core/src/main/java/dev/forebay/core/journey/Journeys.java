package dev.forebay.core.journey;

import dev.forebay.core.Call;
import dev.forebay.core.Route;
import dev.forebay.core.event.CallTrace;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.targets.TargetRegistry;
import java.util.random.RandomGenerator;

/** Begins journeys over one registry of targets. Thread-safe; a {@link Journey} is not. */
public final class Journeys {
  private final TargetRegistry targets = new TargetRegistry();

  /** A journey whose first step is {@link Journey#start}. */
  public Journey begin(
      Route route, Call call, long nowNanos, RandomGenerator random, JourneyListener listener) {
    return begin(route, call, nowNanos, random, listener, CallTrace.NONE);
  }

  /** A journey that is followed; its trace gets each event first. */
  public Journey begin(
      Route route,
      Call call,
      long nowNanos,
      RandomGenerator random,
      JourneyListener listener,
      CallTrace trace) {
    return new Journey(targets, route, call, nowNanos, random, trace.and(listener), trace);
  }

  /** What is known of each target. */
  public TargetRegistry targets() {
    return targets;
  }
}
