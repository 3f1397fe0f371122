package dev.forebay.engine.upstream;

import dev.forebay.bedrock.MalformedFrameException;
import java.nio.ByteBuffer;

/** What reads the body of an answer once its head is known. Lives on the attempt's loop. */
public interface BodyReader {
  /** Takes all of the bytes, which do not change any more. */
  void chunk(ByteBuffer bytes) throws MalformedFrameException;

  /** The body is complete as far as HTTP is concerned. */
  void end();

  /** No more of the body can be read: ends the attempt for that reason. */
  void unreadable(String message);

  /** Reading broke off; whether what came before is enough for an answer. */
  boolean isComplete();

  /** Whether nothing more is to come that matters, so that only the end is waited for. */
  boolean isSettled();

  /** The caller can take more again: reads what was left lying. */
  default void resumed() throws MalformedFrameException {}

  /** Reading broke off: ends the attempt if what came before says how; whether it did. */
  default boolean settles() {
    return false;
  }

  /** Nothing more is read. */
  default void close() {}
}
