package dev.forebay.it.issues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.bedrock.Operation;
import dev.forebay.it.ScriptedModels;
import dev.forebay.it.ScriptedModels.Script;
import dev.forebay.jobs.JobStore;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A fallback that refuses the call does not end it: the next one gets its turn, and if no target
 * answers the caller gets the failure of the model asked for.
 */
@Order(Order.DEFAULT - 1)
class FieldReport01RefusingFallbackTest {
  private static final String MODEL = "anthropic.claude-opus-4-1-20250805-v1:0";

  /** A refusal of a fallback, as HTTP status or as first event of a stream. */
  record Refusal(int status, String type, String message) {
    Script script(boolean asEvent) {
      return asEvent
          ? Script.breaksOff(status, type, message)
          : Script.refuses(status, type, message);
    }
  }

  private static final List<Refusal> REFUSALS =
      List.of(
          validation("data retention mode 'default' is not available for this model"),
          validation("`temperature` is deprecated for this model."),
          validation("`temperature` and `top_p` cannot both be specified for this model."),
          validation("system.0.cache_control.ttl: Extra inputs are not permitted"),
          validation("The maximum tokens you requested exceed the model limit of 4096."),
          validation("This model doesn't support the stopSequences field."),
          validation("The provided service tier is not supported for this model."),
          validation("Reservation not found"),
          validation("Operation not allowed"),
          validation("Your account is not authorized to invoke this API operation."),
          validation("This model does not support assistant message prefill."),
          validation("messages.1.content.0: Invalid `signature` in `thinking` block"),
          validation("Malformed input request: 2 schema violations found"),
          validation("The provided model identifier is invalid."),
          new Refusal(400, "ServiceQuotaExceededException", "You exceeded a service quota."),
          new Refusal(400, "SomethingNewException", "anything"),
          new Refusal(403, "AccessDeniedException", "You don't have access to the model."),
          new Refusal(403, "UnrecognizedClientException", "The security token is invalid."),
          new Refusal(404, "ResourceNotFoundException", "This model version has reached its end."),
          new Refusal(424, "ModelErrorException", "The model could not process the request."));

  private static ScriptedModels models;

  private static Refusal validation(String message) {
    return new Refusal(400, "ValidationException", message);
  }

  @BeforeAll
  static void start() {
    models = new ScriptedModels();
  }

  @AfterAll
  static void close() {
    models.close();
  }

  static List<Refusal> refusals() {
    return REFUSALS;
  }

  /** Each refusal, as status and as event, with each operation. */
  private static List<Case> cases(Refusal refusal) {
    List<Case> cases = new ArrayList<>();
    for (Operation operation :
        List.of(
            Operation.CONVERSE,
            Operation.CONVERSE_STREAM,
            Operation.INVOKE,
            Operation.INVOKE_STREAM)) {
      cases.add(new Case(operation, refusal.script(false)));
      if (operation.streaming()) {
        cases.add(new Case(operation, refusal.script(true)));
      }
    }
    return cases;
  }

  private record Case(Operation operation, Script refuses) {}

  @ParameterizedTest
  @MethodSource("refusals")
  void theNextTierAnswers(Refusal refusal) throws Exception {
    List<Operation> operations = new ArrayList<>();
    for (Case one : cases(refusal)) {
      for (Script first : List.of(Script.throttles(20), Script.lacksCapacity(20))) {
        int route = operations.size();
        models
            .script("a" + route, first)
            .script("b" + route, one.refuses)
            .script("c" + route, Script.answers());
        operations.add(one.operation);
      }
    }
    models.start(config(Collections.nCopies(operations.size(), "[a], [b], [c]")));
    for (int route = 0; route < operations.size(); route++) {
      int before = models.asked().size();

      HttpResponse<byte[]> answer = models.call("route" + route, operations.get(route));

      assertThat(answer.statusCode()).as(ScriptedModels.text(answer)).isEqualTo(200);
      assertThat(answer.headers().firstValue("x-forebay-target")).hasValue("c" + route);
      assertThat(answer.headers().firstValue("x-forebay-answer")).hasValue("fallback");
      assertThat(models.asked().stream().skip(before))
          .as("each once")
          .containsExactly("a" + route, "b" + route, "c" + route);
    }
  }

