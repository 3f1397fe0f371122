package dev.forebay.core.journey;

import dev.forebay.core.Step.Source;
import org.jspecify.annotations.Nullable;

/**
 * What a driver can give in place of an error when no target answers. It is asked at the end of a
 * journey, on the driver's thread, and must return at once.
 */
@FunctionalInterface
public interface DegradedSource {
  /** Nothing: the error reaches the caller. */
  DegradedSource NONE = () -> null;

  /** What there is at this moment; null for nothing. */
  @Nullable Source source();
}
