package dev.forebay.cli;

import dev.forebay.cloudwatch.CloudWatchBuilder;
import dev.forebay.cloudwatch.CloudWatchMetrics;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.TargetConfig;
import dev.forebay.config.TelemetryConfig;
import dev.forebay.core.FleetReading;
import dev.forebay.core.SharedAnswers;
import dev.forebay.core.Ticker;
import dev.forebay.core.event.CallTracing;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.journey.Journeys;
import dev.forebay.core.telemetry.DroppedTelemetry;
import dev.forebay.core.telemetry.Places;
import dev.forebay.core.telemetry.QueueLoad;
import dev.forebay.core.telemetry.QuotaUse;
import dev.forebay.engine.telemetry.SafeListeners;
import dev.forebay.engine.telemetry.SafeTracing;
import dev.forebay.gateway.Gateway;
import dev.forebay.gateway.admin.MetricsPage;
import dev.forebay.gateway.jobs.QueueFigures;
import dev.forebay.gateway.live.CallerHabits;
import dev.forebay.gateway.loop.HeldMemory;
import dev.forebay.telemetry.MemoryLoad;
import dev.forebay.telemetry.PrometheusMetrics;
import dev.forebay.telemetry.log.CallLog;
import dev.forebay.telemetry.trace.JourneyTracing;
import dev.forebay.telemetry.trace.SpanExport;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/** The telemetry of one gateway, as configured. Thread-safe. */
public final class TelemetryAssembly implements AutoCloseable {
  /** Beyond this rate, lines are counted instead of written. */
  private static final int LINES_PER_SECOND = 50;

  private final Places places = new Places();
  private final QuotaUse use = new QuotaUse();
  private final PrometheusMetrics metrics;
  private final Optional<CloudWatchMetrics> cloudWatch;
  private final Optional<JourneyTracing> tracing;
  private final JourneyListener listener;

  /**
   * Watches from now on.
   *
   * @param posts how often CloudWatch gets metrics
   * @param out where lines in the embedded metric format go
   */
  public TelemetryAssembly(
      GatewayConfig config, Journeys journeys, Ticker ticker, Duration posts, PrintStream out) {
    TelemetryConfig telemetry = config.telemetry().orElse(TelemetryConfig.DEFAULTS);
    DroppedTelemetry dropped = new DroppedTelemetry();
    metrics = new PrometheusMetrics(journeys, ticker, places, use, dropped);
    cloudWatch =
        telemetry
            .cloudwatch()
            .map(
                to -> {
                  CloudWatchBuilder builder =
                      CloudWatchMetrics.builder()
                          .namespace(to.namespace())
                          .credentials(credentials())
                          .period(posts)
                          .ticker(ticker)
                          .quotaUse(use)
                          .dropped(dropped);
                  to.endpoint().ifPresent(builder::endpoint);
                  return switch (to.via()) {
                    case API -> builder.toApi(to.region());
                    case EMF -> builder.toLines(out);
                  };
                });
    Map<String, SpanExporter> exporters = exporters(telemetry);
    tracing =
        exporters.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new JourneyTracing(
                    exporters, telemetry.sample(), Version.number(), places, dropped));
    List<JourneyListener> listeners = new ArrayList<>(List.of(use, metrics));
    cloudWatch.ifPresent(listeners::add);
    listeners.add(new CallLog(telemetry.logSample(), LINES_PER_SECOND));
    listener = new SafeListeners(listeners.toArray(JourneyListener[]::new));
    watch(config.targets().values());
  }

  private static Map<String, SpanExporter> exporters(TelemetryConfig telemetry) {
    Map<String, SpanExporter> exporters = new TreeMap<>();
    telemetry.otlp().map(SpanExport::toCollector).ifPresent(to -> exporters.put("otlp", to));
    telemetry
        .xray()
        .map(
            to -> {
              URI endpoint = to.endpoint().orElseGet(() -> SpanExport.xrayEndpoint(to.region()));
              return SpanExport.toXray(endpoint, to.region(), credentials());
            })
        .ifPresent(to -> exporters.put("xray", to));
    return exporters;
  }

  private static AwsCredentialsProvider credentials() {
    return DefaultCredentialsProvider.builder().build();
  }

  /** Shows these targets from now on as well. */
  void watch(Collection<TargetConfig> targets) {
    for (TargetConfig target : targets) {
      metrics.watch(target.target());
      places.put(target.target().name(), target.place());
    }
  }

  /** Shows only these targets from now on: an alarm about a target out of use would be wrong. */
  void watchOnly(Collection<TargetConfig> targets) {
    Set<String> names =
        targets.stream().map(each -> each.target().name()).collect(Collectors.toSet());
    metrics.watchOnly(names);
    use.keepOnly(names);
  }

  /** Counts a configuration that was loaded while the gateway runs, or was refused. */
  void configReloaded(boolean applied) {
    metrics.configReloaded(applied);
  }

  /** Shows the durable queue from now on as well. */
  void watch(QueueFigures queue) {
    watchQueue(
        () ->
            new QueueLoad(
                QueueFigures.states().stream()
                    .collect(Collectors.toMap(Function.identity(), queue::jobs)),
                queue.oldest(),
                queue.reachable()));
  }

  /** Shows from now on callers with too short timeouts or retries of their own as well. */
  public void watch(CallerHabits callers) {
    metrics.watchCallers(callers::left, callers::repeated);
  }

  /** The same, wherever it is. */
  public void watchQueue(Supplier<QueueLoad> queue) {
    metrics.watchQueue(queue);
    cloudWatch.ifPresent(to -> to.watchQueue(queue));
  }

  /**
   * Shows from now on as well what the gateway holds in memory, and the calls that it refuses
   * before they begin.
   */
  public void watch(Gateway gateway) {
    metrics.watchDoor(gateway::busyRefusals);
    metrics.watchMemory(
        () -> {
          HeldMemory memory = gateway.memory();
          return new MemoryLoad(
              memory.held(), memory.limit(), memory.refused(), memory.idleCallers());
        });
  }

  /** Shows how quotas are shared from now on as well. */
  public void watchCluster(Supplier<FleetReading> fleet) {
    metrics.watchCluster(fleet);
  }

  /** Shows the answers that this process shares with others from now on. Called once. */
  public void watchAnswers(Supplier<SharedAnswers.Diagnostics> answers) {
    metrics.watchAnswers(answers);
  }

  /** Shows what became of messages from now on as well. */
  public void watch(DrainedQueues queues) {
    metrics.watchMessages(queues::ended);
  }

  /** Receives the events of all calls. */
  public JourneyListener listener() {
    return listener;
  }

  /** What traces them, if the configuration wants that. */
  public CallTracing tracing() {
    return SafeTracing.of(tracing.stream().<CallTracing>map(each -> each).toList());
  }

  /** The page for Prometheus. */
  public MetricsPage page() {
    return accept -> {
      PrometheusMetrics.Page page = metrics.scrape(accept);
      return new MetricsPage.Page(page.contentType(), page.bytes().toByteArray());
    };
  }

  /** Sends what there is, as far as that succeeds in some seconds. Waits. */
  @Override
  public void close() {
    tracing.ifPresent(JourneyTracing::close);
    cloudWatch.ifPresent(CloudWatchMetrics::close);
  }
}
