package dev.forebay.engine;

import dev.forebay.core.Seam;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** The time of day, for what others read against theirs: dates in hints, and in signatures. */
public final class WallClock {
  private WallClock() {}

  @Seam("a Retry-After date and a signature are read against the wall clock only")
  public static Instant now() {
    return Instant.now();
  }

  /** The same in whole seconds since 1970, which costs less to read. */
  @Seam("a signature is read against the wall clock only")
  public static long second() {
    return TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
  }
}
