package dev.forebay.it.issues;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.bedrock.Operation;
import dev.forebay.it.ScriptedModels;
import dev.forebay.it.ScriptedModels.Script;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Of two equal accounts one refuses by a word about itself: the other answers every call. What the
 * model asked for says of the request itself is final all the same.
 */
class FieldReport02RefusingAccountTest {
  private static final String MODEL = "anthropic.claude-opus-4-1-20250805-v1:0";

  private static ScriptedModels models;

  @BeforeAll
  static void start() {
    models = new ScriptedModels();
  }

  @AfterAll
  static void close() {
    models.close();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "400, ValidationException, Operation not allowed",
        "400, ValidationException, OPERATION  NOT ALLOWED.",
        "400, ValidationException, Your account is not authorized to invoke this API operation.",
        "400, ValidationException, data retention mode 'default' is not available for this model",
        "400, ValidationException, Reservation not found",
        "400, ValidationException, The provided service tier is not supported for this model.",
        "400, ValidationException, Service tier not found",
        "400, ServiceQuotaExceededException, You exceeded a service quota.",
        "400, ValidationException, Invocation of model ID m with on-demand throughput isn’t supported.",
        "404, ResourceNotFoundException, This model version has reached the end of its life.",
        "400, ValidationException, This model version has reached the end of its life.",
        "403, AccessDeniedException, You don't have access to the model.",
        "404, FTUFormNotFilled, Model use case details have not been submitted for this account.",
        "400, ValidationException, This Model is marked by provider as Legacy.",
        "400, ValidationException, This model isn't supported in this region.",
        "400, ValidationException, The provided model identifier is invalid.",
      })
  void theOtherAccountAnswersEachCall(int status, String type, String message) throws Exception {
    for (Operation operation :
        List.of(
            Operation.CONVERSE,
            Operation.CONVERSE_STREAM,
            Operation.INVOKE,
            Operation.INVOKE_STREAM)) {
      for (boolean asEvent : new boolean[] {false, operation.streaming() && status == 400}) {
        Script refuses =
            asEvent
                ? Script.breaksOff(status, type, message)
                : Script.refuses(status, type, message);
        models.script("a", refuses).script("b", Script.answers());
        models.start(config("[a, b]", MODEL, "{ maxAttempts: 1 }"));
        for (int i = 0; i < 4; i++) {
          HttpResponse<byte[]> answer = models.call(MODEL, operation);
          assertThat(answer.statusCode()).as(ScriptedModels.text(answer)).isEqualTo(200);
          assertThat(answer.headers().firstValue("x-forebay-answer")).hasValue("primary");
        }
      }
    }
  }

  @Test
  void withoutAnotherTheAccountsOwnWordIsTheEnd() throws Exception {
    models.script("a", Script.refuses(400, "ValidationException", "Operation not allowed"));
    models.script("b", Script.refuses(400, "ValidationException", "Operation not allowed"));
    models.start(config("[a, b]", MODEL, "{ maxAttempts: 1 }"));

    HttpResponse<byte[]> answer = models.call(MODEL, Operation.CONVERSE);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(ScriptedModels.text(answer)).contains("Operation not allowed");
    assertThat(models.asked()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void aThrottleOfTheOtherAccountPassesSoItIsTheEnd() throws Exception {
    models.script("a", Script.refuses(400, "ValidationException", "Operation not allowed"));
    models.script("b", Script.throttles(20));
    for (int i = 0; i < 4; i++) {
      models.start(config("[a, b]", MODEL, "{ maxAttempts: 1 }"));

      HttpResponse<byte[]> answer = models.call(MODEL, Operation.CONVERSE);

      // The one drawn first may be either; a throttle uses up the one attempt.
      assertThat(answer.statusCode()).isEqualTo(429);
      assertThat(answer.headers().firstValue("retry-after")).hasValue("20");
    }
  }

  @Test
  void whatTheModelSaysOfTheRequestIsFinal() throws Exception {
    Script refuses = Script.refuses(400, "ValidationException", "messages: role is missing");
    models.script("a", refuses).script("b", refuses);
    models.start(config("[a, b]", MODEL, "{ maxAttempts: 3 }"));

    assertThat(models.call(MODEL, Operation.CONVERSE).statusCode()).isEqualTo(400);
    assertThat(models.asked()).hasSize(1);
  }

  /** On the route for any model, an unknown id is the caller's own mistake. */
  @ParameterizedTest
  @CsvSource({
    "400, ValidationException, The provided model identifier is invalid.",
    "404, ResourceNotFoundException, Could not resolve the foundation model.",
  })
  void aCallersTypoInTheModelIsTheCallersError(int status, String type, String message)
      throws Exception {
    models.script("any", Script.refuses(status, type, message)).script("b", Script.answers());
    models.start(config("[any], [b]", "*", "{ maxAttempts: 2 }"));
    for (Operation operation : List.of(Operation.CONVERSE, Operation.CONVERSE_STREAM)) {
      HttpResponse<byte[]> answer = models.call("anthropic.no-such-model", operation);

      assertThat(answer.statusCode()).isEqualTo(status);
      assertThat(ScriptedModels.text(answer)).contains(message);
    }
    assertThat(models.asked()).containsExactly("any", "any");
  }

  /** A model that the configuration names is the operator's. */
  @Test
  void anOperatorsTypoInTheModelIsTheTargets() throws Exception {
    models.script(
        "a",
        Script.refuses(400, "ValidationException", "The provided model identifier is invalid."));
    models.script("b", Script.answers());
    models.start(config("[a], [b]", "*", "{ maxAttempts: 2 }"));

    assertThat(models.call("any.model-at-all", Operation.CONVERSE).statusCode()).isEqualTo(200);
  }

  /** An exception event before content becomes an HTTP error: of that request, by its id. */
  @ParameterizedTest
  @CsvSource({
    "400, ValidationException",
    "429, ThrottlingException",
    "503, ServiceUnavailableException",
    "424, ModelStreamErrorException",
    "500, InternalServerException",
  })
  void anExceptionEventBeforeContentKeepsTheTargetsRequestId(int status, String type)
      throws Exception {
    models.script("a", Script.breaksOff(status, type, "messages: role is missing"));
    models.start(config("[a]", MODEL, "{ maxAttempts: 1 }"));
    for (Operation operation : List.of(Operation.CONVERSE_STREAM, Operation.INVOKE_STREAM)) {
      HttpResponse<byte[]> answer = models.call(MODEL, operation);

      assertThat(answer.statusCode()).isEqualTo(status);
      assertThat(ScriptedModels.text(answer)).contains("role is missing");
      assertThat(answer.headers().firstValue("x-amzn-errortype")).hasValue(type);
      assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
      assertThat(answer.headers().firstValue("x-amzn-requestid"))
          .hasValue(ScriptedModels.requestId("a"));
    }
  }

  private static String config(String tiers, String route, String retry) {
    return """
        server: { port: 0 }
        targets:
        %s%s%sroutes:
          "%s":
            tiers: [%s]
            deadline: 9s
            retry: %s
        """
        .formatted(
            target(tiers, "a", "model: \"us." + MODEL + "\", "),
            target(tiers, "b", "model: \"eu." + MODEL + "\", "),
            target(tiers, "any", ""),
            route,
            tiers,
            retry);
  }

  private static String target(String tiers, String name, String model) {
    return tiers.matches(".*\\b" + name + "\\b.*")
        ? "  %s: { region: us-east-1, %sendpoint: \"${UPSTREAM}/%s\", credentials: anonymous }\n"
            .formatted(name, model, name)
        : "";
  }
}
