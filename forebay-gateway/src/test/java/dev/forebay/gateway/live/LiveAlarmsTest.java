package dev.forebay.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Outcome;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What raises an alarm, what does not, and what the overall status says of it. */
class LiveAlarmsTest extends LiveJourneys {
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
    JsonObject overall = status.getJsonObject("verdict");
    assertThat(overall.getString("level")).isEqualTo("critical");
    assertThat(overall.getString("headline"))
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

  @Test
  void aCircuitThatOpensHappensAndRaisesAnAlarmWithAdvice() {
    assertThat(view.noteChanges()).isFalse();
    for (int i = 0; i < 5; i++) {
      call(new Outcome.Failed(Outcome.Fault.SERVICE, DOWN), modelFault(), answer());
    }
    assertThat(view.noteChanges()).isTrue();
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
    assertThat(view.noteChanges()).isTrue();
    assertThat(texts(described(), "events")).endsWith("the circuit is half open: probes are sent");
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

  @Test
  void aRefusedConfigurationIsABannerUntilTheFileIsRight() {
    call(answer());
    view.tick();
    configRefused = List.of("forebay.yaml:7:5: a: 60 has no unit; add one", "forebay.yaml:9:1: b");
    assertThat(view.noteChanges()).isTrue();
    assertThat(view.noteChanges()).isFalse();

    JsonObject status = described();
    JsonObject banner = alarms(status).getFirst();
    assertThat(banner.getString("kind")).isEqualTo("config");
    assertThat(banner.getBoolean("banner")).isTrue();
    assertThat(banner.getString("text"))
        .contains("forebay.yaml:7:5: a: 60 has no unit; add one (and 1 more problem)");
    assertThat(headline(status)).isEqualTo("ok: Calls are answered by the model they ask for.");

    configRefused = List.of();
    assertThat(view.noteChanges()).isTrue();
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
}
