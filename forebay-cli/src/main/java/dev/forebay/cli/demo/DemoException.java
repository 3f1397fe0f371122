package dev.forebay.cli.demo;

import org.jspecify.annotations.Nullable;

/** The demo could not be run; the message says why. */
public final class DemoException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DemoException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
