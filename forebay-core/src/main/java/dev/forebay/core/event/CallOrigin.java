package dev.forebay.core.event;

import org.jspecify.annotations.Nullable;

/**
 * What those who watch a call know of how it came, and policies do not: never its content.
 *
 * @param model the model that the caller named
 * @param operation the operation that it called, such as {@code converse}
 * @param headers the headers by which its trace goes on
 */
public record CallOrigin(String model, String operation, Headers headers) {
  /** Nothing is known. */
  public static final CallOrigin UNKNOWN = new CallOrigin("", "", name -> null);

  /** The headers of a request. */
  @FunctionalInterface
  public interface Headers {
    /** The first value of a header by its name in lower case; null if there is none. */
    @Nullable String get(String name);
  }
}
