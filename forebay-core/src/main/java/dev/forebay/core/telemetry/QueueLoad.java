package dev.forebay.core.telemetry;

import java.time.Duration;
import java.util.Map;

/**
 * What the durable queue holds at one moment.
 *
 * @param jobs by the name of their state
 * @param oldest for how long the job has waited that has waited longest; zero if none does
 * @param reachable whether its store answered when it was asked last
 */
public record QueueLoad(Map<String, Long> jobs, Duration oldest, boolean reachable) {
  /** There is no queue. */
  public static final QueueLoad NONE = new QueueLoad(Map.of(), Duration.ZERO, true);

  public QueueLoad {
    jobs = Map.copyOf(jobs);
  }
}
