package dev.forebay.sqs;

import dev.forebay.bedrock.ModelPath;
import dev.forebay.jobs.Timers;
import dev.forebay.jobs.worker.Capacity;
import dev.forebay.jobs.worker.JobRunner;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClientBuilder;

/** One queue being drained, with its connections. Thread-safe; only {@link #close} waits. */
public final class SqsConsumer implements AutoCloseable {
  /** More than the longest poll takes. */
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(25);

  private final SdkAsyncHttpClient http;
  private final SqsAsyncClient sqs;
  private final @Nullable S3AsyncClient s3;
  private final SqsWorker worker;

  private SqsConsumer(
      SdkAsyncHttpClient http, SqsAsyncClient sqs, @Nullable S3AsyncClient s3, SqsWorker worker) {
    this.http = http;
    this.sqs = sqs;
    this.s3 = s3;
    this.worker = worker;
  }

  /**
   * Where SQS and S3 are.
   *
   * @param endpoint SQS's address if it is not the region's own
   * @param bucketEndpoint S3's address if it is not the region's own
   */
  public record Connection(
      String region,
      AwsCredentialsProvider credentials,
      Optional<URI> endpoint,
      Optional<URI> bucketEndpoint) {}

  /**
   * What a consumer takes from outside.
   *
   * @param routeOf the route that serves a path, if any
   * @param random the source of jitter and of the calls' names; must be safe to use from many
   *     threads
   */
  public record Surroundings(
      JobRunner runner,
      Capacity capacity,
      Function<ModelPath, Optional<String>> routeOf,
      Timers timers,
      InstantSource clock,
      RandomGenerator random) {}

  /** Begins to drain a queue. */
  public static SqsConsumer start(
      QueueSettings settings, Connection connection, Surroundings surroundings) {
    SdkAsyncHttpClient http =
        NettyNioAsyncHttpClient.builder()
            // Each message in hand may have one call under way, beside the poll.
            .maxConcurrency(settings.concurrency() + 2)
            .build();
    SqsAsyncClientBuilder sqsBuilder =
        SqsAsyncClient.builder()
            .httpClient(http)
            .region(Region.of(connection.region()))
            .credentialsProvider(connection.credentials())
            .overrideConfiguration(SqsConsumer::oneAttempt);
    connection.endpoint().ifPresent(sqsBuilder::endpointOverride);
    SqsAsyncClient sqs = sqsBuilder.build();
    S3AsyncClient s3 = settings.bucket().isPresent() ? s3(connection, http) : null;
    Retrying retrying = new Retrying(surroundings.timers(), surroundings.random());
    Queues queues = new Queues(sqs, retrying);
    ResultBucket bucket =
        s3 == null ? null : new ResultBucket(s3, settings.bucket().orElseThrow(), retrying);
    MessageContext context =
        new MessageContext(
            settings,
            queues,
            new ReplyPublisher(settings, queues, bucket),
            surroundings.runner(),
            surroundings.timers(),
            surroundings.clock(),
            surroundings.random());
    SqsWorker worker =
        new SqsWorker(
            context,
            new MessageReader(settings, surroundings.routeOf()),
            surroundings.capacity(),
            retrying);
    worker.wake();
    return new SqsConsumer(http, sqs, s3, worker);
  }

  private static S3AsyncClient s3(Connection connection, SdkAsyncHttpClient http) {
    S3AsyncClientBuilder builder =
        S3AsyncClient.builder()
            .httpClient(http)
            .region(Region.of(connection.region()))
            .credentialsProvider(connection.credentials())
            .overrideConfiguration(SqsConsumer::oneAttempt);
    connection
        .bucketEndpoint()
        .ifPresent(endpoint -> builder.endpointOverride(endpoint).forcePathStyle(true));
    return builder.build();
  }

  /** How often, and how far apart, is decided here and not twice. */
  private static void oneAttempt(ClientOverrideConfiguration.Builder client) {
    client.retryStrategy(DefaultRetryStrategy.doNotRetry()).apiCallTimeout(CALL_TIMEOUT);
  }

  /** How many messages came to such an end. */
  public long ended(MessageEnd how) {
    return worker.ended(how);
  }

  /** How many messages are in hand. */
  public int holding() {
    return worker.holding();
  }

  /**
   * Receives no more, lets calls under way end for a while, and gives the other messages back.
   *
   * @return completes when none is left
   */
  public CompletableFuture<Void> drain(Duration grace) {
    return worker.drain(grace);
  }

  /** Closes at once; messages in hand come back when their time is up. */
  @Override
  public void close() {
    sqs.close();
    if (s3 != null) {
      s3.close();
    }
    http.close();
  }
}
