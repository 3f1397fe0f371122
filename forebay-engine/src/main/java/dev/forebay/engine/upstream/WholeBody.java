package dev.forebay.engine.upstream;

import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.Fault;
import dev.forebay.engine.Headers;
import dev.forebay.engine.MemoryBudget;
import dev.forebay.engine.Reply;
import dev.forebay.engine.Transport;
import dev.forebay.engine.http.GatheredBody;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads an answer or an error to its end before anything is decided: until the last byte has come,
 * another target can take over, and half an answer is none.
 */
final class WholeBody implements BodyReader {
  private static final int MAX_ERROR_BYTES = 1024 * 1024;

  private final UpstreamAttempt attempt;
  private final AnswerClassifier classifier;
  private final int status;
  private final boolean good;
  private final Headers headers;
  private final long announced;
  private final GatheredBody body;

  /** Room for so much of the answer was asked for, and is not there yet. */
  private long awaited;

  /** What came when there was no room for it yet. */
  private @Nullable ByteBuffer left;

  private boolean claimed;

  private WholeBody(
      UpstreamAttempt attempt, AnswerClassifier classifier, Transport.Head head, long announced) {
    this.attempt = attempt;
    this.classifier = classifier;
    this.status = head.status();
    this.good = classifier.isGood(status);
    this.headers = head.headers();
    this.announced = announced;
    this.body = new GatheredBody(attempt.memory().budget(), announced, good);
  }

  /**
   * Begins to read.
   *
   * @param announced how long the body is; 0 if that is not known
   */
  static WholeBody read(
      UpstreamAttempt attempt, AnswerClassifier classifier, Transport.Head head, long announced) {
    WholeBody body = new WholeBody(attempt, classifier, head, announced);
    body.reserve();
    return body;
  }

  /** Takes room for all of an answer before it is read, if that is known to be large. */
  private void reserve() {
    if (!good || announced <= MemoryBudget.SMALL_BODY) {
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
    ByteBuffer rest = left;
    awaited = 0;
    left = null;
    attempt.memory().handOver(bytes);
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
  public void chunk(ByteBuffer bytes) {
    int limit = good ? MemoryBudget.MAX_ANSWER_BYTES : MAX_ERROR_BYTES;
    if (body.length() + bytes.remaining() > limit) {
      unreadable(tooLarge(limit));
    } else if (!body.add(bytes)) {
      lacksRoom(bytes);
    }
  }

  private static String tooLarge(int limit) {
    return "The target's answer exceeds " + limit + " bytes.";
  }

  /**
   * An error is classified by the part that was read. An answer waits for room for all that may
   * come, once.
   */
  private void lacksRoom(ByteBuffer bytes) {
    if (!good) {
      unreadable("The target's error cannot be held.");
    } else if (claimed) {
      attempt.noRoom();
    } else {
      claimed = true;
      left = bytes;
      long most = announced > 0 ? announced : attempt.memory().budget().claim();
      if (awaits(Math.max(most - body.length(), bytes.remaining()))) {
        granted();
      }
    }
  }

  /** No more of it can be read. An error's status is enough, whatever its body. */
  @Override
  public void unreadable(String message) {
    attempt.fail(good ? broken(message) : failure(body.bytes()));
  }

  @Override
  public boolean settles() {
    if (!good) {
      attempt.fail(failure(body.bytes()));
    }
    return !good;
  }

  private Outcome.Failure failure(byte[] bytes) {
    return attempt.shown(classifier.failure(status, headers, bytes));
  }

  @Override
  public void end() {
    byte[] bytes = body.bytes();
    Reply reply = new Reply(status, headers, bytes);
    attempt.memory().takeOver(body.handOver());
    if (good) {
      classifier.answered(attempt, reply);
    } else {
      Outcome.Failure failure = classifier.failure(status, headers, bytes);
      Outcome.Failure shown = attempt.shown(failure);
      boolean itsOwnWords = shown.equals(failure) && classifier.shows(failure);
      attempt.finish(shown, itsOwnWords ? reply : null);
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

  static Outcome.Failure broken(String message) {
    return new Outcome.Failed(
        Fault.SERVICE, new ErrorInfo(500, "InternalServerException", message));
  }
}
