package dev.forebay.cli;

import dev.forebay.config.GatewayConfig;
import dev.forebay.config.SqsConfig;
import dev.forebay.engine.credentials.CredentialProviders;
import dev.forebay.gateway.Gateway;
import dev.forebay.gateway.jobs.StoredCalls;
import dev.forebay.jobs.ScheduledTimers;
import dev.forebay.sqs.MessageEnd;
import dev.forebay.sqs.QueueSettings;
import dev.forebay.sqs.SqsConsumer;
import io.vertx.core.Future;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** The queues of Amazon SQS that a gateway drains, as long as it serves. */
public final class DrainedQueues {
  private static final Duration GRACE = Duration.ofSeconds(5);

  /** Time for a poll to end, and for answers to be stored. */
  private static final Duration MOST = Duration.ofSeconds(20);

  private final ScheduledTimers timers = new ScheduledTimers();

  private record Drained(String queue, SqsConsumer consumer) {}

  private final List<Drained> all = new ArrayList<>();
  private final List<AwsCredentialsProvider> credentials = new ArrayList<>();

  private DrainedQueues() {}

  /** Begins to drain what the configuration names. */
  public static DrainedQueues start(GatewayConfig config, Gateway gateway) {
    DrainedQueues queues = new DrainedQueues();
    if (!config.sqs().isEmpty()) {
      StoredCalls calls = gateway.storedCalls();
      SqsConsumer.Surroundings surroundings =
          new SqsConsumer.Surroundings(
              calls,
              calls,
              gateway::routeOf,
              queues.timers,
              InstantSource.system(),
              new SecureRandom());
      config.sqs().forEach(queue -> queues.add(queue, surroundings));
    }
    return queues;
  }

  private void add(SqsConfig queue, SqsConsumer.Surroundings surroundings) {
    AwsCredentialsProvider provider = CredentialProviders.of(queue.credentials(), queue.region());
    credentials.add(provider);
    SqsConsumer.Connection connection =
        new SqsConsumer.Connection(
            queue.region(),
            provider,
            queue.endpoint(),
            queue.bucket().flatMap(SqsConfig.Bucket::endpoint));
    SqsConsumer consumer = SqsConsumer.start(settings(queue), connection, surroundings);
    all.add(new Drained(queue.queue().toString(), consumer));
  }

  private static QueueSettings settings(SqsConfig queue) {
    return new QueueSettings(
        queue.queue().toString(),
        queue.route(),
        queue.deadLetterQueue().toString(),
        queue.replyQueues().stream().map(URI::toString).toList(),
        queue
            .bucket()
            .map(
                bucket -> new QueueSettings.Bucket(bucket.name(), bucket.prefix(), bucket.above())),
        queue.concurrency(),
        queue.visibility(),
        queue.maxAttempts(),
        queue.maxBytes());
  }

  /** How many messages came to which end, by the queues' URLs. */
  public Map<String, Map<String, Long>> ended() {
    Map<String, Map<String, Long>> ended = new LinkedHashMap<>();
    for (Drained each : all) {
      Map<String, Long> ends = ended.computeIfAbsent(each.queue, url -> new LinkedHashMap<>());
      for (MessageEnd end : MessageEnd.values()) {
        ends.merge(end.label(), each.consumer.ended(end), Long::sum);
      }
    }
    return ended;
  }

  /**
   * Lets calls under way end for a while, gives all other messages back, and closes. If SQS does
   * not answer, what is left comes back when its time is up.
   */
  public Future<Void> drain() {
    List<Future<Void>> drained =
        all.stream()
            .map(
                each ->
                    Future.fromCompletionStage(
                        each.consumer.drain(GRACE).orTimeout(MOST.toSeconds(), TimeUnit.SECONDS)))
            .toList();
    return Future.join(drained)
        .transform(
            done -> {
              close();
              return Future.succeededFuture();
            });
  }

  /** Closes at once. */
  public void close() {
    all.forEach(each -> each.consumer.close());
    timers.close();
    for (AwsCredentialsProvider provider : credentials) {
      if (provider instanceof SdkAutoCloseable closeable) {
        closeable.close();
      }
    }
  }
}
