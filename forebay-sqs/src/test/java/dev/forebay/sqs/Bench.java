package dev.forebay.sqs;

import dev.forebay.bedrock.ModelPath;
import dev.forebay.jobs.ScheduledTimers;
import dev.forebay.jobs.Timers;
import dev.forebay.jobs.worker.Capacity;
import dev.forebay.jobs.worker.JobRunner;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** A server with its queues, and consumers of one of them. */
final class Bench implements AutoCloseable {
  static final String ROUTE = "anthropic.claude-sonnet-4-6";
  static final String BUCKET = "answers";

  /** Room for as much as is asked for. */
  static final Capacity AMPLE = (route, meanTokens, max) -> new Capacity.Now(max);

  private static final int HASTE = 100;

  private final SqsServer server = new SqsServer();
  private final ScheduledTimers timers = new ScheduledTimers();
  private final List<SqsConsumer> consumers = new ArrayList<>();
  private final String in = server.createQueue("in");
  private final String dead = server.createQueue("dead");
  private final String replies = server.createQueue("replies.fifo");

  private Capacity capacity = AMPLE;
  private int concurrency = 8;
  private Duration visibility = Duration.ofSeconds(60);
  private int maxBytes = 1_048_576;
  private List<String> replyQueues = List.of(replies);
  private Optional<QueueSettings.Bucket> bucket = Optional.empty();
  private Optional<URI> bucketEndpoint = Optional.empty();
  private Timers pace = timers;

  SqsServer server() {
    return server;
  }

  String in() {
    return in;
  }

  String dead() {
    return dead;
  }

  String replies() {
    return replies;
  }

  Bench capacity(Capacity given) {
    capacity = given;
    return this;
  }

  Bench concurrency(int most) {
    concurrency = most;
    return this;
  }

  Bench visibility(Duration length) {
    visibility = length;
    return this;
  }

  Bench maxBytes(int most) {
    maxBytes = most;
    return this;
  }

  Bench replyQueues(String... urls) {
    replyQueues = List.of(urls);
    return this;
  }

  Bench bucket(FakeS3 s3, int above) {
    bucket = Optional.of(new QueueSettings.Bucket(BUCKET, "done/", above));
    bucketEndpoint = Optional.of(s3.endpoint());
    return this;
  }

  /** Makes every wait of the worker a hundred times as short. */
  Bench hasty() {
    pace = (delay, task) -> timers.after(delay.dividedBy(HASTE), task);
    return this;
  }

  /** Begins to drain the queue. */
  SqsConsumer consume(JobRunner runner) {
    return consume(runner, server.endpoint());
  }

  SqsConsumer consume(JobRunner runner, URI endpoint) {
    SqsConsumer consumer =
        SqsConsumer.start(
            new QueueSettings(
                in, ROUTE, dead, replyQueues, bucket, concurrency, visibility, 5, maxBytes),
            new SqsConsumer.Connection(
                "us-east-1",
                StaticCredentialsProvider.create(AwsBasicCredentials.create("AKID", "secret")),
                Optional.of(endpoint),
                bucketEndpoint),
            new SqsConsumer.Surroundings(
                runner,
                capacity,
                Bench::routeOf,
                pace,
                InstantSource.system(),
                new SecureRandom()));
    consumers.add(consumer);
    return consumer;
  }

  private static Optional<String> routeOf(ModelPath path) {
    return switch (path.modelId()) {
      case ROUTE, "alias" -> Optional.of(ROUTE);
      case "other" -> Optional.of("other");
      default -> Optional.empty();
    };
  }

  static String message(String prompt) {
    return "{\"operation\": \"converse\", \"body\": %s}".formatted(body(prompt));
  }

  static String body(String prompt) {
    return "{ \"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"%s\"}]}] }"
        .formatted(prompt);
  }

  @Override
  public void close() {
    consumers.forEach(SqsConsumer::close);
    timers.close();
    server.close();
  }
}
