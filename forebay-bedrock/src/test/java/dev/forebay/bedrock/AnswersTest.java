package dev.forebay.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswersTest {
  private static final String WHOLE =
      "{\"output\":{\"message\":{\"content\":[{\"text\":\"a __type b\"}]}},\"usage\":{\"inputTokens\":3}}";

  @Test
  void aWholeAnswerHasNoProblem() {
    assertThat(problem(WHOLE)).isEmpty();
    assertThat(problem("  {}\n")).isEmpty();
  }

  @Test
  void everyPartOfAnAnswerIsNotWhole() {
    for (int end = 0; end < WHOLE.length(); end++) {
      assertThat(problem(WHOLE.substring(0, end))).as("cut at %d", end).isPresent();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<html>Bad gateway</html> | no JSON object",
        "[] | no JSON object",
        "{\"__type\":\"UnknownOperationException\"} | an error",
        "{\"Output\":{\"__type\":\"x#InternalFailure\"},\"Version\":\"1.0\"} | an error",
        "{} {} | behind its end",
      })
  void whatIsNoAnswerIsReported(String body, String expected) {
    assertThat(problem(body)).hasValueSatisfying(text -> assertThat(text).contains(expected));
  }

  private static Optional<String> problem(String body) {
    return Answers.problem(body.getBytes(StandardCharsets.UTF_8));
  }
}
