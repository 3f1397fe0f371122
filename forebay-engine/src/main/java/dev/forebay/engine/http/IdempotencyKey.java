package dev.forebay.engine.http;

import dev.forebay.core.ErrorInfo;
import dev.forebay.engine.Headers;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the header {@code Idempotency-Key}. */
public final class IdempotencyKey {
  /** As long as a queue keeps one. */
  private static final int MAX_KEY = 255;

  private IdempotencyKey() {}

  public static Optional<String> of(Headers headers) {
    return Optional.ofNullable(headers.get(HeaderRules.IDEMPOTENCY_KEY));
  }

  /** What is wrong with it; null if nothing is, or if there is none. */
  public static @Nullable ErrorInfo objection(Headers headers) {
    boolean fits = of(headers).map(key -> !key.isBlank() && key.length() <= MAX_KEY).orElse(true);
    return fits
        ? null
        : new ErrorInfo(
            400,
            "ValidationException",
            "The header Idempotency-Key must have 1 to " + MAX_KEY + " characters.");
  }
}
