package dev.forebay.gateway.live;

import java.time.Duration;

/**
 * The durable queue at one moment.
 *
 * @param reachable whether its store answers
 * @param queued jobs that wait
 * @param dead jobs that failed for good
 * @param oldest how long the one that waits longest has waited; zero if none waits
 */
public record QueueReading(boolean reachable, long queued, long dead, Duration oldest) {
  /** What is seen where there is no queue. */
  public static final QueueReading NONE = new QueueReading(true, 0, 0, Duration.ZERO);
}
