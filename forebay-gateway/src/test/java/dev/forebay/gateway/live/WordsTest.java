package dev.forebay.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.gateway.live.Words.ShownRung;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the gateway names, people have a word for. */
class WordsTest {
  @Test
  void eachEndOfACallStandsOnOneRung() {
    List<String> shown = Words.rungs().stream().map(ShownRung::ends).flatMap(List::stream).toList();
    assertThat(Stream.concat(shown.stream(), Stream.of("left")))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Rung.values()).map(Rung::label).toList());
    assertThat(Words.end("broken")).isEqualTo("broken off");
    assertThat(Words.end("left")).isEqualTo("abandoned");
  }

  @Test
  void eachOutcomeHasAWord() {
    for (String outcome : TargetTraffic.OUTCOMES) {
      assertThat(Words.outcomes()).contains(outcome);
      assertThat(Words.outcome(outcome)).isNotBlank().doesNotContain("_");
    }
  }

  @Test
  void anotherVersionsNamesAreReadable() {
    assertThat(Words.outcome("gone_away")).isEqualTo("gone away");
  }
}
