package dev.forebay.simulator;

import java.util.List;
import java.util.Optional;

/**
 * A store through which gateways share quotas, as it really is.
 *
 * @param latency of a round trip to it, in seconds
 * @param lost the part of answers that never arrive, although the store did what was asked
 * @param down when it is down
 * @param flushedNanos when it is flushed
 * @param lifetime how long a gateway takes calls, in seconds, before another one that knows nothing
 *     takes its place; it completes those that it has, and ends without deregistering
 * @param members how many a gateway assumes until the store has answered
 */
public record ClusterModel(
    Distribution latency,
    double lost,
    List<Outage> down,
    List<Long> flushedNanos,
    Optional<Distribution> lifetime,
    int members) {
  public ClusterModel {
    down = List.copyOf(down);
    flushedNanos = List.copyOf(flushedNanos);
  }

  /** From when until when it is down. */
  public record Outage(long fromNanos, long untilNanos) {}

  boolean isDown(long nanos) {
    return down.stream().anyMatch(of -> nanos >= of.fromNanos() && nanos < of.untilNanos());
  }
}
