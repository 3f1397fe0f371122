package dev.forebay.bedrock;

import dev.forebay.core.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * One frame of an answer's stream and what it means to a relay.
 *
 * @param terminal whether this event proves the answer complete; content and metadata can do so
 *     too, where a model says all in its last chunk
 * @param frame the frame to pass on
 * @param failure how the attempt ended, for an {@link Kind#EXCEPTION} and no other
 */
public record StreamEvent(
    Kind kind, boolean terminal, Frame frame, Outcome.@Nullable Failure failure) {

  /** What an event is. */
  public enum Kind {
    /** Nothing that a caller would show: held back, another target may still take over. */
    PREAMBLE,
    /** A piece of the answer: text, reasoning, the start or the input of a tool's use. */
    CONTENT,
    /** The end of the answer, and nothing else. */
    TERMINAL,
    /** Token counts and the like. */
    METADATA,
    /** The attempt failed. */
    EXCEPTION,
    /** An event of no known type, or one that cannot be read. To be passed on in its place. */
    UNKNOWN
  }

  public StreamEvent {
    if ((kind == Kind.EXCEPTION) != (failure != null)) {
      throw new IllegalArgumentException(
          "failure must be there for an exception only, was " + kind);
    }
  }

  /** Whether a caller may have seen a piece of the answer once this is passed on. */
  public boolean content() {
    return kind == Kind.CONTENT;
  }
}
