package dev.forebay.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an operator sees of calls, targets and the queue. */
class LiveViewTest extends LiveJourneys {
  @Test
  void eachCallIsCountedByItsDisposition() {
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
    assertThat(view.noteChanges()).isTrue();
    assertThat(view.noteChanges()).isFalse();
    assertThat(texts(described(), "alarms"))
        .containsExactly("The oldest job has waited for 11 minutes.");
    queue = new QueueReading(true, 0, 2, Duration.ZERO);
    assertThat(view.noteChanges()).isTrue();
    view.tick();

    assertThat(texts(described(), "events"))
        .containsExactly("jobs wait", "no job waits any more", "2 more jobs failed for good");
    assertThat(texts(described(), "alarms"))
        .containsExactly("2 jobs failed for good (dead letters).");

    queue = new QueueReading(false, 0, 2, Duration.ZERO);
    assertThat(view.noteChanges()).isTrue();
    assertThat(described().getJsonObject("verdict").getString("level")).isEqualTo("critical");
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
  void readersGetOnlyWhatIsNew() {
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
}
