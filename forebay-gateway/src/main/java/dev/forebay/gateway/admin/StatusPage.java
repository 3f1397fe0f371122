package dev.forebay.gateway.admin;

import dev.forebay.config.GatewayConfig;
import dev.forebay.config.RouteConfig;
import dev.forebay.config.TargetConfig;
import dev.forebay.core.FleetReading;
import dev.forebay.core.SharedAnswers;
import dev.forebay.core.Target;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.Tier;
import dev.forebay.core.admission.TargetLoad;
import dev.forebay.core.targets.TargetState;
import dev.forebay.engine.MemoryBudget;
import dev.forebay.engine.pipeline.CallPipeline;
import dev.forebay.engine.route.OperationTarget;
import dev.forebay.engine.upstream.ConnectionLog;
import dev.forebay.gateway.call.GatewayRuntime;
import dev.forebay.gateway.config.ReloadStatus;
import dev.forebay.gateway.jobs.JobService;
import dev.forebay.gateway.jobs.QueueFigures;
import dev.forebay.gateway.live.LiveView;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** {@code /api/status}: the routes and what is known of their targets, for programs. */
public final class StatusPage {
  private final GatewayRuntime runtime;
  private final CallPipeline pipeline;
  private final @Nullable JobService jobService;

  /**
   * A page of that gateway.
   *
   * @param jobService the durable queue; null where there is none
   */
  public StatusPage(
      GatewayRuntime runtime, CallPipeline pipeline, @Nullable JobService jobService) {
    this.runtime = runtime;
    this.pipeline = pipeline;
    this.jobService = jobService;
  }

  public String json() {
    JsonObject status = state();
    var unused = runtime.live().describe(status, LiveView.Seen.NOTHING);
    return status.encodePrettily();
  }

  /** All but what the live view adds of the gateway as a whole. */
  public JsonObject state() {
    GatewayConfig config = runtime.snapshot().config();
    JsonObject routes = new JsonObject();
    config.routes().forEach((name, route) -> routes.put(name, route(route)));
    JsonObject targets = new JsonObject();
    config.targets().forEach((name, target) -> targets.put(name, target(target)));
    return new JsonObject()
        .put("draining", runtime.draining())
        .put("config", configNews(runtime.configNews()))
        .put("calls", runtime.calls())
        .put("connections", runtime.connectionLimiter().connections())
        .put("connectionsTurnedAway", runtime.connectionLimiter().turnedAway())
        .put("busyRefusals", runtime.busy())
        .put("bodyBytes", runtime.memory().held())
        .put("memory", memory())
        .put("cache", new JsonObject(Map.copyOf(pipeline.cacheLoad())))
        .put("idempotency", new JsonObject(Map.copyOf(pipeline.idempotencyLoad())))
        .put("lessons", adaptations())
        .put("queue", queue())
        .put("cluster", cluster())
        .put("routes", routes)
        .put("targets", targets);
  }

  private JsonObject memory() {
    MemoryBudget memory = runtime.memory();
    return new JsonObject()
        .put("heldBytes", memory.held())
        .put("maxHeldBytes", memory.limit())
        .put("refused", memory.refused())
        .put("idleCallers", runtime.idleCallers());
  }

  /** By model. */
  private JsonObject adaptations() {
    JsonObject adaptations = new JsonObject();
    runtime
        .adaptations()
        .ofModels()
        .forEach((model, lacks) -> adaptations.put(model, new JsonArray(List.copyOf(lacks))));
    return adaptations;
  }

  /** Null where there is none. */
  private @Nullable JsonObject queue() {
    if (jobService == null) {
      return null;
    }
    QueueFigures figures = jobService.workers().figures();
    JsonObject jobs = new JsonObject();
    QueueFigures.states().forEach(state -> jobs.put(state, figures.jobs(state)));
    return new JsonObject()
        .put("reachable", figures.reachable())
        .put("jobs", jobs)
        .put("bytes", figures.bytes())
        .put("oldestSeconds", figures.oldest().toSeconds())
        .put("runningHere", jobService.workers().running());
  }

  /** Null where quotas are not shared. */
  private @Nullable JsonObject cluster() {
    FleetReading fleet = runtime.fleet();
    if (fleet == null) {
      return null;
    }
    JsonObject slices = new JsonObject();
    fleet
        .slices()
        .forEach(
            (target, slice) ->
                slices.put(
                    target,
                    new JsonObject()
                        .put("quota", slice.quota())
                        .put("wants", slice.wants())
                        .put("share", slice.share())
                        .put("leased", slice.leased())
                        .put("learnedPerMinute", Math.round(slice.learnedPerMinute()))
                        .put("learning", slice.learning())
                        .put("windowed", slice.windowed())
                        .put("open", slice.open())
                        .put("members", parts(slice.parts()))));
    return new JsonObject()
        .put("member", fleet.member())
        .put("reachable", fleet.reachable())
        .put("store", fleet.store().label())
        .put("members", fleet.members())
        .put("names", new JsonArray(fleet.names()))
        .put("slices", slices)
        .put("operations", fleet.operations())
        .put("failures", fleet.failures())
        .put("lastFailure", failure(fleet.lastFailure()))
        .put(
            "lastFailureSeconds",
            fleet.lastFailure().isEmpty() ? null : fleet.lastFailureAge().toSeconds())
        .put("answers", sharedAnswers());
  }

