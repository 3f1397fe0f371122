package dev.forebay.gateway;

import dev.forebay.bedrock.Answers;
import dev.forebay.bedrock.Errors;
import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.ModelPath;
import dev.forebay.bedrock.Usage;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.Fault;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * Reads an answer or an error to its end before anything is decided: until the last byte has come,
 * another target can take over, and half an answer is none.
 */
final class WholeBody implements UpstreamAttempt.BodyReader {
  /** Bedrock's answers are at most 25,000,000 bytes; its errors are a line. */
  static final int MAX_ANSWER_BYTES = 26 * 1024 * 1024;

  static final int MAX_ERROR_BYTES = 1024 * 1024;

  private final UpstreamAttempt attempt;
  private final ModelPath path;
  private final ModelFamily family;
  private final int status;
  private final MultiMap headers;
  private final Buffer body = Buffer.buffer();

  WholeBody(
      UpstreamAttempt attempt, ModelPath path, ModelFamily family, int status, MultiMap headers) {
    this.attempt = attempt;
    this.path = path;
    this.family = family;
    this.status = status;
    this.headers = headers;
  }

  @Override
  public void chunk(Buffer bytes) {
    int limit = status == 200 ? MAX_ANSWER_BYTES : MAX_ERROR_BYTES;
    if (body.length() + bytes.length() > limit) {
      attempt.fail(broken("The target's answer exceeds " + limit + " bytes."));
    } else {
      body.appendBuffer(bytes);
    }
  }

  @Override
  public void end() {
    byte[] bytes = body.getBytes();
    Outcome outcome =
        status == 200
            ? success(bytes)
            : Errors.classify(status, headers::get, bytes, WallClock.now());
    attempt.finish(outcome, new Reply(status, headers, body));
  }

  @Override
  public boolean isComplete() {
    return false;
  }

  private Outcome success(byte[] bytes) {
    if (path.operation().streaming()) {
      return broken("The target answered a streaming call without an event stream.");
    }
    Optional<String> problem = Answers.problem(bytes);
    return problem.isEmpty()
        ? new Outcome.Succeeded(Usage.ofAnswer(path.operation(), family, bytes, headers::get))
        : broken(problem.get());
  }

  private static Outcome.Failure broken(String message) {
    return new Outcome.Failed(
        Fault.SERVICE, new ErrorInfo(500, "InternalServerException", message));
  }
}
