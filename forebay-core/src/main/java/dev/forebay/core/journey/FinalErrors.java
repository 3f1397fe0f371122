package dev.forebay.core.journey;

import dev.forebay.core.Call;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Outcome;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.Tier;
import dev.forebay.core.admission.Reservation;
import dev.forebay.core.targets.TargetRegistry;
import dev.forebay.core.targets.TargetState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * The errors with which calls end that get no answer, in the service's own terms. When to ask
 * again: {@link RetryAfter}.
 */
final class FinalErrors {
  private FinalErrors() {}

  /**
   * An attempt's own error.
   *
   * @param nextWait what this call would have waited next
   */
  private static Step.Refuse of(Outcome.Failure last, Duration nextWait, String why) {
    return new Step.Refuse(last.error(), RetryAfter.of(last, nextWait), why);
  }

  /** Which targets cannot serve the call, and if its model failed, why no other is asked. */
  static String fallbackNote(TierSelection of, long nowNanos) {
    EligibleRoute eligible = of.eligible();
    String left = eligible == null ? "" : "; " + eligible.note();
    RetryState retryState = of.retryState();
    boolean modelFailed =
        retryState != null
            && retryState.finalFailure != null
            && retryState.finalFailure.failure() instanceof Outcome.Failed failed
            && failed.fault() == Outcome.Fault.MODEL;
    if (!modelFailed || of.fallbackTier(nowNanos) >= 0) {
      return left;
    }
    StringJoiner note = new StringJoiner("; ", left + "; ", "");
    for (RetryState.ForeignRefusal refusal : of.foreignRefusals()) {
      note.add("%s refused it (%s)".formatted(refusal.target().name(), refusal.reason()));
    }
    if (of.asked.tiers().size() == 1) {
      note.add("the route has no fallback");
    } else if (of.attempts() >= of.asked.retry().maxAttemptsPerCall()) {
      note.add("maxAttemptsPerCall is reached");
    } else if (of.tierIndex() + 1 < of.reachable().tiers().size()) {
      note.add("no fallback can be asked in time");
    } else {
      note.add("no fallback is left");
    }
    return note.toString();
  }

  /** The error of a call that ends now. */
  static Step.Refuse of(TierSelection of, String why, long nowNanos) {
    RetryState retryState = of.retryState();
    if (retryState != null && retryState.finalFailure != null) {
      FinalFailure known = retryState.finalFailure;
      return of(known.failure(), known.nextWait(of.asked.retry(), of.random), why);
    }
    List<Target> able = able(of);
    if (able.isEmpty()) {
      return unservable(objections(of), why);
    }
    return of.isOver(nowNanos)
        ? overdue(Duration.ofNanos(of.endByNanos() - of.startedAtNanos), why)
        : blocked(of.targets, able, of.call, why, nowNanos);
  }

  /**
   * Of the targets that can serve the call, those with the model asked for; if there are none, the
   * others that have not refused it.
   */
  private static List<Target> able(TierSelection of) {
    if (of.hasNoEligibleTarget()) {
      return List.of();
    }
    List<Target> those = new ArrayList<>();
    List<Target> others = new ArrayList<>();
    for (Tier tier : of.reachable().tiers()) {
      for (Target candidate : tier.targets()) {
        (of.call.eligibility().servesAnother(candidate) ? others : those).add(candidate);
      }
    }
    for (RetryState.ForeignRefusal refusal : of.foreignRefusals()) {
      others.remove(refusal.target());
    }
    return those.isEmpty() ? others : those;
  }

  /** Why no target can serve the call. */
  private static String objections(TierSelection of) {
    StringJoiner all = new StringJoiner("; ");
    EligibleRoute eligible = of.eligible();
    if (eligible != null) {
      all.add(eligible.note());
    }
    for (RetryState.ForeignRefusal refusal : of.foreignRefusals()) {
      all.add("%s refused it (%s)".formatted(refusal.target().name(), refusal.reason()));
    }
    return all.toString();
  }

  /** The deadline passed before anything was tried. */
  private static Step.Refuse overdue(Duration deadline, String why) {
    String message = "No answer within the deadline of %d ms.".formatted(deadline.toMillis());
    return new Step.Refuse(
        new ErrorInfo(408, "ModelTimeoutException", message), Duration.ZERO, why);
  }

  /** No target can serve the call, and none will when it is asked again. */
  private static Step.Refuse unservable(String objections, String why) {
    String message = "No target of this route can serve the call: %s.".formatted(objections);
    return new Step.Refuse(new ErrorInfo(400, "ValidationException", message), Duration.ZERO, why);
  }

  /**
   * Nothing was tried, because no target can take the call in time: its circuit is open, it asked
   * to be left alone, or its quota is used up for longer than the call can wait.
   *
   * @param targets those that might have answered
   */
  private static Step.Refuse blocked(
      TargetRegistry registry, List<Target> targets, Call call, String why, long nowNanos) {
    long soonest = Long.MAX_VALUE;
    boolean throttled = false;
    Target roomiest = null;
    for (Target target : targets) {
      TargetState state = registry.state(target, nowNanos);
      long circuit = Math.max(0, state.breaker().availableAtNanos(nowNanos) - nowNanos);
      long wait = state.admission().waitNanos(new Reservation(call, nowNanos), nowNanos);
      soonest = Math.min(soonest, Math.max(circuit, wait));
      throttled |= circuit == 0 && wait > 0;
      if (roomiest == null
          || state.admission().most() > registry.state(roomiest, nowNanos).admission().most()) {
        roomiest = target;
      }
    }
    if (soonest == Long.MAX_VALUE && roomiest != null) {
      return tooLarge(roomiest, registry.state(roomiest, nowNanos), call, why, nowNanos);
    }
    ErrorInfo error =
        throttled
            ? new ErrorInfo(
                429,
                "ThrottlingException",
                "Too many tokens: no target has capacity for this call before its deadline.")
            : new ErrorInfo(
                503,
                "ServiceUnavailableException",
                "All targets are unavailable (circuit breakers open).");
    return new Step.Refuse(error, RetryAfter.untilCapacity(soonest), why);
  }

  /** Waiting does not help: the call asks for more than a minute's quota. */
  private static Step.Refuse tooLarge(
      Target target, TargetState state, Call call, String why, long nowNanos) {
    String message =
        "This request needs %d tokens, about %d of input and up to %d of output, but the quota of target '%s' is %d a minute: lower max_tokens or shorten the input."
            .formatted(
                state.admission().asks(call, nowNanos),
                call.inputTokens(),
                call.maxOutputTokens(),
                target.name(),
                state.admission().most());
    return new Step.Refuse(new ErrorInfo(400, "ValidationException", message), Duration.ZERO, why);
  }
}
