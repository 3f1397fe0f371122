package dev.forebay.gateway.auth;

import dev.forebay.core.Call;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.admission.CallerRateLimit;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.event.JourneyView;
import dev.forebay.engine.http.Refusal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a call takes of its caller's own rate limit: the estimate when it begins, what it used when
 * it was answered, nothing when it was refused or no model answered it. A call that broke off, or
 * whose caller left while an attempt was under way, is charged its estimate, since its usage is not
 * known.
 */
public final class Charge implements JourneyListener {
  private final CallerRateLimit.Share share;
  private boolean attempted;

  private Charge(CallerRateLimit.Share share) {
    this.share = share;
  }

  /** Takes what the call may use; null if the limit does not allow it. */
  public static @Nullable Charge take(Caller caller, Call call, long nowNanos) {
    CallerRateLimit.Share share = caller.rateLimit().take(estimate(call), nowNanos);
    return share == null ? null : new Charge(share);
  }

  /** Why such a call is not begun, and when it could be. */
  public static Refusal refusal(Caller caller, Call call, long nowNanos) {
    Duration wait = caller.rateLimit().wait(estimate(call), nowNanos);
    return new Refusal(
        new ErrorInfo(
            429,
            "ThrottlingException",
            ("Too many requests or tokens for the key '%s': its own limits per minute in auth.keys"
                    + " are used up, please wait before trying again.")
                .formatted(caller.name())),
        wait);
  }

  @Override
  public void on(JourneyView journey, JourneyEvent event) {
    switch (event) {
      case JourneyEvent.AttemptStarted started -> attempted = true;
      case JourneyEvent.Answered answered -> {
        if (answered.usage().total() > 0) {
          share.settle(used(answered.usage()), event.atNanos());
        }
      }
      case JourneyEvent.Refused refused -> share.settle(0, event.atNanos());
      case JourneyEvent.Served served -> share.settle(0, event.atNanos());
      case JourneyEvent.CallerLeft left -> {
        if (!attempted) {
          share.settle(0, event.atNanos());
        }
      }
      case JourneyEvent.Sent ignored -> {}
      case JourneyEvent.Responded ignored -> {}
      case JourneyEvent.Flawed ignored -> {}
      case JourneyEvent.ContentStarted ignored -> {}
      case JourneyEvent.AttemptEnded ignored -> {}
      case JourneyEvent.Waiting ignored -> {}
      case JourneyEvent.Switched ignored -> {}
      case JourneyEvent.Interrupted ignored -> {}
    }
  }

  private static long estimate(Call call) {
    return (long) call.inputTokens() + call.maxOutputTokens();
  }

  /** What came from the prompt cache is as good as free. */
  private static long used(TokenUsage usage) {
    return (long) usage.input() + usage.cacheWrite() + usage.output();
  }
}
