package dev.forebay.engine.reuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.engine.Headers;
import dev.forebay.engine.call.Answer;
import dev.forebay.engine.reuse.IdempotentAnswers.CallerKey;
import dev.forebay.engine.reuse.IdempotentAnswers.Kept;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class IdempotentAnswersTest {
  private static final int ROOM = 80_000;
  private static final long DAY = Duration.ofHours(24).toNanos();

  private final IdempotentAnswers answers = new IdempotentAnswers(ROOM);

  @Test
  void anAnswerIsKeptForADayWhateverTheClockBeginsAt() {
    long begin = Long.MAX_VALUE - 5;
    answers.keep(key("a"), kept(100, begin));

    assertThat(answers.find(key("a"), begin + DAY - 1)).isNotNull();
    assertThat(answers.find(new CallerKey("other", "a"), begin)).isNull();
    assertThat(answers.find(key("a"), begin + DAY)).isNull();
    assertThat(answers.load()).containsEntry("entries", 0L).containsEntry("bytes", 0L);
  }

  @Test
  void theOldestGoesWhenThereIsNoMoreRoom() {
    for (int i = 0; i < 100; i++) {
      answers.keep(key("k" + i), kept(6_000, i));
    }

    assertThat(answers.load().get("bytes")).isBetween(ROOM - 8_048L, (long) ROOM);
    assertThat(answers.load()).containsEntry("entries", 9L);
    assertThat(answers.find(key("k90"), 100)).isNull();
    assertThat(answers.find(key("k91"), 100)).isNotNull();
    assertThat(answers.find(key("k99"), 100)).isNotNull();
  }

  @Test
  void theSameKeyTakesItsPlaceOnce() {
    answers.keep(key("a"), kept(1_000, 0));
    answers.keep(key("a"), kept(2_000, 1));

    assertThat(answers.load()).containsEntry("entries", 1L).containsEntry("bytes", 4_048L);
  }

  @Test
  void oneAnswerMayNotPushOutAllOthers() {
    answers.keep(key("small"), kept(10, 0));
    answers.keep(key("large"), kept(ROOM / 8 + 1, 0));

    assertThat(answers.find(key("large"), 0)).isNull();
    assertThat(answers.find(key("small"), 0)).isNotNull();
  }

  private static CallerKey key(String text) {
    return new CallerKey("tenant", text);
  }

  private static Kept kept(int bytes, long atNanos) {
    return new Kept("request", new Answer(false, new Headers(), new byte[bytes]), atNanos);
  }
}
