package dev.forebay.jobs;

import java.time.InstantSource;

/**
 * What workers need.
 *
 * @param owner this process, unlike any other that uses the store
 */
public record WorkerContext(
    JobStore store,
    JobRunner runner,
    WorkerSettings settings,
    Timers timers,
    InstantSource clock,
    String owner) {
  public WorkerContext {
    Checks.check(!owner.isBlank(), "owner", "must not be blank", owner);
  }
}
