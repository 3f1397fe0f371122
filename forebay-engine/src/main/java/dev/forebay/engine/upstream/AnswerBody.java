package dev.forebay.engine.upstream;

import dev.forebay.bedrock.MalformedFrameException;
import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.Fault;
import dev.forebay.engine.Headers;
import dev.forebay.engine.Transport;
import dev.forebay.engine.http.ContentCoding;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The body of an attempt's answer: hands it to its reader, decoded. What the reader throws ends the
 * attempt: thrown inside a callback of the connection it would be lost, and the call wait for its
 * deadline. Lives on the attempt's loop.
 */
final class AnswerBody {
  private static final Logger log = LoggerFactory.getLogger(AnswerBody.class);

  private final UpstreamAttempt attempt;
  private final AttemptTimeouts timeouts;
  private @Nullable BodyReader reader;

  AnswerBody(UpstreamAttempt attempt, AttemptTimeouts timeouts) {
    this.attempt = attempt;
    this.timeouts = timeouts;
  }

  /** Something that a reader does with bytes. */
  private interface Read {
    void read() throws MalformedFrameException;
  }

  /** The head is there. */
  void begin(Transport.Head head) {
    reader = readerFor(head);
    if (attempt.isOver()) {
      close();
    }
  }

  private BodyReader readerFor(Transport.Head head) {
    Optional<List<ContentCoding>> codings = ContentCoding.of(head.headers());
    boolean decoded = codings.isEmpty() || !codings.get().isEmpty();
    Headers headers = ContentCoding.decoded(head.headers());
    BodyReader reads =
        attempt
            .request()
            .reader(
                attempt, new Transport.Head(head.status(), headers), decoded ? 0 : announced(head));
    if (codings.isEmpty()) {
      reads.unreadable(ContentCoding.objection(head.headers()));
      return reads;
    }
    for (ContentCoding coding : codings.get()) {
      reads = new DecodedBody(attempt, coding, reads);
    }
    return reads;
  }

  /** The length that the head names; 0 if it names none. */
  private static long announced(Transport.Head head) {
    String length = head.headers().get(Headers.CONTENT_LENGTH);
    try {
      return length == null ? 0 : Math.max(0, Long.parseLong(length));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  void piece(ByteBuffer bytes) {
    BodyReader body = reader;
    if (body != null) {
      timeouts.touched();
      feed(body, () -> body.chunk(bytes));
    }
  }

  /** The reader may go on with what it was given. */
  void resume() {
    BodyReader body = reader;
    if (body != null) {
      feed(body, body::resumed);
    }
  }

  private void feed(BodyReader body, Read action) {
    if (attempt.isOver()) {
      return;
    }
    try {
      action.read();
      if (!attempt.isOver()) {
        timeouts.settled(body.isSettled());
      }
    } catch (MalformedFrameException e) {
      attempt.fail(
          UpstreamAttempt.connectionFailure(
              "The target sent a malformed event stream: " + e.getMessage()));
    } catch (RuntimeException | Error e) {
      threw(e);
    }
  }

  /** There is no more of it. */
  void end() {
    BodyReader body = reader;
    if (body == null || attempt.isOver()) {
      return;
    }
    try {
      body.end();
    } catch (RuntimeException | Error e) {
      threw(e);
    }
  }

  private void threw(Throwable thrown) {
    if (thrown instanceof Error) {
      attempt.broke(thrown);
      return;
    }
    log.error("Target {}: its answer could not be handled", attempt.upstream().name(), thrown);
    attempt.fail(
        new Outcome.Failed(Fault.SERVICE, attempt.ownError("The answer could not be handled.")));
  }

  /** Reading broke off: ends the attempt if what came before says how; whether it did. */
  boolean endsEarly() {
    BodyReader body = reader;
    if (body == null) {
      return false;
    }
    if (body.isComplete()) {
      end();
      return true;
    }
    return body.settles();
  }

  void close() {
    if (reader != null) {
      reader.close();
    }
  }
}
