package dev.forebay.engine.reuse;

import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.Operation;
import dev.forebay.engine.call.Answer;
import dev.forebay.engine.call.PendingCall;
import dev.forebay.engine.upstream.AnswerForm;

/** Keeps what a coalesced call brings, if that is whole in the form that was asked for. */
abstract class AnswerKeeper implements CoalescedCall.Owner {
  private final Operation operation;
  private final ModelFamily family;

  /** For the answer to this call. */
  AnswerKeeper(PendingCall call) {
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
}
