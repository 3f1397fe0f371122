package dev.forebay.it.issues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.bedrock.Operation;
import dev.forebay.core.Flaw;
import dev.forebay.it.ScriptedModels;
import dev.forebay.it.ScriptedModels.Script;
import dev.forebay.jobs.JobStore;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An answer that came whole and is none (empty, or a refusal) passes on and is counted; a route
 * that names its flaw asks another target, and gives it all the same if no other answers.
 */
class FieldReport19And20FlawedAnswerTest {
  private static final String MODEL = "anthropic.claude-opus-4-1-20250805-v1:0";

  private static final List<Operation> OPERATIONS =
      List.of(
          Operation.CONVERSE, Operation.CONVERSE_STREAM, Operation.INVOKE, Operation.INVOKE_STREAM);

  private static ScriptedModels models;

  /** An answer with a flaw, by why it ended and what it says. */
  record Flawed(Flaw flaw, String stopReason, @Nullable String text) {
    Script script() {
      return Script.ends(stopReason, text);
    }
  }

  static List<Flawed> flawed() {
    return List.of(
        new Flawed(Flaw.REFUSAL, "refusal", null),
        new Flawed(Flaw.CONTENT_FILTERED, "content_filtered", null),
        new Flawed(Flaw.MALFORMED, "malformed_tool_use", null),
        new Flawed(Flaw.MALFORMED, "malformed_model_output", null),
        new Flawed(Flaw.EMPTY, "end_turn", null),
        new Flawed(Flaw.EMPTY, "end_turn", ""),
        new Flawed(Flaw.CONTEXT_WINDOW, "model_context_window_exceeded", null));
  }

  @BeforeAll
  static void start() {
    models = new ScriptedModels();
  }

  @AfterAll
  static void close() {
    models.close();
  }

  @ParameterizedTest
  @MethodSource("flawed")
  void whatIsNotNamedPassesAndIsCounted(Flawed flawed) throws Exception {
    for (String on : List.of("", "fallbackOn: []", "fallbackOn: " + allBut(flawed.flaw))) {
      models.script("a", flawed.script()).script("b", Script.answers());
      models.start(config("[a], [b]", on));
      for (Operation operation : OPERATIONS) {
        HttpResponse<byte[]> answer = models.call(MODEL, operation);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-forebay-answer")).hasValue("primary");
      }
      assertThat(models.asked()).containsOnly("a").hasSize(4);
      assertThat(models.page("/metrics"))
          .contains(
              "forebay_flawed_answers_total{reason=\"%s\",target=\"a\"} 4.0"
                  .formatted(flawed.flaw.label()));
    }
  }

