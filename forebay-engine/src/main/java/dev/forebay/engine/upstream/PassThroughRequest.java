package dev.forebay.engine.upstream;

import dev.forebay.bedrock.Errors;
import dev.forebay.core.Outcome;
import dev.forebay.core.TokenUsage;
import dev.forebay.engine.Headers;
import dev.forebay.engine.Reply;
import dev.forebay.engine.Transport;
import dev.forebay.engine.WallClock;

/** A request that is passed on as it came, and its answer as it comes, by its status alone. */
// Not compared.
@SuppressWarnings("ArrayRecordComponent")
public record PassThroughRequest(
    String method, String uri, Headers headers, byte[] body, boolean repeatable)
    implements AttemptRequest, AnswerClassifier {
  @Override
  public BodyReader reader(UpstreamAttempt attempt, Transport.Head head, long announced) {
    return WholeBody.read(attempt, this, head, announced);
  }

  @Override
  public boolean isGood(int status) {
    return status >= 200 && status < 300;
  }

  @Override
  public Outcome.Failure failure(int status, Headers headers, byte[] body) {
    return Errors.classify(status, headers::get, body, WallClock.now());
  }

  @Override
  public boolean shows(Outcome.Failure failure) {
    return true;
  }

  @Override
  public void answered(UpstreamAttempt attempt, Reply reply) {
    attempt.finish(new Outcome.Succeeded(TokenUsage.NONE), reply);
  }
}
