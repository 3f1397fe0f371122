package dev.forebay.gateway.http;

import dev.forebay.core.Step.Source;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Where the answer of a call goes: either one whole reply, or the beginning of a stream, its frames
 * and its end. Lives on the call's event loop.
 */
public interface ResponseSink {
  /** Runs the action as soon as nobody wants the answer any more. */
  void whenGone(Runnable action);

  /** Whether a stream has begun, so that no other answer can take its place. */
  boolean begun();

  /**
   * The whole answer.
   *
   * @param source who gave it; null for an error
   * @return completes when the last byte is out, or is of no use any more: until then the reply's
   *     bytes are held
   */
  Future<Void> whole(Reply reply, @Nullable Source source);

  /** A target has begun to answer, without content yet; may be said again by another one. */
  default void answering() {}

  /** The beginning of a stream, with status 200. */
  void begin(MultiMap headers, Source source);

  /**
   * Passes frames on; returns whether no more should come before {@link #whenDrained}.
   *
   * @param taken runs once when they are held no more, on any thread
   */
  boolean write(Buffer frames, Runnable taken);

  /** Runs the action once, as soon as more frames may come. */
  void whenDrained(Runnable action);

  /**
   * The end of a stream.
   *
   * @param last the last frames, or nothing
   * @param complete whether the answer is a whole one
   * @return completes as that of {@link #whole}
   */
  Future<Void> end(Buffer last, boolean complete);
}
