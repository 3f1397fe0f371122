package dev.forebay.gateway;

import dev.forebay.core.Seam;
import java.time.Instant;

/** The time of day, for hints that are dates. */
final class WallClock {
  private WallClock() {}

  @Seam("a Retry-After date can be read against the wall clock only")
  static Instant now() {
    return Instant.now();
  }
}
