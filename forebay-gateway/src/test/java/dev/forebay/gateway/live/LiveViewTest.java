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
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Real journeys, whose attempts end as the test says; time stands still unless it says. */
class LiveViewTest {
  private static final String ROUTE = "anthropic.claude-sonnet-4-6";
  private static final ErrorInfo BROKEN =
      new ErrorInfo(424, "ModelErrorException", "it quotes the prompt: tell me a secret");
  private static final ErrorInfo DOWN = new ErrorInfo(500, "InternalServerException", "down");

  private final GatewayConfig config =
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
  private final Journeys journeys = new Journeys();
  private long now = 1;
  private QueueReading queue = QueueReading.NONE;
  private List<String> configRefused = List.of();
  private Map<String, String> connectionErrors = Map.of();
  private int underWay;
  private final LiveView view =
      new LiveView(() -> config, journeys, () -> now, this::wallTime, this::reading);

  private GatewayReading reading() {
    return new GatewayReading(queue, underWay, configRefused, List.of(), connectionErrors);
  }

  private Instant wallTime() {
    return Instant.ofEpochSecond(1_000, now);
  }

  private TargetConfig target(String name) {
    return Objects.requireNonNull(config.targets().get(name));
  }

  private JsonObject described() {
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

  private static List<JsonObject> alarms(JsonObject status) {
    return status.getJsonArray("alarms").stream().map(JsonObject.class::cast).toList();
  }

  private static List<String> kinds(JsonObject status) {
    return alarms(status).stream().map(alarm -> alarm.getString("kind")).toList();
  }

  private static String headline(JsonObject status) {
    JsonObject verdict = status.getJsonObject("verdict");
    return verdict.getString("level") + ": " + verdict.getString("headline");
  }

  /** One call, whose attempts end so, one after the other. */
  private void call(Outcome... outcomes) {
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
  private void fail() {
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

  private Journey begin() {
    return journeys.begin(
        Objects.requireNonNull(config.routes().get(ROUTE)).route(),
        new Call(true, 100, 50, Call.ROUTE_DEADLINE),
        now,
        new SplittableRandom(1),
        view.watch());
  }

  /** A call whose caller leaves before there is an answer. */
  private void leave() {
    Journey journey = begin();
    Step attempt = journey.start(now, () -> {});
    now += Duration.ofMillis(20).toNanos();
    journey.callerLeft(now);
    assertThat(attempt).isInstanceOf(Step.Attempt.class);
  }

  private static Outcome answer() {
    return new Outcome.Succeeded(new TokenUsage(100, 200, 0, 0));
  }

  private static Outcome modelFault() {
    return new Outcome.Failed(Outcome.Fault.MODEL, BROKEN);
  }

  @Test
  void eachCallIsCountedOnTheRungWhereItEnded() {
    call(answer());
    call(answer());
    call(modelFault(), answer());
    view.queued(ROUTE);
    view.tick();

    JsonObject counts = described().getJsonObject("ladder").getJsonObject("last10s");
    assertThat(counts.getLong("first")).isEqualTo(2);
    assertThat(counts.getLong("fallback")).isEqualTo(1);
    assertThat(counts.getLong("queued")).isEqualTo(1);
    assertThat(counts.getLong("refused")).isZero();
    assertThat(view.routeLadder(ROUTE).getJsonObject("total").getLong("fallback")).isEqualTo(1);
    assertThat(described().getJsonObject("firstTokenMs").getLong("count")).isEqualTo(3);
  }

  @Test
  void aTargetsMinuteShowsItsAttemptsTokensAndTheShareOfItsQuota() {
    call(answer());
    call(modelFault(), answer());
    view.tick();

    JsonObject first = view.lastMinute(target("first"));
    assertThat(first.getLong("attempts")).isEqualTo(2);
    assertThat(first.getJsonObject("outcomes").getMap())
        .isEqualTo(Map.of("succeeded", 1L, "failed", 1L));
    assertThat(first.getJsonObject("tokens").getLong("output")).isEqualTo(200);
    // 100 in and 5 times 200 out, of 10,000.
    assertThat(first.getDouble("quotaUse")).isEqualTo(0.11);
    assertThat(view.lastMinute(target("second")).getDouble("quotaUse")).isNull();
  }

  @Test
  void anUnusualCallIsKeptWithItsJourneyAndNothingOfItsContent() {
    call(answer());
    call(modelFault(), answer());
    view.tick();

    JsonArray unusual = described().getJsonArray("unusual");
    assertThat(unusual).hasSize(1);
    JsonObject kept = unusual.getJsonObject(0);
    assertThat(kept.getString("rung")).isEqualTo("fallback");
    List<String> kinds =
        kept.getJsonArray("steps").stream()
            .map(step -> ((JsonObject) step).getString("kind"))
            .toList();
    assertThat(kinds)
        .containsSubsequence(
            "attempt", "failure", "switch", "attempt", "content", "success", "end");
    assertThat(kept.encode()).contains("424 ModelErrorException").doesNotContain("secret");
  }

  /** Callers that leave after that long, without any content. */
  private void leave(int callers, Duration after) {
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

  @Test
  void callersThatAllLeaveAreTheHeadlineAndAnAlarmWithItsRemedy() {
    leave(24, Duration.ofSeconds(5));
    for (int i = 0; i < 15; i++) {
      view.tick();
    }
    JsonObject status = described();
    JsonObject alarm = alarm(status, "callers-leave");
    assertThat(alarm.getString("level")).isEqualTo("critical");
    assertThat(alarm.getString("text"))
        .isEqualTo(
            "24 callers left in the last minute before they were answered, the last one after"
                + " 5.0 s.");
    assertThat(alarm.getString("advice"))
        .contains("deadline is 30 s")
        .contains("raise the read timeout")
        .contains("docs/clients.md");
    JsonObject verdict = status.getJsonObject("verdict");
    assertThat(verdict.getString("level")).isEqualTo("critical");
    assertThat(verdict.getString("headline"))
        .isEqualTo(
            ROUTE
                + ": 24 callers left in the last minute before they were answered, the last one"
                + " after 5.0 s.");
    assertThat(view.callers().left()).containsEntry(ROUTE, 24L);
  }

  @Test
  void aFewThatLeaveAmongManyAreNone() {
    for (int i = 0; i < 40; i++) {
      call(answer());
    }
    leave(4, Duration.ofSeconds(1));
    view.tick();
    assertThat(described().getJsonArray("alarms").encode()).doesNotContain("callers-leave");
  }

  @Test
  void oneClientThatGivesUpAndTriesAgainIsAnAlarmThoughItLeavesTwiceAMinute() {
    leave(2, Duration.ofSeconds(30));
    view.repeated(ROUTE);
    view.repeated(ROUTE);
    view.tick();

    assertThat(alarm(described(), "callers-leave").getString("level")).isEqualTo("warning");
    assertThat(alarm(described(), "callers-retry").getString("advice")).contains("docs/clients.md");
  }

  @Test
  void oneCallerThatLeavesIsNoAlarm() {
    leave(1, Duration.ofSeconds(1));
    view.tick();

    assertThat(described().getJsonArray("alarms").encode()).doesNotContain("callers-leave");
  }

  @Test
  void callersThatRetryAreAnAlarmWithItsRemedy() {
    for (int i = 0; i < 10; i++) {
      call(answer());
      view.repeated(ROUTE);
    }
    view.tick();
    assertThat(alarm(described(), "callers-retry").getString("text"))
        .isEqualTo("10 calls of the last minute were retries by their callers.");
    assertThat(view.callers().repeated()).containsEntry(ROUTE, 10L);
  }

  private static JsonObject alarm(JsonObject status, String kind) {
    return status.getJsonArray("alarms").stream()
        .map(JsonObject.class::cast)
        .filter(each -> each.getString("kind").equals(kind))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aBurstOfOneKindDoesNotPushOutTheRest() {
    call(modelFault(), answer());
    view.tick();
    for (int second = 0; second < 20; second++) {
      for (int i = 0; i < 30; i++) {
        call(modelFault(), answer());
      }
      view.tick();
    }
    assertThat(described().getJsonArray("unusual")).hasSize(21);
    for (int second = 0; second < 100; second++) {
      call(modelFault(), answer());
      view.tick();
    }
    assertThat(described().getJsonArray("unusual")).hasSize(50);
  }

  @Test
  void aCircuitThatOpensHappensAndRaisesAnAlarmWithAdvice() {
    assertThat(view.look()).isFalse();
    for (int i = 0; i < 5; i++) {
      call(new Outcome.Failed(Outcome.Fault.SERVICE, DOWN), modelFault(), answer());
    }
    assertThat(view.look()).isTrue();
    view.tick();

    JsonObject status = described();
    assertThat(texts(status, "events")).contains("the circuit opened: it fails");
    JsonObject alarm =
        status.getJsonArray("alarms").stream()
            .map(JsonObject.class::cast)
            .filter(one -> one.getString("kind").equals("breaker"))
            .findFirst()
            .orElseThrow();
    assertThat(alarm.getString("about")).isEqualTo("first");
    assertThat(alarm.getString("advice")).isNotBlank();
    assertThat(status.getJsonObject("verdict").getString("level")).isEqualTo("warning");
    assertThat(status.getJsonObject("verdict").getString("headline")).contains("fallback");
    assertThat(status.getJsonObject("verdict").getString("why")).contains("first: Circuit open");

    connectionErrors = Map.of("first", "The connection to nowhere:443 failed: name not found");
    assertThat(texts(described(), "alarms"))
        .contains("Circuit open: it fails. The connection to nowhere:443 failed: name not found.");

    now += Duration.ofMinutes(6).toNanos();
    assertThat(view.look()).isTrue();
    assertThat(texts(described(), "events")).endsWith("the circuit is half open: probes are sent");
  }

  @Test
  void fallbacksHappenOnceUntilThereWasNoneForTenSeconds() {
    for (int i = 0; i < 3; i++) {
      call(modelFault(), answer());
    }
    view.tick();
    call(modelFault(), answer());
    view.tick();
    assertThat(texts(described(), "events")).containsExactly("calls fall back");
    for (int i = 0; i < 10; i++) {
      view.tick();
    }
    assertThat(texts(described(), "events"))
        .containsExactly("calls fall back", "no call fell back for 10 s");
  }

  @Test
  void aFewCallsThatMostlyFallBackRaiseAnAlarm() {
    call(modelFault(), answer());
    call(modelFault(), answer());
    view.tick();
    assertThat(kinds()).doesNotContain("fallback");

    call(modelFault(), answer());
    view.tick();
    assertThat(kinds()).contains("fallback");
    assertThat(texts(described(), "alarms"))
        .contains("3 of 3 calls got a fallback's answer in the last minute.");

    for (int i = 0; i < 4; i++) {
      call(answer());
    }
    view.tick();
    assertThat(kinds()).doesNotContain("fallback");
  }

  private List<String> kinds() {
    return described().getJsonArray("alarms").stream()
        .map(alarm -> ((JsonObject) alarm).getString("kind"))
        .toList();
  }

  @Test
  void aSpikeIsThreeTimesTheCallsOfTheTimeBefore() {
    for (int second = 0; second < 15; second++) {
      call(answer());
      view.tick();
    }
    assertThat(texts(described(), "events")).isEmpty();
    for (int second = 0; second < 3; second++) {
      for (int i = 0; i < 20; i++) {
        view.queued(ROUTE);
      }
      view.tick();
    }
    assertThat(texts(described(), "events")).singleElement().asString().startsWith("traffic rose");
  }

  @Test
  void theQueueFillsDrainsAndLeavesDeadLetters() {
    queue = new QueueReading(true, 3, 0, Duration.ofMinutes(11));
    assertThat(view.look()).isTrue();
    assertThat(view.look()).isFalse();
    assertThat(texts(described(), "alarms"))
        .containsExactly("The oldest job has waited for 11 minutes.");
    queue = new QueueReading(true, 0, 2, Duration.ZERO);
    assertThat(view.look()).isTrue();
    view.tick();

    assertThat(texts(described(), "events"))
        .containsExactly("jobs wait", "no job waits any more", "2 more jobs failed for good");
    assertThat(texts(described(), "alarms"))
        .containsExactly("2 jobs failed for good (dead letters).");

    queue = new QueueReading(false, 0, 2, Duration.ZERO);
    assertThat(view.look()).isTrue();
    assertThat(described().getJsonObject("verdict").getString("level")).isEqualTo("critical");
  }

  @Test
  void aRefusedConfigurationIsABannerUntilTheFileIsRight() {
    call(answer());
    view.tick();
    configRefused = List.of("forebay.yaml:7:5: a: 60 has no unit; add one", "forebay.yaml:9:1: b");
    assertThat(view.look()).isTrue();
    assertThat(view.look()).isFalse();

    JsonObject status = described();
    JsonObject banner = alarms(status).getFirst();
    assertThat(banner.getString("kind")).isEqualTo("config");
    assertThat(banner.getBoolean("banner")).isTrue();
    assertThat(banner.getString("text"))
        .contains("forebay.yaml:7:5: a: 60 has no unit; add one (and 1 more problem)");
    assertThat(headline(status)).isEqualTo("ok: Calls are answered by the model they ask for.");

    configRefused = List.of();
    assertThat(view.look()).isTrue();
    assertThat(alarms(described())).isEmpty();
    assertThat(texts(described(), "events"))
        .containsExactly(
            "the configuration file is refused", "the configuration file is in force again");
  }

  @Test
  void aLostJobStoreIsABannerAndTheCallsKeepTheirOwnSentence() {
    call(answer());
    view.tick();
    queue = new QueueReading(false, 0, 2, Duration.ZERO);

    JsonObject status = described();
    assertThat(kinds(status)).containsExactly("queue-store", "dead-letters");
    assertThat(alarms(status).getFirst().getBoolean("banner")).isTrue();
    assertThat(headline(status)).isEqualTo("critical: The job store does not answer.");
    JsonObject calls = status.getJsonObject("verdict").getJsonObject("calls");
    assertThat(calls.getString("level")).isEqualTo("ok");
    assertThat(calls.getString("text")).contains("answered by the model");
  }

  @Test
  void goodNewsIsGoodWhateverElseIsWrong() {
    call(answer());
    view.tick();
    queue = new QueueReading(true, 0, 1, Duration.ofMinutes(20));
    assertThat(kinds(described())).containsExactlyInAnyOrder("dead-letters", "queue");
    assertThat(headline(described())).startsWith("ok: ");
  }

  @Test
  void noCallsAreNeitherGoodNorBadNews() {
    assertThat(headline(described())).isEqualTo("info: No calls in the last 10 seconds.");
    underWay = 3;
    assertThat(headline(described()))
        .isEqualTo("info: No call has ended in the last 10 seconds; 3 under way.");
  }

  @Test
  void fewFailuresAreCountedAndHaveAnAlarmLikeMany() {
    fail();
    view.tick();
    assertThat(headline(described())).isEqualTo("warning: 1 of 1 calls fail.");
    assertThat(texts(described(), "alarms"))
        .singleElement()
        .asString()
        .startsWith("1 of 1 calls failed in the last minute. The last one: refused with ");

    fail();
    fail();
    view.tick();
    assertThat(headline(described())).isEqualTo("critical: 3 of 3 calls fail.");
    assertThat(alarms(described()).getFirst().getString("level")).isEqualTo("critical");
  }

  @Test
  void whatIsOverIsNoWarning() {
    for (int i = 0; i < 20; i++) {
      fail();
    }
    view.tick();
    assertThat(headline(described())).isEqualTo("critical: 100 % of calls fail.");
    for (int second = 0; second < 10; second++) {
      call(answer());
      view.tick();
    }
    JsonObject failing =
        alarms(described()).stream()
            .filter(alarm -> alarm.getString("kind").equals("failing"))
            .findFirst()
            .orElseThrow();
    assertThat(failing.getString("level")).isEqualTo("info");
    assertThat(failing.getString("text")).contains("; none in the last 10 s.");
    assertThat(headline(described())).startsWith("ok: ");
  }

  @Test
  void callersThatLeaveAreNoGoodNews() {
    for (int i = 0; i < 5; i++) {
      leave();
    }
    view.tick();
    assertThat(headline(described()))
        .isEqualTo("critical: 5 of 5 calls are abandoned by their callers.");
  }

  @Test
  void readersAreToldOnlyWhatIsNew() {
    call(modelFault(), answer());
    view.tick();
    JsonObject first = new JsonObject();
    LiveView.Seen seen = view.describe(first, LiveView.Seen.NOTHING);
    assertThat(first.getJsonArray("unusual")).hasSize(1);

    JsonObject second = new JsonObject();
    var unused = view.describe(second, seen);
    assertThat(second.getJsonArray("unusual")).isEmpty();
  }

  @Test
  void historyIsFiveMinutesInColumnsOfEqualLength() {
    for (int i = 0; i < 310; i++) {
      view.tick();
    }
    JsonObject history = view.history();
    assertThat(history.fieldNames()).contains("at", "first", "fallback", "answerP99", "waiting");
    history.forEach(column -> assertThat((JsonArray) column.getValue()).hasSize(300));
  }

  private static List<String> texts(JsonObject status, String name) {
    return status.getJsonArray(name).stream()
        .map(item -> ((JsonObject) item).getString("text"))
        .toList();
  }
}
