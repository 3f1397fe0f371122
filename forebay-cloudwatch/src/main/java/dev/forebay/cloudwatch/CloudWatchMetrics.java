package dev.forebay.cloudwatch;

import dev.forebay.core.Outcome;
import dev.forebay.core.Seam;
import dev.forebay.core.Step;
import dev.forebay.core.Ticker;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.event.JourneyView;
import dev.forebay.core.health.Breaker;
import dev.forebay.core.journey.Journeys;
import dev.forebay.core.telemetry.BreakerWatch;
import dev.forebay.core.telemetry.DroppedTelemetry;
import dev.forebay.core.telemetry.QueueLoad;
import dev.forebay.core.telemetry.QuotaUse;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * Adds journeys up, and sends the sums to CloudWatch once a minute: {@code
 * FallbackModelInvocations} as applications know it, which counts the requests sent to a fallback,
 * and a few series by route and target. A call adds a number in memory; one thread of its own
 * sends. Thread-safe.
 */
public final class CloudWatchMetrics implements JourneyListener, AutoCloseable {
  /** The metric that applications and their alarms have always used. */
  static final String FALLBACKS = "FallbackModelInvocations";

  /** A bound on memory and cost, should the configuration change names for ever. */
  static final int MOST_SERIES = 5_000;

  private static final String COUNT = "Count";
  private static final String ROUTE = "Route";
  private static final String TARGET = "Target";
  private static final Duration LAST = Duration.ofSeconds(10);
  private static final Logger log = LoggerFactory.getLogger(CloudWatchMetrics.class);