  /** A call whose first target answers with that status. */
  private record Unanswered(Operation operation, int status, String tiers) {}

  @ParameterizedTest
  @MethodSource("refusals")
  void withoutAnAnswerTheCallEndsWithTheAskedModelsFailure(Refusal refusal) throws Exception {
    List<Unanswered> calls = new ArrayList<>();
    for (Case one : cases(refusal)) {
      for (Map.Entry<Integer, Script> first :
          Map.of(429, Script.throttles(20), 503, Script.lacksCapacity(20)).entrySet()) {
        for (String tiers : List.of("[a], [b]", "[a], [b], [c]", "[a], [b, c]")) {
          int route = calls.size();
          models
              .script("a" + route, first.getValue())
              .script("b" + route, one.refuses)
              .script("c" + route, one.refuses);
          calls.add(new Unanswered(one.operation, first.getKey(), tiers));
        }
      }
    }
    models.start(config(calls.stream().map(Unanswered::tiers).toList()));
    for (int route = 0; route < calls.size(); route++) {
      Unanswered call = calls.get(route);

      HttpResponse<byte[]> answer = models.call("route" + route, call.operation);

      assertThat(answer.statusCode()).as(call.tiers).isEqualTo(call.status);
      assertThat(answer.headers().firstValue("retry-after")).hasValue("20");
      assertThat(answer.headers().firstValue("x-forebay-target")).hasValue("a" + route);
      assertThat(answer.headers().firstValue("x-amzn-requestid"))
          .hasValue(ScriptedModels.requestId("a" + route));
      assertThat(ScriptedModels.text(answer)).doesNotContain(refusal.message);
    }
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void orWithTheCannedAnswer(Refusal refusal) throws Exception {
    models.script("a", Script.throttles(20)).script("b", refusal.script(false));
    models.start(config("[a], [b]", "degraded: { message: Later. }"));

    HttpResponse<byte[]> answer = models.call(MODEL, Operation.CONVERSE);

    assertThat(answer.headers().firstValue("x-forebay-answer")).hasValue("canned");
  }

  @Test
  void orWithTheStaleAnswer() throws Exception {
    models.script("a", Script.answers()).script("b", REFUSALS.get(1).script(false));
    models.start(config("[a], [b]", "cache: { freshFor: 1ms, staleFor: 1h }"));
    assertThat(models.call(MODEL, Operation.CONVERSE).statusCode()).isEqualTo(200);
    models.script("a", Script.throttles(20));

    await()
        .untilAsserted(
            () ->
                assertThat(
                        models
                            .call(MODEL, Operation.CONVERSE)
                            .headers()
                            .firstValue("x-forebay-answer"))
                    .hasValue("stale"));
  }

  /** Its gate is shut by the first call, so that the second never asks it. */
  @Test
  void anAskedModelThatIsLeftAloneIsToBeAskedAgainLater() throws Exception {
    models.script("a", Script.throttles(20)).script("b", REFUSALS.get(1).script(false));
    models.start(config("[a], [b]", ""));
    models.call(MODEL, Operation.CONVERSE);

    HttpResponse<byte[]> answer = models.call(MODEL, Operation.CONVERSE);

    assertThat(models.asked()).containsExactly("a", "b", "b");
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValueAsLong("retry-after").orElseThrow()).isBetween(15L, 25L);
    assertThat(answer.headers().firstValue("x-forebay-target")).isEmpty();
  }

  @Test
  void theAskedModelsOwnRefusalIsFinal() throws Exception {
    models
        .script("a", Script.refuses(400, "ValidationException", "messages: role is missing"))
        .script("b", Script.answers());
    models.start(config("[a], [b]", ""));

    HttpResponse<byte[]> answer = models.call(MODEL, Operation.CONVERSE);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(ScriptedModels.text(answer)).contains("messages: role is missing");
    assertThat(models.asked()).containsExactly("a");
  }

  /** A route by another name: the first tier's model is the one that its callers count on. */
  @Test
  void theFirstTiersModelIsTheAskedOneWhateverTheRouteIsCalled() throws Exception {
    models
        .script("a", Script.refuses(400, "ValidationException", "messages: role is missing"))
        .script("b", Script.answers());
    models.start(config("[a], [b]", "").replace("\"" + MODEL + "\":", "our-best-model:"));

    assertThat(models.call("our-best-model", Operation.CONVERSE).statusCode()).isEqualTo(400);
  }

