package dev.forebay.gateway.jobs;

import dev.forebay.gateway.live.QueueReading;
import dev.forebay.jobs.JobStatus;
import dev.forebay.jobs.StoreStats;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the job store held a moment ago, so that no request has to wait for the store. Thread-safe.
 */
public final class QueueFigures {
  private static final Logger log = LoggerFactory.getLogger(QueueFigures.class);

  private final InstantSource clock;
  private volatile StoreStats last = new StoreStats(Map.of(), 0, Optional.empty());
  private volatile boolean reachable = true;

  QueueFigures(InstantSource clock) {
    this.clock = clock;
  }

  void saw(StoreStats stats) {
    last = stats;
    if (!reachable) {
      log.info("The job store answers again");
    }
    reachable = true;
  }

  /** A line when it begins to fail: while it does, it is asked every second. */
  void lost(Throwable why) {
    if (reachable) {
      Throwable cause =
          why instanceof CompletionException && why.getCause() != null ? why.getCause() : why;
      log.warn("The job store does not answer: {}", cause.getMessage());
    }
    reachable = false;
  }

  /** Whether the store answered when it was asked last. */
  public boolean reachable() {
    return reachable;
  }

  /** The names of all states. */
  public static List<String> states() {
    return Arrays.stream(JobStatus.values()).map(JobStatus::label).toList();
  }

  /** How many jobs are in the state of that name. */
  public long jobs(String state) {
    return JobStatus.of(state).map(last::count).orElse(0L);
  }

  /** The bytes of all requests and results. */
  public long bytes() {
    return last.bytes();
  }

  /** The same for listeners. */
  QueueReading reading() {
    return new QueueReading(
        reachable, last.count(JobStatus.QUEUED), last.count(JobStatus.FAILED), oldest());
  }

  /** How long the oldest queued job has waited; zero if none waits. */
  public Duration oldest() {
    Instant now = clock.instant();
    return last.oldestQueued()
        .map(since -> Duration.between(since, now))
        .filter(age -> !age.isNegative())
        .orElse(Duration.ZERO);
  }
}
