package dev.forebay.sqs;

import dev.forebay.core.Checks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A queue, and what becomes of its messages.
 *
 * @param queue its URL
 * @param route whose capacity the messages use; each must ask for a model of that route
 * @param deadLetterQueue where messages go that cannot be answered
 * @param replyQueues where answers go: to the first, unless a message names another of them
 * @param bucket where large answers go, or all if there is no reply queue
 * @param concurrency how many messages are worked on at a time
 * @param visibility for how long SQS hides a message without a renewal, which comes at a third of
 *     it; in whole seconds
 * @param maxAttempts with how many real failures a message is a dead letter
 * @param maxBytes the largest message that is worked on
 */
public record QueueSettings(
    String queue,
    String route,
    String deadLetterQueue,
    List<String> replyQueues,
    Optional<Bucket> bucket,
    int concurrency,
    Duration visibility,
    int maxAttempts,
    int maxBytes) {
  /** The most messages that SQS hands out at once. */
  static final int MAX_RECEIVE = 10;

  /** SQS hides no message for longer than this after it was received. */
  static final Duration MAX_VISIBILITY = Duration.ofHours(12);

  public QueueSettings {
    replyQueues = List.copyOf(replyQueues);
    Checks.check(!queue.isBlank(), "queue", "must not be blank", queue);
    Checks.check(
        !deadLetterQueue.equals(queue),
        "deadLetterQueue",
        "must not be the queue itself",
        deadLetterQueue);
    Checks.check(
        !replyQueues.isEmpty() || bucket.isPresent(),
        "replyQueues",
        "must not be empty without a bucket",
        replyQueues);
    Checks.check(concurrency >= 1, "concurrency", "must be at least 1", concurrency);
    Checks.check(
        visibility.toSeconds() >= 3 && visibility.compareTo(MAX_VISIBILITY) <= 0,
        "visibility",
        "must be 3s to 12h",
        visibility);
    Checks.check(maxAttempts >= 1, "maxAttempts", "must be at least 1", maxAttempts);
    Checks.check(maxBytes >= 1, "maxBytes", "must be at least 1", maxBytes);
  }

  /**
   * Where large answers go.
   *
   * @param name the bucket's
   * @param prefix the beginning of each key; the message's id follows
   * @param above answers of more bytes than this go there
   */
  public record Bucket(String name, String prefix, int above) {
    public Bucket {
      Checks.check(!name.isBlank(), "bucket", "must not be blank", name);
      Checks.check(above >= 0, "above", "must not be negative", above);
    }

    String key(String messageId) {
      return prefix + messageId;
    }
  }
}
