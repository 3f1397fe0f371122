package dev.forebay.engine.upstream;

import dev.forebay.bedrock.AnswerFacts;
import dev.forebay.bedrock.Errors;
import dev.forebay.bedrock.translate.Translation;
import dev.forebay.bedrock.translate.UnaryAnswer;
import dev.forebay.bedrock.translate.UntranslatableException;
import dev.forebay.core.Outcome;
import dev.forebay.engine.Headers;
import dev.forebay.engine.Reply;
import dev.forebay.engine.WallClock;
import dev.forebay.engine.http.HeaderRules;

/** A whole answer of a model: whether it is one, its usage, and its way back to the caller. */
record ModelAnswer(TargetCall call) implements AnswerClassifier {
  /** What translation makes of an answer on its way: its text, its tree, and the other form. */
  static final int TRANSLATION_COPIES = 4;

  @Override
  public boolean isGood(int status) {
    return status == 200;
  }

  @Override
  public Outcome.Failure failure(int status, Headers headers, byte[] body) {
    return call.judged(Errors.classify(status, headers::get, body, WallClock.now()));
  }

  @Override
  public boolean shows(Outcome.Failure failure) {
    return call.shows(failure);
  }

  @Override
  public void answered(UpstreamAttempt attempt, Reply reply) {
    byte[] bytes = reply.body();
    if (call.operation().streaming()) {
      attempt.finish(
          WholeBody.broken("The target answered a streaming call without an event stream."), reply);
      return;
    }
    AnswerFacts facts = AnswerForm.read(call, reply.headers(), bytes);
    if (facts.problem().isPresent()) {
      attempt.finish(WholeBody.broken(facts.problem().get()), reply);
      return;
    }
    Translation back = call.translation();
    long copies = back == null ? 0 : (long) TRANSLATION_COPIES * bytes.length;
    if (copies > 0 && !attempt.take(copies)) {
      attempt.noRoom();
      return;
    }
    try {
      Reply toCaller = back == null ? reply : translated(back, reply);
      if (back != null) {
        attempt.memory().hold(toCaller.body().length);
        attempt.memory().give(copies + bytes.length);
      }
      attempt.finish(call.answered(attempt, facts.flaw(), facts.usage()), toCaller);
    } catch (UntranslatableException e) {
      attempt.finish(TargetCall.failure(e), null);
    }
  }

  private static Reply translated(Translation back, Reply reply) throws UntranslatableException {
    UnaryAnswer answer = back.answer(reply.body(), reply.headers()::get);
    Headers headers = HeaderRules.forInvoke(reply.headers(), answer.headers());
    return new Reply(reply.status(), headers, answer.body());
  }
}
