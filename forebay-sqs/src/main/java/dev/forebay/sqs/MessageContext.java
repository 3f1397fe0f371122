package dev.forebay.sqs;

import dev.forebay.core.Priority;
import dev.forebay.core.Tenant;
import dev.forebay.jobs.Job;
import dev.forebay.jobs.JobId;
import dev.forebay.jobs.JobState;
import dev.forebay.jobs.JobStore.TakenJob;
import dev.forebay.jobs.Lease;
import dev.forebay.jobs.StoredJob;
import dev.forebay.jobs.Timers;
import dev.forebay.jobs.worker.JobRunner;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What a message in hand needs.
 *
 * @param random names the calls, so it must be safe to use from many threads
 */
record MessageContext(
    QueueSettings settings,
    Queues queues,
    ReplyPublisher replies,
    JobRunner runner,
    Timers timers,
    InstantSource clock,
    RandomGenerator random) {
  /** SQS keeps no message longer. */
  private static final Duration RETENTION = Duration.ofDays(14);

  /**
   * A message's request as a job of the route.
   *
   * @param failures how often it has failed
   * @param call the number of the call, 1 for the first
   */
  TakenJob job(ParsedMessage.Asked asked, int failures, int call) {
    Instant now = clock.instant();
    Job job =
        new Job(
            JobId.next(now, random),
            Tenant.ANYONE,
            settings.route(),
            asked.path().operation().suffix(),
            asked.path().rawModelId(),
            Priority.BATCH,
            now,
            now.plus(RETENTION),
            asked.tokens(),
            Optional.empty());
    Lease lease = new Lease(job.id(), "sqs", call);
    JobState state = new JobState.Running(lease, now.plus(settings.visibility()));
    StoredJob stored = new StoredJob(job, state, failures, call, asked.request().body().size());
    return new TakenJob(stored, lease, asked.request());
  }
}
