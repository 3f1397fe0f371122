package dev.forebay.jobs.worker;

import dev.forebay.jobs.Checks;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.Timers;
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
