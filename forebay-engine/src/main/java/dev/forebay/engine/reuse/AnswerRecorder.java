package dev.forebay.engine.reuse;

import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.Operation;
import dev.forebay.core.SharedAnswers.Claim;
import dev.forebay.engine.call.Answer;
import dev.forebay.engine.call.PendingCall;
import dev.forebay.engine.upstream.AnswerForm;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a coalesced call brings, if that is whole in the form that was asked for, here and for
 * other processes. Thread-safe.
 */
abstract class AnswerRecorder implements CoalescedCall.Owner {
  private final Operation operation;
  private final ModelFamily family;

  /** Null if other processes get nothing of it. */
  private volatile @Nullable Claim claim;

  /** For the answer to this call. */
  AnswerRecorder(PendingCall call) {
    operation = call.request().path().operation();
    family =
        call.snapshot()
            .routes()
            .find(call.request().path())
            .map(route -> route.asked().family())
            .orElse(ModelFamily.UNKNOWN);
  }

  @Override
  public final boolean isComplete(Answer answer) {
    return AnswerForm.isWhole(operation, family, answer.headers(), answer.body());
  }

  /** From now on other processes wait for the answer, or may have it. */
  final void claimed(Claim ofThis) {
    claim = ofThis;
  }

  /**
   * The answer was found elsewhere, and is to be kept here.
   *
   * @return false if it is not good enough for this call
   */
  abstract boolean found(AnswerBytes.Read answer, Duration age);

  /** Keeps the answer for other processes. */
  final void share(Answer answer, long tookNanos, Duration lifetime) {
    Claim own = claim;
    if (own != null) {
      AnswerBytes.write(answer, tookNanos)
          .ifPresentOrElse(bytes -> own.keep(bytes, lifetime), own::release);
    }
  }

  /** Other processes need not wait any more. Without effect after {@link #share}. */
  final void release() {
    Claim own = claim;
    if (own != null) {
      own.release();
    }
  }
}
