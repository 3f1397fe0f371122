package dev.forebay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
  @ParameterizedTest
  @CsvSource({
    "kitten,sitting,3",
    "pateince,patience,1",
    "first_token,firstToken,0",
    "'',abc,3",
    "abc,'',3",
    "same,same,0"
  })
  void countsEdits(String a, String b, int distance) {
    assertThat(Nearest.distance(a, b)).isEqualTo(distance);
  }

  @Test
  void suggestsNothingThatIsFar() {
    assertThat(Nearest.to("abc", List.of("xyz", "abz"))).contains("abz");
    assertThat(Nearest.to("abc", List.of("xyz", "axz"))).isEmpty();
  }
}
