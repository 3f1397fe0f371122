package dev.forebay.client;

import java.util.concurrent.CompletionStage;

/**
 * Any work that a target does, as {@link Forebay#callAsync} tries it. Failures are classified like
 * those of {@link Work}.
 *
 * @param <T> what it gives
 */
@FunctionalInterface
public interface AsyncWork<T> {
  /** Begins it for this target; must not block. */
  CompletionStage<T> on(WorkTarget target);
}
