package dev.forebay.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A queue of Amazon SQS that is drained.
 *
 * @param route whose capacity the messages use
 * @param replyQueues where answers go: to the first, unless a message names another of them
 * @param bucket where large answers go, or all if there is no reply queue
 * @param concurrency how many messages are worked on at a time
 * @param visibility for how long SQS hides a message without a renewal
 * @param maxAttempts with how many real failures a message is a dead letter
 * @param maxBytes the largest message that is worked on
 * @param endpoint empty: SQS's own in the region
 */
public record SqsConfig(
    URI queue,
    String route,
    URI deadLetterQueue,
    List<URI> replyQueues,
    Optional<Bucket> bucket,
    int concurrency,
    Duration visibility,
    int maxAttempts,
    int maxBytes,
    String region,
    Optional<URI> endpoint,
    Credentials credentials) {
  public SqsConfig {
    replyQueues = List.copyOf(replyQueues);
  }

  /**
   * A bucket of Amazon S3.
   *
   * @param prefix the beginning of each key
   * @param above answers of more bytes than this go there
   * @param endpoint empty: S3's own in the region
   */
  public record Bucket(String name, String prefix, int above, Optional<URI> endpoint) {}
}
