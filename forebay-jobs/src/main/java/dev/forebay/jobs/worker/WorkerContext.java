package dev.forebay.jobs.worker;

import dev.forebay.core.Checks;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.Timers;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * What workers need.
 *
 * @param owner this process, unlike any other that uses the store
 * @param random the source of jitter; must be safe to use from many threads
 */
public record WorkerContext(
    JobStore store,
    JobRunner runner,
    WorkerSettings settings,
    Timers timers,
    InstantSource clock,
    String owner,
    RandomGenerator random) {
  public WorkerContext {
    Checks.check(!owner.isBlank(), "owner", "must not be blank", owner);
  }
}
