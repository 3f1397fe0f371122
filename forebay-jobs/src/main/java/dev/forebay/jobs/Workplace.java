package dev.forebay.jobs;

import java.time.InstantSource;

/**
 * What workers need.
 *
 * @param owner this process, unlike any other that uses the store
 */
public record Workplace(
    JobStore store,
    JobRunner runner,
    WorkerSettings settings,
    Timers timers,
    InstantSource clock,
    String owner) {
  public Workplace {
    Checks.check(!owner.isBlank(), "owner", "must not be blank", owner);
  }
}
