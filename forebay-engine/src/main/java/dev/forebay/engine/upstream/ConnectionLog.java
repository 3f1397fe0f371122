package dev.forebay.engine.upstream;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What went wrong with the connections to one target: the last cause, and a line a minute. */
public final class ConnectionLog {
  /** A failure and when it was. */
  public record Failure(String message, Instant at) {}

  private static final Logger log = LoggerFactory.getLogger(ConnectionLog.class);
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final String target;
  private volatile @Nullable Failure last;
  private @Nullable Instant logged;
  private long suppressed;

  ConnectionLog(String target) {
    this.target = target;
  }

  /** The last failure; null if there was none. */
  public @Nullable Failure last() {
    return last;
  }

  synchronized void failed(String message, Instant now) {
    last = new Failure(message, now);
    Instant before = logged;
    if (before != null && !now.isBefore(before) && now.isBefore(before.plus(PAUSE))) {
      suppressed++;
      return;
    }
    logged = now;
    if (suppressed == 0) {
      log.warn("Target {}: {}", target, message);
    } else {
      log.warn("Target {}: {} ({} like it since the last line)", target, message, suppressed);
    }
    suppressed = 0;
  }
}
