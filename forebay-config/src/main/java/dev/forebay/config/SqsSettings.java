package dev.forebay.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/** The keys of queues in Amazon SQS. */
final class SqsSettings {
  private static final String EXAMPLE = "https://sqs.us-east-1.amazonaws.com/123456789012/";

  /** What SQS carries in one message, in bytes. */
  private static final int MAX_MESSAGE = 1_048_576;

  static final Setting<URI> QUEUE =
      Setting.required(
          "queue", Urls.HTTP, EXAMPLE + "questions", "The URL of the queue that is drained.");
  static final Setting<String> ROUTE =
      Setting.required(
          "route",
          Scalars.NAME,
          "anthropic.claude-sonnet-4-6",
          "The route whose capacity the messages use; each must ask for a model of it.");
  static final Setting<URI> DEAD_LETTER_QUEUE =
      Setting.required(
          "deadLetterQueue",
          Urls.HTTP,
          EXAMPLE + "unanswered",
          "The URL of the queue for messages that cannot be answered, with the reason.");
  static final Setting<List<Located<URI>>> REPLY_QUEUE =
      Setting.optional(
          "replyQueue",
          new ListShape<>(Urls.HTTP, true),
          EXAMPLE + "answers",
          "The URL of the queue for answers, or a list, of which a message may name one in its"
              + " attribute forebay-reply-queue; when absent, all answers go to the bucket.");

  static final Setting<String> BUCKET_NAME =
      Setting.required("name", Scalars.NAME, "my-answers", "The bucket's name.");
  static final Setting<String> PREFIX =
      Setting.defaulted(
          "prefix",
          Scalars.NAME,
          "forebay/",
          "The beginning of each object's key; the message's id follows.");
  static final Setting<Integer> ABOVE =
      Setting.defaulted(
          "above",
          Scalars.number(0, MAX_MESSAGE),
          200_000,
          "Answers of more bytes than this go to the bucket; 0: all.");
  static final Setting<URI> BUCKET_ENDPOINT =
      Setting.optional(
          "endpoint",
          Urls.HTTP,
          "https://s3.us-east-1.amazonaws.com",
          "The address that objects go to; by default S3's own in the region.");
  static final Setting<Section> BUCKET =
      Setting.optIn(
          "bucket",
          new SectionShape(BUCKET_NAME, PREFIX, ABOVE, BUCKET_ENDPOINT),
          "A bucket of Amazon S3 for large answers; the reply names the object.");

  static final Setting<Integer> CONCURRENCY =
      Setting.defaulted(
          "concurrency", Scalars.number(1, 1_000), 8, "How many messages are worked on at a time.");
  static final Setting<Duration> VISIBILITY =
      Setting.defaulted(
          "visibility",
          Scalars.DURATION,
          Duration.ofSeconds(60),
          "For how long SQS hides a message from others without a renewal, which comes at a"
              + " third of it; 3s to 1h.");
  static final Setting<Integer> MAX_ATTEMPTS =
      Setting.defaulted(
          "maxAttempts",
          Scalars.number(1, 100),
          5,
          "After how many failures a message is a dead letter; waiting for capacity does not count.");
  static final Setting<Integer> MAX_BYTES =
      Setting.defaulted(
          "maxBytes",
          Scalars.number(1, MAX_MESSAGE),
          MAX_MESSAGE,
          "The largest message that is worked on, in bytes.");
  static final Setting<String> REGION =
      Setting.optional(
          "region",
          Scalars.REGION,
          "us-east-1",
          "The AWS region; by default the one in the queue's URL.");
  static final Setting<URI> ENDPOINT =
      Setting.optional(
          "endpoint",
          Urls.HTTP,
          "https://sqs.us-east-1.amazonaws.com",
          "The address of SQS; by default the region's own, or the queue's host if that is not"
              + " AWS's.");
  static final Setting<Credentials> CREDENTIALS =
      Setting.defaulted(
          "credentials",
          CredentialsShape.CREDENTIALS,
          new Credentials.Default(),
          "Whose queues and bucket they are, in the form of a target's credentials.");

  static final SectionShape CONSUMER =
      new SectionShape(
          QUEUE,
          ROUTE,
          DEAD_LETTER_QUEUE,
          REPLY_QUEUE,
          BUCKET,
          CONCURRENCY,
          VISIBILITY,
          MAX_ATTEMPTS,
          MAX_BYTES,
          REGION,
          ENDPOINT,
          CREDENTIALS);

  static final Setting<List<Located<Section>>> SQS =
      Setting.optional(
          "sqs",
          new ListShape<>(CONSUMER, false),
          "",
          "Queues of Amazon SQS that are drained as the capacity of their routes allows.");

  private SqsSettings() {}
}