  static Stream<Refusal> someRefusals() {
    return Stream.of(REFUSALS.get(1), REFUSALS.get(8), REFUSALS.get(16), REFUSALS.get(19));
  }

  @ParameterizedTest
  @MethodSource("someRefusals")
  void aJobStaysQueuedUntilATargetAnswers(Refusal refusal, @TempDir Path folder) throws Exception {
    try (JobStore store = ScriptedModels.storeIn(folder)) {
      models.script("a", Script.throttles(1)).script("b", refusal.script(false));
      models.start(
          config("[a], [b]", "queue: { expireAfter: 1h }")
              + "jobs: { store: \"sqlite:elsewhere\" }\n",
          store);

      HttpResponse<byte[]> accepted =
          models.call(MODEL, Operation.CONVERSE, "prefer", "respond-async");
      String job = accepted.headers().firstValue("location").orElseThrow();
      await().until(() -> models.asked().contains("b"));
      await().until(() -> state(job).equals("queued"));
      models.script("a", Script.answers());

      await().until(() -> state(job).equals("done"));
      assertThat(models.json(job).getInteger("attempts")).isNotNull();
      models.start(config("[a], [b]", ""));
    }
  }

  private static String state(String job) throws Exception {
    JsonObject json = models.json(job);
    assertThat(json.getString("state")).isIn("queued", "running", "done");
    return json.getString("state");
  }

  @Test
  void theOperatorSeesIt() throws Exception {
    models.script("a", Script.throttles(20)).script("b", REFUSALS.get(1).script(false));
    models.start(config("[a], [b]", ""));
    for (int i = 0; i < 3; i++) {
      models.call(MODEL, Operation.CONVERSE);
    }

    assertThat(models.page("/metrics"))
        .contains(
            "forebay_fallback_refusals_total{route=\"%s\",target=\"b\"} 3.0".formatted(MODEL));
    await()
        .untilAsserted(
            () ->
                assertThat(models.json("/api/status").getJsonArray("alarms").stream())
                    .map(JsonObject.class::cast)
                    .anySatisfy(
                        alarm -> {
                          assertThat(alarm.getString("kind")).isEqualTo("fallback-refuses");
                          assertThat(alarm.getString("about")).isEqualTo(MODEL);
                          assertThat(alarm.getString("text"))
                              .contains("b ", "sampling parameters")
                              .doesNotContain("temperature");
                        }));
  }

  private static String config(String tiers, String more) {
    return file(targets(tiers, ""), route("\"" + MODEL + "\"", tiers, more));
  }

  /** A route for each, with targets of its own, so that no call is affected by another one. */
  private static String config(List<String> tiers) {
    StringBuilder targets = new StringBuilder();
    StringBuilder routes = new StringBuilder();
    for (int i = 0; i < tiers.size(); i++) {
      targets.append(targets(tiers.get(i), "" + i));
      routes.append(route("route" + i, tiers.get(i).replaceAll("(?<=[abc])", "" + i), ""));
    }
    return file(targets.toString(), routes.toString());
  }

  private static String file(String targets, String routes) {
    return "server: { port: 0 }\ntargets:\n" + targets + "routes:\n" + routes;
  }

  private static String route(String name, String tiers, String more) {
    return """
          %s:
            tiers: [%s]
            deadline: 9s
            retry: { baseDelay: 1ms, maxDelay: 1ms, jitter: none }
            %s
        """
        .formatted(name, tiers, more);
  }

  private static String targets(String tiers, String suffix) {
    return target(tiers, "a", suffix, "us." + MODEL)
        + target(tiers, "b", suffix, "us.anthropic.claude-opus-4-7")
        + target(tiers, "c", suffix, "us.anthropic.claude-haiku-4-5-20251001-v1:0");
  }

  private static String target(String tiers, String letter, String suffix, String model) {
    String name = letter + suffix;
    return tiers.contains(letter)
        ? "  %s: { region: us-east-1, model: \"%s\", endpoint: \"${UPSTREAM}/%s\", credentials: anonymous }\n"
            .formatted(name, model, name)
        : "";
  }
}
