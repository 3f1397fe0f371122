package dev.forebay.engine;

import dev.forebay.core.Step.Source;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where the answer of a call goes: either {@link #whole} once, or {@link #begin}, any number of
 * {@link #write}, and {@link #end}. Used on the call's loop alone, and calls back on it, but for
 * {@code taken}.
 */
public interface ResponseSink {
  /**
   * Runs the action once, as soon as the caller wants no answer any more. What is handed over after
   * that is dropped.
   */
  void whenGone(Runnable action);

  /**
   * Whether {@link #begin} was called, so that no other answer can take the place of the stream.
   */
  boolean begun();

  /**
   * The whole answer.
   *
   * @param source who gave it; null for an error
   * @param sent runs once, when the last byte is out or is of no use any more: until then the
   *     reply's bytes are held
   */
  void whole(Reply reply, @Nullable Source source, Runnable sent);

  /** A target has begun to answer, without content yet. May be repeated for another target. */
  default void answering() {}

  /** The beginning of a stream, with status 200. */
  void begin(Headers headers, Source source);

  /**
   * Passes frames on.
   *
   * @param frames whole frames, or what follows them. The bytes do not change any more; the
   *     buffer's position is the sink's
   * @param taken runs once when they are held no more, on any thread
   * @return whether no more should come before {@link #whenDrained}
   */
  boolean write(ByteBuffer frames, Runnable taken);

  /** Whether the caller has not taken yet what was written. */
  boolean isFull();

  /** Runs the action once, as soon as more frames may come. The last action given counts. */
  void whenDrained(Runnable action);

  /**
   * The end of a stream.
   *
   * @param last the last frames, or nothing
   * @param complete whether the answer is a whole one; otherwise the last frame says why not
   * @param sent runs as that of {@link #whole}
   */
  void end(ByteBuffer last, boolean complete, Runnable sent);
}
