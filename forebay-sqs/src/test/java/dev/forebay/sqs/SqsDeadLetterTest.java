package dev.forebay.sqs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.jobs.worker.JobRunner;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.model.Message;

/** What becomes a dead letter, and why. */
class SqsDeadLetterTest extends SqsFixture {
  @Test
  void realFailuresEndInTheDeadLetterQueueWithTheReason() {
    ScriptedRunner runner =
        ScriptedRunner.ending(
            number ->
                number == 3
                    ? new JobRunner.NoCapacity(Duration.ofMillis(10))
                    : new JobRunner.Broken("status 500, number " + number));
    bench.hasty().consume(runner);

    String id = bench.server().send(bench.in(), Bench.message("p"), Map.of("mine", "kept"));

    Message letter = deadLetters(1).getFirst();
    assertThat(letter.body()).isEqualTo(Bench.message("p"));
    assertThat(attributes(letter))
        .containsEntry("forebay-reason", "status 500, number 6")
        .containsEntry("forebay-failures", "5")
        .containsEntry("forebay-message-id", id)
        .containsEntry("mine", "kept");
    awaitGone();
    assertThat(runner.calls()).hasSize(6);
  }

  @Test
  void whatBedrockRefusesIsADeadLetterAtOnce() {
    ScriptedRunner runner =
        ScriptedRunner.ending(
            number -> new JobRunner.Refused("ValidationException (400)", Optional.empty()));
    bench.consume(runner);

    bench.server().send(bench.in(), Bench.message("p"));

    assertThat(attributes(deadLetters(1).getFirst()))
        .containsEntry("forebay-reason", "ValidationException (400)")
        .containsEntry("forebay-failures", "0");
    awaitGone();
    assertThat(runner.calls()).hasSize(1);
  }

  @Test
  void poisonGoesToTheDeadLetterQueueAtOnceWithoutACall() {
    ScriptedRunner runner = ScriptedRunner.pending();
    bench.maxBytes(2_000).consume(runner);
    String body = Bench.body("p");
    Map<String, String> reasons =
        Map.ofEntries(
            Map.entry("hello", "not valid JSON"),
            Map.entry("[1]", "a JSON object was expected"),
            Map.entry("{\"operation\": \"converse\", \"body\": {}", "not valid JSON"),
            Map.entry("{\"operation\":\"converse\",\"body\":{}} x", "not valid JSON"),
            Map.entry("{\"operation\":\"converse\",\"body\":{}} {}", "nothing was expected after"),
            Map.entry("{\"operation\":\"converse\"}", "body is missing"),
            Map.entry("{\"operation\":\"converse\",\"body\":\"p\"}", "body must be a JSON object"),
            Map.entry("{\"operation\":\"converse-stream\",\"body\":{}}", "operation must be"),
            Map.entry("{\"body\":{}}", "operation must be"),
            Map.entry("{\"operation\":\"converse\",\"model\":\"x\",\"body\":{}}", "is unknown"),
            Map.entry(
                "{\"operation\":\"converse\",\"operation\":\"invoke\",\"body\":{}}",
                "not valid JSON"),
            Map.entry(
                "{\"operation\":\"converse\",\"modelId\":\"nobody\",\"body\":%s}".formatted(body),
                "no route for the model nobody"),
            Map.entry(
                "{\"operation\":\"converse\",\"modelId\":\"other\",\"body\":%s}".formatted(body),
                "belongs to the route other"),
            Map.entry(
                "{\"operation\":\"converse\",\"headers\":{\"a\":1},\"body\":%s}".formatted(body),
                "a header's value must be a text"),
            Map.entry(
                "{\"operation\":\"converse\",\"headers\":{\"a\":\"b\\nc\"},\"body\":%s}"
                    .formatted(body),
                "a header cannot be one of HTTP"),
            Map.entry(Bench.message("p".repeat(2_000)), "the limit is 2000"));
    reasons.keySet().forEach(text -> bench.server().send(bench.in(), text));
    bench.server().send(bench.in(), Bench.message("p"), Map.of("forebay-reply-queue", bench.in()));

    List<Message> letters = deadLetters(reasons.size() + 1);
    for (Message letter : letters) {
      String expected =
          reasons.getOrDefault(letter.body(), "names none of the queues that replyQueue allows");
      assertThat(attributes(letter).get("forebay-reason"))
          .as(letter.body())
          .contains(expected)
          .doesNotContain("hello");
    }
    awaitGone();
    assertThat(runner.calls()).isEmpty();
  }

  @Test
  void anAnswerThatCannotBeStoredMakesADeadLetterInsteadOfAnotherCall() {
    ScriptedRunner runner = ScriptedRunner.ending(number -> ScriptedRunner.answer("{}"));
    bench.replyQueues(bench.in() + "-that-is-not-there").consume(runner);

    bench.server().send(bench.in(), Bench.message("p"));

    assertThat(attributes(deadLetters(1).getFirst()).get("forebay-reason"))
        .startsWith("the answer could not be stored: ");
    awaitGone();
    assertThat(runner.calls()).hasSize(1);
  }

  @Test
  void aMessageAsLargeAsMayBeBecomesADeadLetterWithoutAttributes() {
    bench.maxBytes(1_000).consume(ScriptedRunner.pending());
    String largest = "x".repeat(262_144);

    bench.server().send(bench.in(), largest);

    Message letter = deadLetters(1).getFirst();
    assertThat(letter.body()).isEqualTo(largest);
    awaitGone();
  }
}
