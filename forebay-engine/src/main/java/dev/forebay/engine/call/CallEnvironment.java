package dev.forebay.engine.call;

import dev.forebay.core.event.CallTracing;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.journey.Journeys;
import dev.forebay.engine.MemoryBudget;
import dev.forebay.engine.Transport;

/** What the calls of all loops of a process share. Thread-safe. */
public interface CallEnvironment {
  /** What is known of targets. */
  Journeys journeys();

  /**
   * Receives the events of one journey, on its loop: each call asks for its own, which may keep
   * them.
   */
  JourneyListener listener();

  CallTracing tracing();

  /** What may be held for calls. */
  MemoryBudget memory();

  Transport.Factory transports();

  /**
   * Whether the program that calls also has the configuration: its errors name the remedy, which
   * may lie there.
   */
  default boolean callersConfigure() {
    return false;
  }

  /** Whether no new calls are made. */
  boolean draining();

  /** Counts one more call in under the configuration of one that is in progress. */
  void callBeginsLike(RoutingSnapshot inProgress);

  /** A call that was counted in is over. */
  void callEnded(RoutingSnapshot snapshot);

  /** A call met a defect, which is logged, and ends with an error. */
  void defect(Throwable cause);
}
