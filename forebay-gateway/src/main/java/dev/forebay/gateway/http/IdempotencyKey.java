package dev.forebay.gateway.http;

import dev.forebay.core.ErrorInfo;
import dev.forebay.jobs.NewJob;
import io.vertx.core.MultiMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the header {@code Idempotency-Key}. */
public final class IdempotencyKey {
  private IdempotencyKey() {}

  public static Optional<String> of(MultiMap headers) {
    return Optional.ofNullable(headers.get(HeaderRules.IDEMPOTENCY_KEY));
  }

  /** What is wrong with it; null if nothing is, or if there is none. */
  public static @Nullable ErrorInfo objection(MultiMap headers) {
    boolean fits =
        of(headers).map(key -> !key.isBlank() && key.length() <= NewJob.MAX_KEY).orElse(true);
    return fits
        ? null
        : new ErrorInfo(
            400,
            "ValidationException",
            "The header Idempotency-Key must have 1 to " + NewJob.MAX_KEY + " characters.");
  }
}
