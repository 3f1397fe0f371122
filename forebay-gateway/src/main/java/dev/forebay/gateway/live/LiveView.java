package dev.forebay.gateway.live;

import dev.forebay.config.GatewayConfig;
import dev.forebay.config.TargetConfig;
import dev.forebay.core.Target;
import dev.forebay.core.Ticker;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.event.JourneyTrail;
import dev.forebay.core.event.JourneyView;
import dev.forebay.core.journey.Journeys;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What happens in a gateway, as an operator wants to see it: counts by disposition, route and
 * target over the last seconds, five minutes of history, what changed, alarms, and the last unusual
 * calls. Memory is bounded by the number of routes and targets in the configuration.
 *
 * <p>Calls only count, without a lock. {@link #noteChanges} and {@link #tick} are for one thread
 * that comes by regularly; they and all that read take the view's lock. Thread-safe.
 */
public final class LiveView {
  private static final int KEPT_CALLS = 50;

  /** What percentiles and the overall status are about. */
  private static final int RECENT_SECONDS = OverallStatus.SECONDS;

  private final Supplier<GatewayConfig> config;
  private final Journeys journeys;
  private final Ticker ticker;
  private final InstantSource clock;
  private final Supplier<GatewayReading> gateway;

  private final ConcurrentMap<String, RouteTraffic> routes = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, TargetTraffic> targets = new ConcurrentHashMap<>();
  private final FallbackRefusals refusals = new FallbackRefusals();
  private final CallerHabits callers = new CallerHabits();
  private final RouteTraffic all = new RouteTraffic();
  private final DurationHistogram answers = new DurationHistogram(RECENT_SECONDS, 1);
  private final DurationHistogram firstTokens = new DurationHistogram(RECENT_SECONDS, 1);
  private final Queue<UnusualCall> arrived = new ConcurrentLinkedQueue<>();

  private final History history = new History();
  private final Changes changes = new Changes();
  private final ArrayDeque<UnusualCall> unusual = new ArrayDeque<>();
  private long calls;

  /**
   * @param config the present one
   * @param clock for what people read; durations come from the ticker
   * @param gateway the rest of it, as it was seen last
   */
  public LiveView(
      Supplier<GatewayConfig> config,
      Journeys journeys,
      Ticker ticker,
      InstantSource clock,
      Supplier<GatewayReading> gateway) {
    this.config = config;
    this.journeys = journeys;
    this.ticker = ticker;
    this.clock = clock;
    this.gateway = gateway;
  }

  /** Receives the events of one call. */
  public JourneyListener watch() {
    return new CallWatch(this);
  }

  /** A call was accepted into the durable queue. */
  public void queued(String route) {
    route(route).ended(Disposition.QUEUED);
    all.ended(Disposition.QUEUED);
  }

  TargetTraffic target(Target target) {
    TargetTraffic known = targets.get(target.name());
    return known != null
        ? known
        : targets.computeIfAbsent(target.name(), name -> new TargetTraffic());
  }

  private RouteTraffic route(String name) {
    RouteTraffic known = routes.get(name);
    return known != null ? known : routes.computeIfAbsent(name, n -> new RouteTraffic());
  }

  /** A target refused a call that asks for another model than its own. */
  void refusedByFallback(JourneyView journey, JourneyEvent.AttemptEnded event) {
    refusals.refused(
        journey.route().name(), event.attempt().target().name(), event.outcome(), event.atNanos());
  }

  /** A caller left before it had got any content. */
  void leftEarly(JourneyView journey, JourneyEvent.CallerLeft event) {
    long after = event.atNanos() - journey.startedAtNanos();
    callers.left(journey.route().name(), after, event.atNanos());
  }

  /** A caller sends again what it has sent before. */
  public void repeated(String route) {
    callers.repeated(route, ticker.nanos());
  }

  /** What callers do that undoes the gateway's work. */
  public CallerHabits callers() {
    return callers;
  }

  void contentStarted(long sinceStartNanos) {
    firstTokens.add(sinceStartNanos);
  }

  void ended(JourneyView journey, Disposition disposition, long tookNanos, JourneyTrail trail) {
    RouteTraffic traffic = route(journey.route().name());
    traffic.ended(disposition);
    all.ended(disposition);
    if (disposition == Disposition.FIRST
        || disposition == Disposition.RETRIED
        || disposition == Disposition.FALLBACK) {
      answers.add(tookNanos);
    }
    if (disposition.isUnusual() && traffic.takeRoom(disposition)) {
      arrived.add(
          UnusualCall.of(
              clock.millis(),
              journey.route().name(),
              disposition,
              journey.startedAtNanos(),
              tookNanos,
              trail.events()));
    }
  }

  /**
   * Notices what changed at targets, in the queue and of the configuration; to be called several
   * times a second.
   *
   * @return whether anything did
   */
  public synchronized boolean noteChanges() {
    long before = changes.lastId();
    changes.noteChanges(readTargets().values(), clock.millis());
    changes.noteChanges(gateway.get(), clock.millis());
    return changes.lastId() != before;
  }

  /** Moves on by one second. */
  public synchronized void tick() {
    forgetOthers(config.get());
    all.tick();
    routes.values().forEach(RouteTraffic::tick);
    targets.values().forEach(TargetTraffic::tick);
    refusals.tick();
    callers.tick();
    answers.tick();
    firstTokens.tick();
    takeArrived();
    changes.tick(readRoutes(), clock.millis());
    history.add(sample());
  }

  private void forgetOthers(GatewayConfig now) {
    Set<String> targetNames = now.targets().keySet();
    Set<String> routeNames = now.routes().keySet();
    targets.keySet().retainAll(targetNames);
    routes.keySet().retainAll(routeNames);
    refusals.keepOnly(targetNames, routeNames);
    callers.keepOnly(routeNames);
    changes.keepOnly(targetNames, routeNames);
  }

  private void takeArrived() {
    for (UnusualCall next = arrived.poll(); next != null; next = arrived.poll()) {
      if (unusual.size() == KEPT_CALLS) {
        unusual.removeFirst();
      }
      unusual.addLast(next.numbered(++calls));
    }
  }

  private History.Sample sample() {
    JsonObject json = new JsonObject().put("at", clock.millis());
    json.mergeIn(all.lately(1));
    percentiles(json, "answer", answers.lately());
    percentiles(json, "firstToken", firstTokens.lately());
    long input = 0;
    long output = 0;
    long attempts = 0;
    long throttled = 0;
    for (TargetTraffic target : targets.values()) {
      input += target.inputLastSecond();
      output += target.outputLastSecond();
      attempts += target.attemptsLastSecond();
      throttled += target.throttledLastSecond();
    }
    long waiting = readTargets().values().stream().mapToLong(TargetReading::waiting).sum();
    return new History.Sample(
        json.put("inputTokens", input)
            .put("outputTokens", output)
            .put("attempts", attempts)
            .put("throttled", throttled)
            .put("waiting", waiting)
            .put("jobs", gateway.get().queue().queued()));
  }

  private static void percentiles(
      JsonObject json, String name, DurationHistogram.@Nullable Percentiles of) {
    json.put(name + "P50", of == null ? null : DurationHistogram.rounded(of.p50()))
        .put(name + "P95", of == null ? null : DurationHistogram.rounded(of.p95()))
        .put(name + "P99", of == null ? null : DurationHistogram.rounded(of.p99()));
  }

  /** What became of a route's calls. */
  public synchronized JsonObject routeLadder(String name) {
    return ladder(route(name));
  }

  private static JsonObject ladder(RouteTraffic traffic) {
    return new JsonObject()
        .put("last10s", traffic.lately(RECENT_SECONDS))
        .put("lastMinute", traffic.lately(RouteTraffic.SECONDS))
        .put("total", traffic.total());
  }

  /** What was sent to a target in the last minute. */
  public synchronized JsonObject lastMinute(TargetConfig target) {
    TargetTraffic traffic = target(target.target());
    return traffic.lastMinute().put("quotaUse", traffic.quotaUse(target.target().quota()));
  }

  /**
   * Adds the ladder, percentiles, the overall status, alarms, what happened and the last unusual
   * calls.
   *
   * @param since what the reader knows already
   * @return what it knows then
   */
  public synchronized Seen describe(JsonObject into, Seen since) {
    Map<String, TargetReading> targetsNow = readTargets();
    List<RouteReading> routesNow = readRoutes();
    GatewayReading gatewayNow = gateway.get();
    List<Alarm> alarms =
        Alarms.of(
            targetsNow,
            routesNow,
            refusals.lastMinute(),
            callers.lastMinute(),
            lastFailures(),
            gatewayNow);
    DurationHistogram.Percentiles answer = answers.lately();
    DurationHistogram.Percentiles firstToken = firstTokens.lately();
    into.put("at", clock.millis())
        .put("verdict", OverallStatus.of(routesNow, alarms, gatewayNow.calls()).json())
        .put("ladder", ladder(all))
        .put("answerMs", answer == null ? null : answer.json())
        .put("firstTokenMs", firstToken == null ? null : firstToken.json())
        .put("alarms", array(alarms.stream().map(Alarm::json).toList()))
        .put("events", array(changes.after(since.event).stream().map(Event::json).toList()))
        .put(
            "unusual",
            array(
                unusual.stream()
                    .filter(call -> call.id() > since.call)
                    .map(UnusualCall::json)
                    .toList()));
    return new Seen(changes.lastId(), calls);
  }

  /** How the last failed call of each route ended, if that is no more than a minute ago. */
  private Map<String, String> lastFailures() {
    long since = clock.millis() - TimeUnit.SECONDS.toMillis(RouteTraffic.SECONDS);
    Map<String, String> failures = new HashMap<>();
    for (UnusualCall call : unusual) {
      if (call.isFailure() && call.endedAtMillis() > since) {
        failures.put(call.route(), call.end());
      }
    }
    return failures;
  }

  /** Five minutes in columns. */
  public synchronized JsonObject history() {
    return history.json();
  }

  /** The last second. */
  public synchronized JsonObject lastSecond() {
    return history.lastJson();
  }

  /** The last event and the last unusual call that a reader knows. */
  public record Seen(long event, long call) {
    public static final Seen NOTHING = new Seen(0, 0);
  }

  private static JsonArray array(List<JsonObject> items) {
    return new JsonArray(new ArrayList<>(items));
  }

  private Map<String, TargetReading> readTargets() {
    long now = ticker.nanos();
    Map<String, TargetReading> readings = new LinkedHashMap<>();
    for (TargetConfig target : config.get().targets().values()) {
      readings.put(
          target.target().name(), TargetReading.of(target, target(target.target()), journeys, now));
    }
    return readings;
  }

  private List<RouteReading> readRoutes() {
    return config.get().routes().values().stream()
        .map(route -> new RouteReading(route.route(), route(route.route().name())))
        .toList();
  }
}
