package dev.forebay.engine.upstream;

import dev.forebay.core.Flaw;
import dev.forebay.core.Outcome;
import dev.forebay.engine.Headers;
import dev.forebay.engine.Reply;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The owner of an attempt, which passes its content on where its answer is a stream. Called on the
 * attempt's loop.
 */
public interface AttemptOwner {
  /** Sets the trace headers: last, since they are not signed. */
  void name(UpstreamAttempt attempt, Headers headers);

  /** The request is on its way. */
  void sent(UpstreamAttempt attempt);

  /** The target began to reply. */
  void responded(UpstreamAttempt attempt, int status, @Nullable String requestId);

  /** The first frame of a stream has come, without content: its target has begun to answer. */
  default void firstFrameReceived(UpstreamAttempt by) {}

  /** The first content is about to be relayed; until now another target could take over. */
  default void contentStarts(UpstreamAttempt by, Headers headers) {}

  /**
   * Passes bytes of a stream on; returns whether the caller can take no more for now.
   *
   * @param taken runs once when they are held no more, on any thread
   */
  default boolean relay(UpstreamAttempt by, ByteBuffer frames, Runnable taken) {
    throw new IllegalStateException("no stream was asked for");
  }

  /** So many pieces of output have come: a token each, or a little more. */
  default void produced(UpstreamAttempt by, int pieces) {}

  /** The answer is whole and has a flaw; its end follows. */
  default void flawed(UpstreamAttempt attempt, Flaw flaw) {}

  /**
   * The attempt is over. The reply is there if the target gave a whole one; its bytes are held
   * until {@link UpstreamAttempt#release}.
   */
  void attemptEnded(UpstreamAttempt which, Outcome outcome, @Nullable Reply reply);

  /** There is no room for the answer: the call is to be given up, and the attempt cancelled. */
  void noRoom(UpstreamAttempt which);

  /** A defect, or an error of the machine: the call is to end with it. */
  void broke(Throwable defect);
}
