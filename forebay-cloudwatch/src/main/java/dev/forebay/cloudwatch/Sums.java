package dev.forebay.cloudwatch;

import dev.forebay.core.Outcome;
import dev.forebay.core.Step;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.event.JourneyView;
import dev.forebay.core.health.Breaker;
import dev.forebay.core.telemetry.BreakerWatch;
import dev.forebay.core.telemetry.QueueLoad;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Adds journeys up by series: a call adds a number in memory. Thread-safe. */
final class Sums implements JourneyListener {
  /** The metric that applications and their alarms have always used. */
  static final String FALLBACKS = "FallbackModelInvocations";

  /** A bound on memory and cost, should the configuration change names for ever. */
  static final int MOST_SERIES = 5_000;

  private static final String COUNT = "Count";
  private static final String ROUTE = "Route";
  private static final String TARGET = "Target";

  private final ConcurrentMap<Series, Statistic> statistics = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, OfRoute> routes = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, OfTarget> targets = new ConcurrentHashMap<>();
  private final Statistic fallbacks = statistic(Series.of(FALLBACKS, COUNT));
  private final JourneyListener breakers = new BreakerWatch(this::breakerChanged);

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

  /** What is a state rather than an event: the used shares of quotas, and the durable queue. */
  void measure(Map<String, Double> shares, QueueLoad load) {
    shares.forEach(
        (target, share) ->
            statistic(Series.of("QuotaUtilization", "Percent", TARGET, target)).add(100 * share));
    if (!load.jobs().isEmpty()) {
      load.jobs()
          .forEach(
              (state, jobs) -> statistic(Series.of("QueueJobs", COUNT, "State", state)).add(jobs));
      statistic(Series.of("QueueOldestAge", "Seconds")).add(load.oldest().toMillis() / 1e3);
    }
  }

  /** What was added up since the last time. */
  List<Datum> take(Instant minute) {
    List<Datum> data = new ArrayList<>();
    statistics.forEach(
        (series, statistic) -> {
          StatisticSet taken = statistic.take();
          if (taken != null) {
            data.add(new Datum(series, minute, taken));
          }
        });
    return data;
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
