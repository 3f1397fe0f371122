package dev.forebay.jobs;

import dev.forebay.core.Checks;
import java.util.Optional;

/**
 * A job to be accepted.
 *
 * @param idempotencyKey the caller's, if it gave one: a second job with the same key of the same
 *     tenant is the first one again
 */
public record NewJob(Job job, JobRequest request, Optional<String> idempotencyKey) {
  /** The longest key that is accepted. */
  public static final int MAX_KEY = 255;

  public NewJob {
    idempotencyKey.ifPresent(
        key ->
            Checks.check(
                !key.isBlank() && key.length() <= MAX_KEY,
                "Idempotency-Key",
                "must have 1 to " + MAX_KEY + " characters",
                key.length() + " characters"));
  }
}
