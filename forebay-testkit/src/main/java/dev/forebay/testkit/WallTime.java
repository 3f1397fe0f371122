package dev.forebay.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A time of day that stands still until it is moved. Thread-safe. */
public final class WallTime implements InstantSource {
  private volatile Instant now = Instant.parse("2026-11-02T09:00:00Z");

  @Override
  public Instant instant() {
    return now;
  }

  /** Moves on. */
  public synchronized void advance(Duration by) {
    now = now.plus(by);
  }
}
