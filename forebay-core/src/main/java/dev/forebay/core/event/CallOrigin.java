package dev.forebay.core.event;

import org.jspecify.annotations.Nullable;

/**
 * What listeners know of how a call came, and policies do not: never its content.
 *
 * @param model the model that the caller named
 * @param operation the operation that it called, such as {@code converse}
 * @param headers the headers by which its trace goes on
 * @param places where the targets are that it may be sent to
 */
public record CallOrigin(String model, String operation, Headers headers, Places places) {
  /** Nothing is known. */
  public static final CallOrigin UNKNOWN = new CallOrigin("", "", name -> null);

  /** One of whose targets nothing is known. */
  public CallOrigin(String model, String operation, Headers headers) {
    this(model, operation, headers, target -> TargetLocation.UNKNOWN);
  }

  /** The places of targets. */
  @FunctionalInterface
  public interface Places {
    /** A target's place by its name; {@link TargetLocation#UNKNOWN} if it is not known. */
    TargetLocation of(String target);
  }

  /** The headers of a request. */
  @FunctionalInterface
  public interface Headers {
    /** The first value of a header by its name in lower case; null if there is none. */
    @Nullable String get(String name);
  }
}
