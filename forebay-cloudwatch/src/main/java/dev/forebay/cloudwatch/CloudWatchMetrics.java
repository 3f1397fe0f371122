package dev.forebay.cloudwatch;

import dev.forebay.core.Seam;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.event.JourneyView;
import dev.forebay.core.telemetry.QueueLoad;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds journeys up, and sends the sums to CloudWatch once a minute: {@code
 * FallbackModelInvocations} as applications know it, which counts the requests sent to a fallback,
 * and a few series by route and target. A call adds a number in memory; one thread of its own
 * sends. It belongs to the program that made it: {@link #close} sends what is left. Thread-safe.
 *
 * <pre>{@code
 * try (CloudWatchMetrics metrics = CloudWatchMetrics.builder().toApi("us-east-1");
 *     Forebay forebay = Forebay.builder().listener(metrics).build()) {
 *   ...
 * }
 * }</pre>
 */
public final class CloudWatchMetrics implements JourneyListener, AutoCloseable {
  private static final Duration LAST = Duration.ofSeconds(10);
  private static final Logger log = LoggerFactory.getLogger(CloudWatchMetrics.class);

  private final CloudWatchBuilder built;
  private final MetricSink sink;
  private final Backlog backlog;
  private final Sums sums = new Sums();
  private final ScheduledFuture<?> posts;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread sender = new Thread(task, "forebay-cloudwatch");
            sender.setDaemon(true);
            return sender;
          });
  private Instant since = now();
  private volatile Supplier<QueueLoad> queue = () -> QueueLoad.NONE;

  CloudWatchMetrics(MetricSink sink, CloudWatchBuilder built) {
    this.built = built;
    this.sink = sink;
    this.backlog = new Backlog(sink, built.dropped());
    long millis = built.period().toMillis();
    long first = millis - Math.floorMod(now().toEpochMilli(), millis);
    posts = thread.scheduleAtFixedRate(this::post, first, millis, TimeUnit.MILLISECONDS);
  }

  /** Metrics in the namespace {@code GenAI/Application}, unless another one is set. */
  public static CloudWatchBuilder builder() {
    return new CloudWatchBuilder();
  }

  /** Sends what the durable queue holds as well. */
  public void watchQueue(Supplier<QueueLoad> load) {
    queue = load;
  }

  @Override
  public void on(JourneyView journey, JourneyEvent event) {
    built.ownUse().on(journey, event);
    sums.on(journey, event);
  }

  private void post() {
    try {
      sums.measure(built.use().shares(built.ticker().nanos()), queue.get());
      backlog.add(sums.take(minute()));
      backlog.send();
    } catch (RuntimeException e) {
      log.warn("Metrics could not be sent to CloudWatch", e);
    }
  }

  /** The minute in which most of what was added up since the last time was. */
  private Instant minute() {
    Instant now = now();
    Instant middle = since.plus(Duration.between(since, now).dividedBy(2));
    since = now;
    return middle.truncatedTo(ChronoUnit.MINUTES);
  }

  /** What has been added up so far, sent now; for tests, and before the end. */
  void flush() throws InterruptedException, TimeoutException {
    try {
      thread.submit(this::post).get(LAST.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends what there is, as far as that succeeds in ten seconds. */
  @Override
  public void close() {
    if (thread.isShutdown()) {
      return;
    }
    posts.cancel(false);
    try {
      flush();
    } catch (TimeoutException e) {
      log.warn("CloudWatch did not take the last metrics in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.shutdownNow();
    built.dropped().add(Backlog.NAME, backlog.size());
    sink.close();
  }

  @Seam("CloudWatch wants the time of day")
  static Instant now() {
    return Instant.now();
  }
}
