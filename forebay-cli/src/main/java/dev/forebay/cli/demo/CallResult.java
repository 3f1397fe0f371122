package dev.forebay.cli.demo;

import dev.forebay.jobs.JobId;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How one request ended.
 *
 * @param status 200 for a whole answer, 202 for a place in the queue, else the error's; 0 if there
 *     was none at all
 * @param contentNanos when the first content came, or the whole of an answer that comes at once; 0
 *     if none came
 * @param target who answered, if Forebay says so
 * @param attempts how many requests Forebay says it has sent for it
 * @param job its name in the queue, with 202
 */
record CallResult(
    int status,
    long contentNanos,
    long endNanos,
    Optional<String> target,
    OptionalInt attempts,
    Optional<JobId> job) {}
