/**
 * Workers that drain queues of Amazon SQS as capacity allows: they ask for room first, and only
 * then receive.
 *
 * <p>A message stays in SQS until its answer is stored elsewhere, so that nothing is lost whatever
 * ends; it is worked on at least once. Nothing here blocks a thread.
 */
@NullMarked
package dev.forebay.sqs;

import org.jspecify.annotations.NullMarked;