  private static JsonArray parts(List<FleetReading.Part> parts) {
    JsonArray all = new JsonArray();
    parts.forEach(
        part ->
            all.add(
                new JsonObject()
                    .put("name", part.member())
                    .put("share", part.share())
                    .put("wants", part.wants())));
    return all;
  }

  /** Null where no answers are shared. */
  private @Nullable JsonObject sharedAnswers() {
    SharedAnswers.Diagnostics answers = pipeline.sharedReading();
    return answers == null
        ? null
        : new JsonObject()
            .put("reachable", answers.reachable())
            .put("hits", answers.hits())
            .put("misses", answers.misses())
            .put("waits", answers.waits())
            .put("kept", answers.kept())
            .put("failures", answers.failures())
            .put("lastFailure", failure(answers.lastFailure()));
  }

  private static @Nullable String failure(String text) {
    return text.isEmpty() ? null : text;
  }

  private static JsonObject configNews(ReloadStatus news) {
    return new JsonObject()
        .put("since", news.since().toString())
        .put("reloads", news.reloads())
        .put("refused", new JsonArray(news.refused()))
        .put("afterRestart", new JsonArray(news.afterRestart()));
  }

  private JsonObject route(RouteConfig config) {
    JsonArray tiers = new JsonArray();
    for (Tier tier : config.route().tiers()) {
      tiers.add(new JsonArray(tier.targets().stream().map(Target::name).toList()));
    }
    return new JsonObject()
        .put("tiers", tiers)
        .put("deadlineMs", config.route().deadline().toMillis())
        .put("patienceMs", config.route().patience().toMillis())
        .put("ladder", runtime.live().routeLadder(config.route().name()));
  }

  private static JsonObject waiting(TargetLoad load) {
    return new JsonObject()
        .put("interactive", load.interactive())
        .put("standard", load.standard())
        .put("batch", load.batch())
        .put("tokens", load.waitingTokens())
        .put("bytes", load.waitingBytes());
  }

  /**
   * Null where nothing limits, because the quota is neither configured nor learned from throttles.
   */
  private static @Nullable JsonObject bucket(TargetLoad load) {
    return load.capacity() == 0
        ? null
        : new JsonObject()
            .put("level", load.level())
            .put("capacity", load.capacity())
            .put("tokensPerMinute", Math.round(load.tokensPerSecond() * 60));
  }

  private static JsonObject quota(TargetQuota quota) {
    return switch (quota) {
      case TargetQuota.Joint joint ->
          new JsonObject()
              .put("requestsPerMinute", orNull(joint.requestsPerMinute()))
              .put("tokensPerMinute", orNull(joint.tokensPerMinute()))
              .put("burndown", joint.burndown());
      case TargetQuota.Split split ->
          new JsonObject()
              .put("inputTokensPerMinute", split.inputTokensPerMinute())
              .put("outputTokensPerMinute", split.outputTokensPerMinute());
    };
  }

  private static @Nullable Long orNull(long perMinute) {
    return perMinute == 0 ? null : perMinute;
  }

  private JsonObject target(TargetConfig config) {
    long now = runtime.ticker().nanos();
    TargetState state = runtime.journeys().targets().state(config.target(), now);
    TargetLoad load = state.load(now);
    return new JsonObject()
        .put("region", config.region())
        .put("model", config.model().orElse("*"))
        .put("breaker", state.breaker().position(now).name().toLowerCase(Locale.ROOT))
        .put("slow", state.breaker().openedForSlowness(now))
        .put("gateMs", TimeUnit.NANOSECONDS.toMillis(state.cooldownNanos(now)))
        .put("inFlight", state.inFlight())
        .put("waiting", waiting(load))
        .put("bucket", bucket(load))
        .put("quota", quota(config.target().quota()))
        .put("retryTokens", state.retryBudget().tokens(now))
        .put("operations", operations(config.target(), now))
        .put("connectionError", connectionError(config.target()))
        .put("lastMinute", runtime.live().lastMinute(config));
  }

  /** Operations that have a circuit and quotas of their own there, as far as they were used. */
  private JsonObject operations(Target target, long nowNanos) {
    JsonObject operations = new JsonObject();
    for (String operation : OperationTarget.OPERATIONS) {
      TargetState state =
          runtime.journeys().targets().known(OperationTarget.name(target.name(), operation));
      if (state != null) {
        operations.put(
            operation,
            new JsonObject()
                .put("breaker", state.breaker().position(nowNanos).name().toLowerCase(Locale.ROOT))
                .put("gateMs", TimeUnit.NANOSECONDS.toMillis(state.cooldownNanos(nowNanos)))
                .put("inFlight", state.inFlight())
                .put("bucket", bucket(state.load(nowNanos))));
      }
    }
    return operations;
  }

  /** The last failure of a connection; null if there was none. */
  private @Nullable JsonObject connectionError(Target target) {
    ConnectionLog.Failure last = runtime.snapshot().signedTarget(target).connections().last();
    return last == null
        ? null
        : new JsonObject().put("message", last.message()).put("at", last.at().toString());
  }
}