  private final ConcurrentMap<Series, Statistic> statistics = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, OfRoute> routes = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, OfTarget> targets = new ConcurrentHashMap<>();
  private final Statistic fallbacks = statistic(Series.of(FALLBACKS, COUNT));
  private final JourneyListener breakers;
  private final Ticker ticker;
  private final QuotaUse use;
  private final DroppedTelemetry losses;
  private final MetricOutlet outlet;
  private final Backlog backlog;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread sender = new Thread(task, "forebay-cloudwatch");
            sender.setDaemon(true);
            return sender;
          });
  private Instant since = now();
  private @Nullable ScheduledFuture<?> posts;
  private volatile Supplier<QueueLoad> queue = () -> QueueLoad.NONE;

  CloudWatchMetrics(
      MetricOutlet outlet,
      Journeys journeys,
      Ticker ticker,
      QuotaUse use,
      DroppedTelemetry losses) {
    this.outlet = outlet;
    this.backlog = new Backlog(outlet, losses);
    this.ticker = ticker;
    this.use = use;
    this.losses = losses;
    this.breakers = new BreakerWatch(journeys, this::breakerChanged);
  }

  /**
   * To CloudWatch's API.
   *
   * @param endpoint empty: CloudWatch's own in the region
   * @param period of the posts; a minute, unless a test is in a hurry
   */
  public static CloudWatchMetrics toApi(
      String namespace,
      String region,
      Optional<URI> endpoint,
      AwsCredentialsProvider credentials,
      Duration period,
      Journeys journeys,
      Ticker ticker,
      QuotaUse use,
      DroppedTelemetry losses) {
    MetricOutlet outlet =
        new CloudWatchOutlet(namespace, region, endpoint.orElse(null), credentials);
    return new CloudWatchMetrics(outlet, journeys, ticker, use, losses).every(period);
  }

  /** As lines in the embedded metric format. */
  public static CloudWatchMetrics toLines(
      String namespace,
      PrintStream out,
      Duration period,
      Journeys journeys,
      Ticker ticker,
      QuotaUse use,
      DroppedTelemetry losses) {
    MetricOutlet outlet = new EmfOutlet(namespace, out);
    return new CloudWatchMetrics(outlet, journeys, ticker, use, losses).every(period);
  }

  private CloudWatchMetrics every(Duration period) {
    long millis = period.toMillis();
    long first = millis - Math.floorMod(now().toEpochMilli(), millis);
    posts = thread.scheduleAtFixedRate(this::post, first, millis, TimeUnit.MILLISECONDS);
    return this;
  }

  /** Tells what the durable queue holds as well. */
  public void watchQueue(Supplier<QueueLoad> load) {
    queue = load;
  }

  @Override
  public void on(JourneyView journey, JourneyEvent event) {
    breakers.on(journey, event);
    switch (event) {
      case JourneyEvent.AttemptStarted e -> attemptStarted(journey, e);
      case JourneyEvent.ContentStarted e -> {
        double millis = (e.atNanos() - journey.startedAtNanos()) / 1e6;
        route(journey).firstToken.add(millis);
      }
      case JourneyEvent.AttemptEnded e -> attemptEnded(journey, e);
      case JourneyEvent.Served e -> {
        if (e.source().isDegraded()) {
          route(journey).degraded.add(1);
        }
      }
      case JourneyEvent.Sent e -> {}
      case JourneyEvent.Responded e -> {}
      case JourneyEvent.Flawed e -> {}
      case JourneyEvent.Waiting e -> {}
      case JourneyEvent.Switched e -> {}
      case JourneyEvent.Answered e -> {}
      case JourneyEvent.Interrupted e -> {}
      case JourneyEvent.Refused e -> {}
      case JourneyEvent.CallerLeft e -> {}
    }
  }

  private void attemptStarted(JourneyView journey, JourneyEvent.AttemptStarted event) {
    target(event.attempt()).attempts.add(1);
    if (event.source() == Step.Source.FALLBACK) {
      fallbacks.add(1);
      Outcome.Failure last = journey.lastFailure();
      String reason = last == null ? "no_capacity" : last.label();
      String route = journey.route().name();
      statistic(Series.of(FALLBACKS, COUNT, ROUTE, route, "Reason", reason)).add(1);
    }
  }

  private void attemptEnded(JourneyView journey, JourneyEvent.AttemptEnded event) {
    if (event.outcome() instanceof Outcome.Throttled) {
      target(event.attempt()).throttles.add(1);
    }
    TokenUsage used = event.outcome().answerUsage();
    if (used != null && used.total() > 0) {
      OfRoute route = route(journey);
      route.input.add(used.input() + (double) used.cacheRead() + used.cacheWrite());
      route.output.add(used.output());
    }
  }

  private void breakerChanged(String target, Breaker.Position position) {
    String state =
        switch (position) {
          case CLOSED -> "closed";
          case HALF_OPEN -> "half_open";
          case OPEN -> "open";
        };
    statistic(Series.of("BreakerStateChanges", COUNT, TARGET, target, "State", state)).add(1);
  }

  private OfRoute route(JourneyView journey) {
    String name = journey.route().name();
    OfRoute known = routes.get(name);
    return known != null ? known : routes.computeIfAbsent(name, OfRoute::new);
  }

  private OfTarget target(Step.Attempt attempt) {
    String name = attempt.target().name();
    OfTarget known = targets.get(name);
    return known != null ? known : targets.computeIfAbsent(name, OfTarget::new);
  }

  /** The statistic of a series; beyond {@link #MOST_SERIES}, one that is not sent. */
  private Statistic statistic(Series series) {
    Statistic known = statistics.get(series);
    if (known != null) {
      return known;
    }
    return statistics.size() < MOST_SERIES
        ? statistics.computeIfAbsent(series, first -> new Statistic())
        : new Statistic();
  }

  private void post() {
    try {
      measure();
      collect(minute());
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

  /** What is a state rather than an event is looked at once a minute. */
  private void measure() {
    use.shares(ticker.nanos())
        .forEach(
            (target, share) ->
                statistic(Series.of("QuotaUtilization", "Percent", TARGET, target))
                    .add(100 * share));
    QueueLoad load = queue.get();
    if (!load.jobs().isEmpty()) {
      load.jobs()
          .forEach(
              (state, jobs) -> statistic(Series.of("QueueJobs", COUNT, "State", state)).add(jobs));
      statistic(Series.of("QueueOldestAge", "Seconds")).add(load.oldest().toMillis() / 1e3);
    }
  }

  private void collect(Instant minute) {
    List<Datum> data = new ArrayList<>();
    statistics.forEach(
        (series, statistic) -> {
          StatisticSet taken = statistic.take();
          if (taken != null) {
            data.add(new Datum(series, minute, taken));
          }
        });
    backlog.add(data);
  }

  /** What has been added up so far, sent now; for tests, and before the end. */
  void flush() throws InterruptedException, TimeoutException {
    try {
      thread.submit(this::post).get(LAST.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends what there is, as far as that succeeds in a few seconds. */
  @Override
  public void close() {
    if (thread.isShutdown()) {
      return;
    }
    if (posts != null) {
      posts.cancel(false);
    }
    try {
      flush();
    } catch (TimeoutException e) {
      log.warn("CloudWatch did not take the last metrics in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.shutdownNow();
    losses.add(Backlog.NAME, backlog.size());
    outlet.close();
  }

  @Seam("CloudWatch wants the time of day")
  private static Instant now() {
    return Instant.now();
  }

  /** One route's series. */
  private final class OfRoute {
    final Statistic firstToken;
    final Statistic degraded;
    final Statistic input;
    final Statistic output;

    OfRoute(String name) {
      firstToken = statistic(Series.of("TimeToFirstToken", "Milliseconds", ROUTE, name));
      degraded = statistic(Series.of("DegradedAnswers", COUNT, ROUTE, name));
      input = statistic(Series.of("InputTokens", COUNT, ROUTE, name));
      output = statistic(Series.of("OutputTokens", COUNT, ROUTE, name));
    }
  }

  /** One target's series. */
  private final class OfTarget {
    final Statistic attempts;
    final Statistic throttles;

    OfTarget(String name) {
      attempts = statistic(Series.of("Attempts", COUNT, TARGET, name));
      throttles = statistic(Series.of("Throttles", COUNT, TARGET, name));
    }
  }
}