  @ParameterizedTest
  @MethodSource("flawed")
  void whatIsNamedLetsTheNextTierAnswer(Flawed flawed) throws Exception {
    for (Operation operation : OPERATIONS) {
      for (String tiers : List.of("[a], [b]", "[a], [c], [b]")) {
        models.script("a", flawed.script()).script("c", flawed.script());
        models.script("b", Script.answers());
        models.start(config(tiers, "fallbackOn: [%s]".formatted(flawed.flaw.label())));

        HttpResponse<byte[]> answer = models.call(MODEL, operation);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-forebay-target")).hasValue("b");
        assertThat(answer.headers().firstValue("x-forebay-answer")).hasValue("fallback");
        assertThat(models.json("/api/status").toString()).doesNotContain("\"OPEN\"");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("flawed")
  void ifNoTargetAnswersBetterItIsTheAnswer(Flawed flawed) throws Exception {
    for (Operation operation : OPERATIONS) {
      models.script("a", flawed.script());
      models.start(config("[a]", ""));
      HttpResponse<byte[]> plain = models.call(MODEL, operation);
      for (Script fallback :
          List.of(
              Script.refuses(400, "ValidationException", "`temperature` is deprecated"),
              Script.throttles(20),
              flawed.script())) {
        models.script("b", fallback);
        models.start(config("[a], [b]", "fallbackOn: [%s]".formatted(flawed.flaw.label())));

        HttpResponse<byte[]> answer = models.call(MODEL, operation);

        assertThat(models.asked()).containsExactly("a", "b");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-forebay-target")).hasValue("a");
        assertThat(answer.headers().firstValue("x-forebay-answer")).hasValue("primary");
        assertThat(answer.headers().firstValue("content-type"))
            .isEqualTo(plain.headers().firstValue("content-type"));
        assertThat(answer.body()).isEqualTo(plain.body());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("flawed")
  void aFallbacksFlawedAnswerDoesNotHideAThrottleThatPasses(Flawed flawed) throws Exception {
    for (Operation operation : OPERATIONS) {
      models.script("a", Script.throttles(20)).script("b", flawed.script());
      models.start(config("[a], [b]", "fallbackOn: [%s]".formatted(flawed.flaw.label())));

      HttpResponse<byte[]> answer = models.call(MODEL, operation);

      assertThat(answer.statusCode()).isEqualTo(429);
      assertThat(answer.headers().firstValue("retry-after")).hasValue("20");
    }
  }

  @Test
  void onceContentFlowsTheAnswerStands() throws Exception {
    models.script("a", Script.ends("refusal", "I will not")).script("b", Script.answers());
    models.start(config("[a], [b]", "fallbackOn: [refusal]"));
    for (Operation operation : List.of(Operation.CONVERSE_STREAM, Operation.INVOKE_STREAM)) {
      HttpResponse<byte[]> answer = models.call(MODEL, operation);
      assertThat(answer.headers().firstValue("x-forebay-target")).hasValue("a");
    }

    assertThat(models.asked()).containsOnly("a");
    assertThat(models.page("/metrics"))
        .contains("forebay_flawed_answers_total{reason=\"refusal\",target=\"a\"} 2.0");
  }

  @Test
  void aCallersOwnGuardrailIsNoReason() throws Exception {
    models.script("a", Script.ends("guardrail_intervened", "Blocked"));
    models.script("b", Script.answers());
    models.start(
        config(
            "[a], [b]",
            "fallbackOn: [refusal, content_filtered, malformed, empty, context_window]"));

    models.call(MODEL, Operation.CONVERSE);

    assertThat(models.asked()).containsExactly("a");
  }

  @Test
  void aJobTakesTheFlawedAnswerIfThereIsNoOther(@TempDir Path folder) throws Exception {
    try (JobStore store = ScriptedModels.storeIn(folder)) {
      models.script("a", Script.ends("refusal", null));
      models.script("b", Script.refuses(400, "ValidationException", "no"));
      models.start(
          config("[a], [b]", "queue: { expireAfter: 1h }\n    fallbackOn: [refusal]")
              + "jobs: { store: \"sqlite:elsewhere\" }\n",
          store);
      String job =
          models
              .call(MODEL, Operation.CONVERSE, "prefer", "respond-async")
              .headers()
              .firstValue("location")
              .orElseThrow();

      await().until(() -> models.json(job).getString("state").equals("done"));
      assertThat(models.page(job + "/response")).contains("refusal");
      models.start(config("[a]", ""));
    }
  }

  private static List<String> allBut(Flaw flaw) {
    return List.of(Flaw.values()).stream().filter(other -> other != flaw).map(Flaw::label).toList();
  }

  private static String config(String tiers, String more) {
    return """
        server: { port: 0 }
        targets:
        %s%s%sroutes:
          "%s":
            tiers: [%s]
            deadline: 9s
            retry: { baseDelay: 1ms, maxDelay: 1ms, jitter: none }
            %s
        """
        .formatted(
            target(tiers, "a", "us." + MODEL),
            target(tiers, "b", "us.anthropic.claude-opus-4-7"),
            target(tiers, "c", "us.anthropic.claude-haiku-4-5-20251001-v1:0"),
            MODEL,
            tiers,
            more);
  }

  private static String target(String tiers, String name, String model) {
    return tiers.contains("[" + name + "]")
        ? "  %s: { region: us-east-1, model: \"%s\", endpoint: \"${UPSTREAM}/%s\", credentials: anonymous }\n"
            .formatted(name, model, name)
        : "";
  }
}
