package dev.forebay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubstitutionTest {
  private static final Map<String, String> ENV = Map.of("A", "alpha", "EMPTY", "", "REF", "${A}");

  private final List<String> problems = new ArrayList<>();

  @ParameterizedTest
  @CsvSource({
    "plain,plain",
    "${A},alpha",
    "x${A}y${A}z,xalphayalphaz",
    "${NONE:-beta},beta",
    "${NONE:-},''",
    "${A:-beta},alpha",
    "${EMPTY},''",
    "${EMPTY:-beta},beta",
    "$${A},${A}",
    "$$${A},$${A}",
    "${REF},${A}",
    "$A $ {A},$A $ {A}",
  })
  void replacesReferences(String template, String expected) {
    assertThat(apply(template).map(Substituted::text)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"${", "${}", "${A", "${1}", "${A-B}", "${A:-${B}}", "${A:beta}"})
  void refusesWhatIsNoReference(String template) {
    assertThat(apply(template)).isEmpty();
    assertThat(problems).contains("malformed reference to the environment");
  }

  @Test
  void namesEveryVariableThatIsNotSet() {
    assertThat(apply("${X}${A}${Y}")).isEmpty();
    assertThat(problems)
        .containsExactly("environment variable X is not set", "environment variable Y is not set");
  }

  @Test
  void knowsWhatTheFileDoesNotSpellOut() {
    Substituted text = apply("ab${A}${NONE:-cd}").orElseThrow();
    assertThat(text.isReferenced(2, 7)).isTrue();
    assertThat(text.isReferenced(1, 7)).isFalse();
    assertThat(text.isReferenced(2, 8)).isFalse();
    assertThat(text.isReferenced(3, 3)).isFalse();
  }

  private Optional<Substituted> apply(String template) {
    return Substitution.apply(template, ENV, false, (message, remedy) -> problems.add(message));
  }
}
