package dev.forebay.core.journey;

import dev.forebay.core.Outcome;
import dev.forebay.core.Target;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a call has to remember once it has not gone straight to its answer, or had to choose between
 * targets. Most calls of routes with one target in each tier never need one. Not thread-safe: it is
 * its {@link Journey}'s.
 */
final class RetryState {
  int tierIndex;

  /**
   * Attempts that the present tier's bound does not count: those of earlier tiers, and those whose
   * target turned out not to serve the call.
   */
  int uncounted;

  /** Null as long as nothing has happened in the tier that matters for a choice. */
  @Nullable TierProgress tier;

  Outcome.@Nullable Failure lastFailure;

  /** What the call ends with if no target answers; null while there is no such failure. */
  @Nullable FinalFailure finalFailure;

  /** Targets with another model than the one asked for that refused the call; null for none. */
  @Nullable List<ForeignRefusal> foreignRefusals;

  /**
   * A refusal by a target that serves another model than the one asked for.
   *
   * @param reason in words that may be logged
   */
  record ForeignRefusal(Target target, String reason) {}

  /** Targets that cannot serve the call, whatever tier it is in; null for none. */
  @Nullable List<Target> excluded;

  /** Targets that throttled the call, once for each time; null for none. */
  @Nullable List<Target> throttled;

  /** What the retry budget was charged for the target being tried or waited for. */
  int retryCost;

  /** How much later than its deadline the call may end, see {@link TimePlan}. */
  long extensionNanos;

  /** What entering a tier takes of the retry budget: nothing, unless the whole call is a retry. */
  int entryCost;

  /** Null as long as the call has not waited. */
  @Nullable WaitState waiting;

  /** The first tier that the call may return to: it left earlier ones after a failure. */
  int leastTier;

  /** Whether what is waited for is capacity, so that any target's will do. */
  boolean waitsForCapacity;

  /** Whether slow targets are asked that would otherwise be left alone. */
  boolean lastResort;

  /** A second attempt beside the first. */
  @Nullable ActiveAttempt hedge;
}
