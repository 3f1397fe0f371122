package dev.forebay.client.micrometer;

import dev.forebay.client.Forebay;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.event.JourneyView;
import dev.forebay.core.health.Breaker;
import dev.forebay.core.telemetry.BreakerWatch;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Meters of calls by Micrometer, under the names of the gateway's metrics: a registry for
 * Prometheus makes {@code forebay_request_seconds} of {@code forebay.request}. The values of tags
 * are names from the configuration and words from fixed lists, so their number is bounded.
 * Thread-safe.
 *
 * <pre>{@code
 * ForebayMeters meters = new ForebayMeters(registry);
 * Forebay forebay = Forebay.builder().listener(meters).build();
 * meters.bindTo(forebay);                                  // the gauges
 * }</pre>
 */
public final class ForebayMeters implements JourneyListener {
  private static final String ROUTE = "route";
  static final String TARGET = "target";

  private final MeterRegistry registry;
  private final MeterProvider<Timer> requests;
  private final MeterProvider<Timer> attempts;
  private final MeterProvider<Timer> admissions;
  private final MeterProvider<Timer> firstTokens;
  private final MeterProvider<Counter> retries;
  private final MeterProvider<Counter> fallbacks;
  private final MeterProvider<Counter> hedges;
  private final MeterProvider<Counter> tokens;
  private final MeterProvider<Counter> breakerChanges;
  private final BreakerWatch breakers = new BreakerWatch(this::breakerChanged);

  /** The targets that were asked. */
  private final Set<String> targets = ConcurrentHashMap.newKeySet();

  private volatile @Nullable Forebay bound;

  /** Meters in a registry. */
  public ForebayMeters(MeterRegistry registry) {
    this.registry = Objects.requireNonNull(registry, "registry");
    requests =
        Timer.builder("forebay.request")
            .description("From the whole request to the end of the answer")
            .withRegistry(registry);
    attempts =
        Timer.builder("forebay.attempt")
            .description("Requests sent to targets, to their last byte")
            .withRegistry(registry);
    admissions =
        Timer.builder("forebay.admission")
            .description("From the whole request to its first attempt: the wait for quota")
            .withRegistry(registry);
    firstTokens =
        Timer.builder("forebay.time.to.first.token")
            .description("From the whole request to a stream's first content")
            .withRegistry(registry);
    retries = counter("forebay.retries", "Attempts after a call's first one, without hedges");
    fallbacks = counter("forebay.fallbacks", "Calls that turned to another tier");
    hedges = counter("forebay.hedges", "Attempts beside a slow one, by the target asked");
    tokens = counter("forebay.tokens", "Model tokens, as targets counted them");
    breakerChanges = counter("forebay.breaker.changes", "Changes of circuits");
  }

  private MeterProvider<Counter> counter(String name, String description) {
    return Counter.builder(name).description(description).withRegistry(registry);
  }

  /**
   * Adds the gauges: calls under way, the circuit of each target that is asked, and how quotas are
   * shared where they are. The registry keeps hold of the library.
   */
  public void bindTo(Forebay forebay) {
    bound = Objects.requireNonNull(forebay, "forebay");
    Gauge.builder("forebay.calls", forebay, Forebay::callsUnderWay)
        .description("Calls under way")
        .strongReference(true)
        .register(registry);
    ClusterMeters.bind(forebay, registry);
    targets.forEach(target -> gauge(forebay, target));
  }

  private void gauge(Forebay forebay, String target) {
    Gauge.builder("forebay.breaker.state", forebay, of -> number(of.breaker(target)))
        .description("The circuit: 0 closed, 1 half open, 2 open")
        .tag(TARGET, target)
        .strongReference(true)
        .register(registry);
    ClusterMeters.bind(forebay, target, registry);
  }

  private static int number(Breaker.Position position) {
    return switch (position) {
      case CLOSED -> 0;
      case HALF_OPEN -> 1;
      case OPEN -> 2;
    };
  }

  @Override
  public void on(JourneyView journey, JourneyEvent event) {
    breakers.on(journey, event);
    String route = journey.route().name();
    switch (event) {
      case JourneyEvent.AttemptStarted e -> attemptStarted(journey, e);
      case JourneyEvent.ContentStarted e ->
          firstTokens.withTags(ROUTE, route).record(sinceStart(journey, e));
      case JourneyEvent.AttemptEnded e -> attemptEnded(e);
      case JourneyEvent.Switched e -> fallbacks.withTags(ROUTE, route).increment();
      default -> {
        CallEnd end = CallEnd.of(event);
        if (end != null) {
          requests
              .withTags(ROUTE, route, "answer", end.answer(), "error", end.errorType())
              .record(sinceStart(journey, event));
        }
      }
    }
  }

  private void attemptStarted(JourneyView journey, JourneyEvent.AttemptStarted event) {
    String route = journey.route().name();
    String target = event.attempt().target().name();
    if (event.hedge()) {
      hedges.withTags(TARGET, target).increment();
    } else if (event.attempt().number() > 1) {
      retries.withTags(ROUTE, route).increment();
    } else {
      admissions
          .withTags(ROUTE, route, "priority", journey.call().priority().label())
          .record(sinceStart(journey, event));
    }
    Forebay known = bound;
    if (targets.add(target) && known != null) {
      gauge(known, target);
    }
  }

  private void attemptEnded(JourneyEvent.AttemptEnded event) {
    String target = event.attempt().target().name();
    attempts
        .withTags(TARGET, target, "outcome", event.outcome().label())
        .record(Duration.ofNanos(event.tookNanos()));
    TokenUsage used = event.outcome().answerUsage();
    if (used != null) {
      add(target, "input", used.input());
      add(target, "output", used.output());
      add(target, "cache_read", used.cacheRead());
      add(target, "cache_write", used.cacheWrite());
    }
  }

  private void add(String target, String kind, int count) {
    if (count > 0) {
      tokens.withTags(TARGET, target, "kind", kind).increment(count);
    }
  }

  private void breakerChanged(String target, Breaker.Position position) {
    breakerChanges
        .withTags(TARGET, target, "state", position.name().toLowerCase(Locale.ROOT))
        .increment();
  }

  private static Duration sinceStart(JourneyView journey, JourneyEvent event) {
    return Duration.ofNanos(event.atNanos() - journey.startedAtNanos());
  }
}
