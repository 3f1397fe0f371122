package dev.forebay.gateway.upstream;

import dev.forebay.bedrock.Errors;
import dev.forebay.bedrock.FlawReader;
import dev.forebay.bedrock.Usage;
import dev.forebay.bedrock.translate.Translation;
import dev.forebay.bedrock.translate.UnaryAnswer;
import dev.forebay.bedrock.translate.UntranslatableException;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.Fault;
import dev.forebay.core.TokenUsage;
import dev.forebay.gateway.http.Bytes;
import dev.forebay.gateway.http.GatheredBody;
import dev.forebay.gateway.http.HeaderRules;
import dev.forebay.gateway.http.Reply;
import dev.forebay.gateway.loop.MemoryBudget;
import dev.forebay.gateway.loop.WallClock;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads an answer or an error to its end before anything is decided: until the last byte has come,
 * another target can take over, and half an answer is none.
 */
public final class WholeBody implements UpstreamAttempt.BodyReader {
  public static final int MAX_ERROR_BYTES = 1024 * 1024;

  /** What translation makes of an answer on its way: its text, its tree, and the other form. */
  static final int TRANSLATION_COPIES = 4;

  private final UpstreamAttempt attempt;
  private final TargetCall call;
  private final int status;
  private final MultiMap headers;
  private final long announced;
  private final GatheredBody body;

  /** Room for so much of the answer was asked for, and is not there yet. */
  private long awaited;

  /** What came when there was no room for it yet. */
  private @Nullable Buffer left;

  private boolean claimed;

  /**
   * Begins to read.
   *
   * @param announced how long the body is; 0 if that is not known
   */
  WholeBody(
      UpstreamAttempt attempt, TargetCall call, int status, MultiMap headers, long announced) {
    this.attempt = attempt;
    this.call = call;
    this.status = status;
    this.headers = headers;
    this.announced = announced;
    this.body = new GatheredBody(attempt.memory(), announced, status == 200);
  }

  /** Takes room for all of an answer before it is read, if that is known to be large. */
  void reserve() {
    if (status != 200 || announced <= MemoryBudget.SMALL_BODY) {
      return;
    }
    if (announced > MemoryBudget.MAX_ANSWER_BYTES) {
      unreadable(tooLarge(MemoryBudget.MAX_ANSWER_BYTES));
    } else if (awaits(announced)) {
      granted();
    }
  }

  private boolean awaits(long bytes) {
    awaited = bytes;
    return attempt.await(bytes);
  }

  private void granted() {
    long bytes = awaited;
    Buffer rest = left;
    awaited = 0;
    left = null;
    attempt.handOver(bytes);
    if (rest == null) {
      body.reserved();
    } else {
      body.claim(bytes);
      chunk(rest);
    }
  }

  @Override
  public void resumed() {
    if (awaited > 0) {
      granted();
    }
  }

  @Override
  public void chunk(Buffer bytes) {
    int limit = status == 200 ? MemoryBudget.MAX_ANSWER_BYTES : MAX_ERROR_BYTES;
    if (body.length() + bytes.length() > limit) {
      unreadable(tooLarge(limit));
    } else if (!body.add(bytes)) {
      lacksRoom(bytes);
    }
  }

  private static String tooLarge(int limit) {
    return "The target's answer exceeds " + limit + " bytes.";
  }

  /**
   * An error is judged by what came of it. An answer waits for room for all that may come, once.
   */
  private void lacksRoom(Buffer bytes) {
    if (status != 200) {
      unreadable("The target's error cannot be held.");
    } else if (claimed) {
      attempt.noRoom();
    } else {
      claimed = true;
      left = bytes;
      long most = announced > 0 ? announced : attempt.memory().claim();
      if (awaits(Math.max(most - body.length(), bytes.length()))) {
        granted();
      }
    }
  }

  /** No more of it can be read. An error's status says enough, whatever its body. */
  void unreadable(String message) {
    attempt.fail(status == 200 ? broken(message) : failure(body.bytes()));
  }

  @Override
  public boolean settles() {
    if (status != 200) {
      attempt.fail(failure(body.bytes()));
    }
    return status != 200;
  }

  private Outcome.Failure failure(byte[] bytes) {
    return call.judged(Errors.classify(status, headers::get, bytes, WallClock.now()));
  }

  @Override
  public void end() {
    byte[] bytes = body.bytes();
    Reply reply = new Reply(status, headers, Bytes.buffer(bytes));
    attempt.takeOver(body.handOver());
    if (status == 200) {
      success(bytes, reply);
    } else {
      Outcome.Failure failure = failure(bytes);
      attempt.finish(failure, call.shows(failure) ? reply : null);
    }
  }

  @Override
  public void close() {
    body.release();
  }

  @Override
  public boolean isComplete() {
    return false;
  }

  @Override
  public boolean isSettled() {
    return false;
  }

  private void success(byte[] bytes, Reply reply) {
    Optional<String> problem =
        call.operation().streaming()
            ? Optional.of("The target answered a streaming call without an event stream.")
            : AnswerForm.problem(call, headers, bytes);
    if (problem.isPresent()) {
      attempt.finish(broken(problem.get()), reply);
      return;
    }
    Translation back = call.translation();
    long copies = back == null ? 0 : (long) TRANSLATION_COPIES * bytes.length;
    if (copies > 0 && !attempt.take(copies, copies)) {
      attempt.noRoom();
      return;
    }
    try {
      Reply toCaller = back == null ? reply : translated(back, bytes);
      TokenUsage usage = Usage.ofAnswer(call.operation(), call.family(), bytes, headers::get);
      if (back != null) {
        attempt.hold(toCaller.body().length());
        attempt.give(copies + bytes.length);
      }
      attempt.finish(attempt.answered(FlawReader.of(bytes), usage), toCaller);
    } catch (UntranslatableException e) {
      attempt.finish(TargetCall.failure(e), null);
    }
  }

  private Reply translated(Translation back, byte[] bytes) throws UntranslatableException {
    UnaryAnswer answer = back.answer(bytes, headers::get);
    return new Reply(
        status, HeaderRules.forInvoke(headers, answer.headers()), Bytes.buffer(answer.body()));
  }

  private static Outcome.Failure broken(String message) {
    return new Outcome.Failed(
        Fault.SERVICE, new ErrorInfo(500, "InternalServerException", message));
  }
}
