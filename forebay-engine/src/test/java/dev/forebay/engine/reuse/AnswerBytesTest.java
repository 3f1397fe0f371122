package dev.forebay.engine.reuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.SharedAnswers;
import dev.forebay.engine.Headers;
import dev.forebay.engine.call.Answer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerBytesTest {
  private static Answer answer(boolean streamed, int bytes) {
    byte[] body = new byte[bytes];
    new Random(1).nextBytes(body);
    return new Answer(
        streamed,
        new Headers().add("content-type", "text/\u00fc").add("x", "1").add("x", "2"),
        body);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsWrittenIsRead(boolean streamed) {
    Answer answer = answer(streamed, 3_000);
    byte[] bytes = AnswerBytes.write(answer, 77).orElseThrow();
    AnswerBytes.Read read = AnswerBytes.read(bytes).orElseThrow();

    assertThat(read.tookNanos()).isEqualTo(77);
    assertThat(read.answer().streamed()).isEqualTo(streamed);
    assertThat(read.answer().body()).isEqualTo(answer.body());
    assertThat(read.answer().headers()).hasToString(answer.headers().toString());
  }

  @Test
  void whatIsTooLargeIsNotWritten() {
    assertThat(AnswerBytes.write(answer(false, SharedAnswers.MAX_BYTES), 1)).isEmpty();
    Headers long70k = new Headers().add("x", "y".repeat(70_000));
    assertThat(AnswerBytes.write(new Answer(false, long70k, new byte[0]), 1)).isEmpty();
  }

  @Test
  void whatIsCutOffOrChangedIsReadAsSomethingElseOrNotAtAll() {
    byte[] bytes = AnswerBytes.write(answer(false, 100), 1).orElseThrow();
    for (int length = 0; length < bytes.length; length++) {
      assertThat(AnswerBytes.read(Arrays.copyOf(bytes, length))).isEmpty();
    }
    Random random = new Random(2);
    for (int i = 0; i < 20_000; i++) {
      byte[] changed = bytes.clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        changed[random.nextInt(60)] = (byte) random.nextInt(256);
      }
      AnswerBytes.read(changed)
          .ifPresent(read -> assertThat(read.answer().body().length).isLessThanOrEqualTo(200));
    }
  }

  @Test
  void noHeaderIsSmuggledIn() {
    byte[] bytes = AnswerBytes.write(answer(false, 10), 1).orElseThrow();
    String text = new String(bytes, StandardCharsets.ISO_8859_1).replace("text/", "te\r\n/");
    assertThat(AnswerBytes.read(text.getBytes(StandardCharsets.ISO_8859_1))).isEmpty();
  }
}
