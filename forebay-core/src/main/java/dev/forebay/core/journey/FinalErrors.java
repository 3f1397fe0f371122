package dev.forebay.core.journey;

import dev.forebay.core.Call;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.Quota;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.health.Cooldown;
import dev.forebay.core.target.TargetRegistry;
import dev.forebay.core.target.TargetState;
import java.time.Duration;
import java.util.List;

/**
 * What a call that gets no answer is told: an error in the service's own terms, and when to ask
 * again.
 */
final class FinalErrors {
  private static final Duration MIN_RETRY_AFTER = Duration.ofSeconds(1);

  private FinalErrors() {}

  /**
   * An attempt's own error.
   *
   * @param nextWait what this call would have waited next
   */
  static Step.Refuse of(Outcome.Failure last, Duration nextWait, String why) {
    Duration retryAfter =
        switch (last) {
          case Outcome.Throttled f when f.quota() == Quota.DAY -> Cooldown.LONGEST;
          case Outcome.Throttled f -> longest(nextWait, f.hint());
          case Outcome.NotReady f -> longest(nextWait, f.hint());
          case Outcome.Unavailable f -> longest(nextWait, f.hint());
          case Outcome.Failed f -> Duration.ZERO;
          case Outcome.TimedOut f -> Duration.ZERO;
          case Outcome.Interrupted f -> Duration.ZERO;
          case Outcome.Rejected f -> Duration.ZERO;
          case Outcome.Unwanted f -> Duration.ZERO;
        };
    return new Step.Refuse(last.error(), retryAfter, why);
  }

  /** The deadline passed before anything was tried. */
  static Step.Refuse overdue(Duration deadline, String why) {
    String message = "No answer within the deadline of %d ms.".formatted(deadline.toMillis());
    return new Step.Refuse(
        new ErrorInfo(408, "ModelTimeoutException", message), Duration.ZERO, why);
  }

  /** No target can serve the call, and none will when it is asked again. */
  static Step.Refuse unservable(String objections, String why) {
    String message = "No target of this route can serve the call: %s.".formatted(objections);
    return new Step.Refuse(new ErrorInfo(400, "ValidationException", message), Duration.ZERO, why);
  }

  /**
   * Nothing was tried, because no target can take the call in time: its circuit is open, it asked
   * to be left alone, or its quota is used up for longer than the call can wait.
   *
   * @param targets those that might have answered
   */
  static Step.Refuse blocked(
      TargetRegistry registry, List<Target> targets, Call call, String why, long nowNanos) {
    long soonest = Long.MAX_VALUE;
    boolean throttled = false;
    Target roomiest = null;
    for (Target target : targets) {
      TargetState state = registry.state(target, nowNanos);
      long circuit = Math.max(0, state.breaker().availableAtNanos(nowNanos) - nowNanos);
      long wait = state.admission().waitNanos(call, nowNanos);
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
                503, "ServiceUnavailableException", "Every target has failed too often of late.");
    return new Step.Refuse(error, longest(Duration.ofNanos(soonest), MIN_RETRY_AFTER), why);
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

  private static Duration longest(Duration a, Duration b) {
    Duration longer = a.compareTo(b) > 0 ? a : b;
    return longer.compareTo(MIN_RETRY_AFTER) > 0 ? longer : MIN_RETRY_AFTER;
  }
}
