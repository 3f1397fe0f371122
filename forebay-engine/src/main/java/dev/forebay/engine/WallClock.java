package dev.forebay.engine;

import dev.forebay.core.Seam;
import java.time.Instant;

/** The time of day, for what others read against theirs: dates in hints, and in signatures. */
public final class WallClock {
  private WallClock() {}

  @Seam("a Retry-After date and a signature are read against the wall clock only")
  public static Instant now() {
    return Instant.now();
  }
}
