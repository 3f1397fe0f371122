package dev.forebay.engine.http;

import dev.forebay.core.ErrorInfo;
import java.time.Duration;

/**
 * A call that is not begun.
 *
 * @param retryAfter when it may be worth asking again; zero if that is not known
 */
public record Refusal(ErrorInfo error, Duration retryAfter) {
  public Refusal(ErrorInfo error) {
    this(error, Duration.ZERO);
  }
}
