package dev.forebay.sqs;

import dev.forebay.jobs.Timers;
import dev.forebay.jobs.worker.JobRunner;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * What a message in hand needs.
 *
 * @param random names the calls, so it must be safe to use from many threads
 */
record WorkerContext(
    QueueSettings settings,
    Queues queues,
    ReplyPublisher letters,
    JobRunner runner,
    Timers timers,
    InstantSource clock,
    RandomGenerator random) {}
