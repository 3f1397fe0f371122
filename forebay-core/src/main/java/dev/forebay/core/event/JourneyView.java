package dev.forebay.core.event;

import dev.forebay.core.Call;
import dev.forebay.core.Outcome;
import dev.forebay.core.Route;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.health.Breaker;
import org.jspecify.annotations.Nullable;

/** A read-only view of one journey, for listeners and traces. Not thread-safe. */
public interface JourneyView {
  /** The route as it was asked for, targets that cannot serve the call included. */
  Route route();

  Call call();

  /** Who follows the call. */
  CallTrace trace();

  /** Who answers, if the attempt under way does. */
  Step.Source source();

  long startedAtNanos();

  /** Whether the single end has come. */
  boolean ended();

  /** How the circuit breaker of a target stands. */
  Breaker.Position breaker(Target of, long nowNanos);

  /** Attempts begun so far. */
  int attempts();

  /** How long the call has waited for capacity, or between attempts. */
  long waitedNanos();

  /** How its last attempt that failed did so; null if none did. */
  Outcome.@Nullable Failure lastFailure();

  /**
   * The failure that the call ends with if no target answers: the asked model's own before that of
   * another, and one that may pass before one that stays. Never another model's refusal. Null while
   * there is none, in which case the call ends with an error that says why nothing could be tried.
   */
  Outcome.@Nullable Failure finalFailure();

  /**
   * Whether a target that serves another model than the one asked for refused the call, and not
   * only something in it that can be left out. That is about the target: the next one gets its
   * turn, and the call never ends with it.
   */
  boolean isForeignRefusal(Target by, Outcome outcome);
}
