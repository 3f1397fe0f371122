package dev.forebay.jobs;

import dev.forebay.core.Checks;
import dev.forebay.core.Priority;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What waits on a route, by class; a class in which nothing waits is missing.
 *
 * <p>The estimate of when a new job would be reached counts its own class and the more urgent ones:
 * {@code ETA = sum of their tokens / (rate * share)}.
 */
public record Backlog(Map<Priority, Queued> classes) {
  /** The longest estimate: beyond it, the number says nothing. */
  public static final Duration MAX_ETA = Duration.ofDays(365);

  /** The jobs of one class, and the tokens that they are expected to cost. */
  public record Queued(long jobs, long tokens) {}

  public Backlog {
    classes = Map.copyOf(classes);
  }

  /** How many jobs wait. */
  public long jobs() {
    return classes.values().stream().mapToLong(Queued::jobs).sum();
  }

  /** What one of those jobs costs on average; empty if none waits. */
  public Optional<Long> meanTokens() {
    long jobs = jobs();
    long tokens = classes.values().stream().mapToLong(Queued::tokens).sum();
    return jobs == 0 ? Optional.empty() : Optional.of(Math.max(1, tokens / jobs));
  }

  /**
   * When a job that is accepted now would be reached, if nothing more urgent comes.
   *
   * @param tokensPerSecond what the route's targets bring
   * @param share the part of it that jobs get, above 0, at most 1
   */
  public Duration eta(Priority priority, double tokensPerSecond, double share) {
    Checks.check(tokensPerSecond >= 0, "tokensPerSecond", "must not be negative", tokensPerSecond);
    Checks.check(share > 0 && share <= 1, "share", "must be above 0 and at most 1", share);
    long ahead =
        classes.entrySet().stream()
            .filter(entry -> entry.getKey().compareTo(priority) <= 0)
            .mapToLong(entry -> entry.getValue().tokens())
            .sum();
    if (ahead == 0) {
      return Duration.ZERO;
    }
    double millis = (double) ahead / (tokensPerSecond * share) * 1_000;
    return millis >= (double) MAX_ETA.toMillis() ? MAX_ETA : Duration.ofMillis((long) millis);
  }
}
