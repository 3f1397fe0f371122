package dev.forebay.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.TargetConfig;
import dev.forebay.core.Call;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Outcome;
import dev.forebay.core.Step;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.journey.Journey;
import dev.forebay.core.journey.Journeys;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/** Real journeys, whose attempts end as the test says; time stands still unless it says. */
abstract class LiveJourneys {
  static final String ROUTE = "anthropic.claude-sonnet-4-6";
  static final ErrorInfo BROKEN =
      new ErrorInfo(424, "ModelErrorException", "it quotes the prompt: tell me a secret");
  static final ErrorInfo DOWN = new ErrorInfo(500, "InternalServerException", "down");

  final GatewayConfig config =
      ConfigFile.parse(
          """
          targets:
            first: { region: us-east-1, model: anthropic.claude-sonnet-4-6, quota: { tokensPerMinute: 10000 } }
            second: { region: us-east-1, model: anthropic.claude-haiku-4-5-20251001-v1:0 }
          routes:
            anthropic.claude-sonnet-4-6: { tiers: [[first], [second]], deadline: 30s }
          """,
          "view.yaml",
          Map.of());
  final Journeys journeys = new Journeys();
  long now = 1;
  QueueReading queue = QueueReading.NONE;
  List<String> configRefused = List.of();
  Map<String, String> connectionErrors = Map.of();
  int underWay;
  final LiveView view =
      new LiveView(() -> config, journeys, () -> now, this::wallTime, this::reading);

  GatewayReading reading() {
    return new GatewayReading(queue, underWay, configRefused, List.of(), connectionErrors);
  }

  Instant wallTime() {
    return Instant.ofEpochSecond(1_000, now);
  }

  TargetConfig target(String name) {
    return Objects.requireNonNull(config.targets().get(name));
  }

  JsonObject described() {
    JsonObject json = new JsonObject();
    var unused = view.describe(json, LiveView.Seen.NOTHING);
    for (JsonObject alarm : alarms(json)) {
      assertThat(alarm.getString("advice"))
          .isNotBlank()
          .doesNotContainIgnoringCase("nothing to do");
      assertThat(alarm.getString("text")).isNotBlank();
    }
    return json;
  }

  static List<JsonObject> alarms(JsonObject status) {
    return status.getJsonArray("alarms").stream().map(JsonObject.class::cast).toList();
  }

  static List<String> kinds(JsonObject status) {
    return alarms(status).stream().map(alarm -> alarm.getString("kind")).toList();
  }

  static String headline(JsonObject status) {
    JsonObject overall = status.getJsonObject("verdict");
    return overall.getString("level") + ": " + overall.getString("headline");
  }

  /** One call, whose attempts end so, one after the other. */
  void call(Outcome... outcomes) {
    Journey journey = begin();
    Step step = journey.start(now, () -> {});
    for (Outcome outcome : outcomes) {
      while (step instanceof Step.WaitUntil wait) {
        now = Math.max(now, wait.nanos());
        step = journey.timer(now);
      }
      now += Duration.ofMillis(20).toNanos();
      assertThat(step).isInstanceOf(Step.Attempt.class);
      Step.Attempt attempt = (Step.Attempt) step;
      if (outcome instanceof Outcome.Succeeded) {
        journey.contentStarted(attempt, now);
      }
      step = journey.attemptEnded(attempt, outcome, now);
    }
  }

  /** A call whose attempts all fail. */
  void fail() {
    Journey journey = begin();
    Step step = journey.start(now, () -> {});
    while (step instanceof Step.WaitUntil || step instanceof Step.Attempt) {
      if (step instanceof Step.WaitUntil wait) {
        now = Math.max(now, wait.nanos());
        step = journey.timer(now);
      } else {
        now += Duration.ofMillis(20).toNanos();
        step = journey.attemptEnded((Step.Attempt) step, modelFault(), now);
      }
    }
  }

  Journey begin() {
    return journeys.begin(
        Objects.requireNonNull(config.routes().get(ROUTE)).route(),
        new Call(true, 100, 50, Call.ROUTE_DEADLINE),
        now,
        new SplittableRandom(1),
        view.watch());
  }

  /** A call whose caller leaves before there is an answer. */
  void leave() {
    Journey journey = begin();
    Step attempt = journey.start(now, () -> {});
    now += Duration.ofMillis(20).toNanos();
    journey.callerLeft(now);
    assertThat(attempt).isInstanceOf(Step.Attempt.class);
  }

  static Outcome answer() {
    return new Outcome.Succeeded(new TokenUsage(100, 200, 0, 0));
  }

  static Outcome modelFault() {
    return new Outcome.Failed(Outcome.Fault.MODEL, BROKEN);
  }

  /** Callers that leave after that long, without any content. */
  void leave(int callers, Duration after) {
    for (int i = 0; i < callers; i++) {
      Journey journey =
          journeys.begin(
              Objects.requireNonNull(config.routes().get(ROUTE)).route(),
              new Call(true, 100, 50, Call.ROUTE_DEADLINE),
              now,
              new SplittableRandom(1),
              view.watch());
      var unused = journey.start(now, () -> {});
      journey.callerLeft(now + after.toNanos());
    }
  }

  static JsonObject alarm(JsonObject status, String kind) {
    return status.getJsonArray("alarms").stream()
        .map(JsonObject.class::cast)
        .filter(each -> each.getString("kind").equals(kind))
        .findFirst()
        .orElseThrow();
  }

  List<String> kinds() {
    return described().getJsonArray("alarms").stream()
        .map(alarm -> ((JsonObject) alarm).getString("kind"))
        .toList();
  }

  static List<String> texts(JsonObject status, String name) {
    return status.getJsonArray(name).stream()
        .map(item -> ((JsonObject) item).getString("text"))
        .toList();
  }
}
