package dev.forebay.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.gateway.live.Wording.DispositionGroup;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the gateway names, people have a word for. */
class WordingTest {
  @Test
  void eachDispositionIsInOneGroup() {
    List<String> shown =
        Wording.dispositionGroups().stream()
            .map(DispositionGroup::ends)
            .flatMap(List::stream)
            .toList();
    assertThat(Stream.concat(shown.stream(), Stream.of("left")))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Disposition.values()).map(Disposition::label).toList());
    assertThat(Wording.end("broken")).isEqualTo("broken off");
    assertThat(Wording.end("left")).isEqualTo("abandoned");
  }

  @Test
  void eachOutcomeHasAWord() {
    for (String outcome : TargetTraffic.OUTCOMES) {
      assertThat(Wording.outcomes()).contains(outcome);
      assertThat(Wording.outcome(outcome)).isNotBlank().doesNotContain("_");
    }
  }

  @Test
  void anotherVersionsNamesAreReadable() {
    assertThat(Wording.outcome("gone_away")).isEqualTo("gone away");
  }
}
