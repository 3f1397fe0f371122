package dev.forebay.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.Failure;
import dev.forebay.core.Outcome.Fault;
import dev.forebay.core.Outcome.Quota;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorsTest {
  private static final Instant NOW = Instant.parse("2025-05-12T11:11:55Z");
  private static final String CORAL = ":http://internal.amazon.com/coral/com.amazon.bedrock/";

  @ParameterizedTest
  @CsvSource({
    "AccessDeniedException, 403, rejected TARGET",
    "UnrecognizedClientException, 403, rejected TARGET",
    "InvalidSignatureException, 403, rejected TARGET",
    "ExpiredTokenException, 403, rejected TARGET",
    "ResourceNotFoundException, 404, rejected TARGET",
    "ValidationException, 400, rejected CALL",
    "ThrottlingException, 429, throttled",
    "TooManyRequestsException, 429, throttled",
    "ModelNotReadyException, 429, not_ready",
    "ServiceQuotaExceededException, 400, rejected TARGET",
    "ModelTimeoutException, 408, timed_out UPSTREAM",
    "ModelErrorException, 424, failed MODEL",
    "ModelStreamErrorException, 424, failed MODEL",
    "InternalServerException, 500, failed SERVICE",
    "InternalFailure, 500, failed SERVICE",
    "ServiceUnavailableException, 503, unavailable",
    "SomethingNewException, 400, rejected CALL",
    "SomethingNewException, 429, throttled",
    "SomethingNewException, 503, unavailable",
  })
  void anExceptionIsTheSameInTheHeaderAndInTheBody(String type, int status, String expected) {
    Failure byHeader = classify(status, type + CORAL, "{\"message\":\"m\"}");
    Failure byBody =
        classify(
            status, null, "{\"__type\":\"com.amazon.bedrock#" + type + "\",\"message\":\"m\"}");
    assertThat(describe(byHeader)).isEqualTo(expected);
    assertThat(byHeader.error()).isEqualTo(new ErrorInfo(status, type, "m"));
    assertThat(byBody).isEqualTo(byHeader);
  }

  @ParameterizedTest
  @CsvSource({
    "400, ValidationException, rejected CALL",
    "401, AccessDeniedException, rejected TARGET",
    "403, AccessDeniedException, rejected TARGET",
    "404, ResourceNotFoundException, rejected TARGET",
    "408, ModelTimeoutException, timed_out UPSTREAM",
    "413, ValidationException, rejected CALL",
    "424, ModelErrorException, failed MODEL",
    "429, ThrottlingException, throttled",
    "500, InternalServerException, failed SERVICE",
    "502, InternalServerException, failed SERVICE",
    "503, ServiceUnavailableException, unavailable",
    "504, InternalServerException, failed SERVICE",
    "599, InternalServerException, failed SERVICE",
  })
  void withoutAnExceptionTheStatusDecides(int status, String type, String expected) {
    Failure failure = classify(status, null, "<html><body>Bad Gateway</body></html>");
    assertThat(describe(failure)).isEqualTo(expected);
    assertThat(failure.error().status()).isEqualTo(status);
    assertThat(failure.error().type()).isEqualTo(type);
    assertThat(failure.error().message()).contains("" + status).doesNotContain("html");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 200, 302, 600, 999})
  void aStatusThatIsNoErrorIsABrokenService(int status) {
    Failure failure = classify(status, null, "");
    assertThat(describe(failure)).isEqualTo("failed SERVICE");
    assertThat(failure.error().status()).isEqualTo(500);
  }

  @ParameterizedTest
  @CsvSource({
    "'Too many tokens, please wait before trying again.', MINUTE",
    "'Too many requests, please wait before trying again.', MINUTE",
    "'Too many tokens per day, please wait before trying again.', DAY",
    "'Model m is currently overloaded. Please try again later.', MINUTE",
  })
  void theMessageTellsADaysQuotaFromAMinutes(String message, Quota quota) {
    Failure failure =
        classify(429, "ThrottlingException" + CORAL, "{\"message\":\"" + message + "\"}");
    assertThat(failure)
        .isEqualTo(
            new Outcome.Throttled(
                quota, Duration.ZERO, new ErrorInfo(429, "ThrottlingException", message)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Too many tokens in the request",
        "Too many tokens per day, please wait before trying again.",
        "The maximum tokens you requested exceed the model limit of 4096. Try again with a maximum tokens value lower than 4096.",
        "Malformed input request: 2 schema violations found, please reformat your input and try again.",
      })
  void aValidationErrorIsNeverAThrottle(String message) {
    Failure failure = classify(400, "ValidationException", "{\"message\":\"" + message + "\"}");
    assertThat(describe(failure)).isEqualTo("rejected CALL");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Invocation of model ID m with on-demand throughput isn\u2019t supported. Retry your request with the ID or ARN of an inference profile that contains this model.",
        "Invocation of model ID m with on-demand throughput isn't supported.",
        "The provided model identifier is invalid.",
        "The model is not supported in this Region.",
        "This model version has reached the end of its life. Choose another.",
      })
  void aValidationErrorAboutTheModelIsTheTargets(String message) {
    Failure failure = classify(400, "ValidationException", "{\"message\":\"" + message + "\"}");
    assertThat(describe(failure)).isEqualTo("rejected TARGET");
  }

  @ParameterizedTest
  @CsvSource({
    "3, , 3000",
    ", 1500, 1500",
    "3, 1500, 1500",
    "3, nonsense, 3000",
    "'Mon, 12 May 2025 11:12:55 GMT', , 60000",
    "'Mon, 12 May 2025 11:10:55 GMT', , 0",
    "soon, , 0",
    "-3, , 0",
    "'', '', 0",
    "999999999999999999, , 86400000",
    "9999999999999999999999, , 86400000",
    "1.5, , 1500",
    ".25, , 250",
    "2., , 2000",
    "' 7 ', , 7000",
    "+7, , 7000",
    "-0.5, , 0",
    "-1e300, , 0",
    "1e2, , 100000",
    "2.5E1, , 25000",
    "1e-9, , 0",
    "1e999, , 86400000",
    "1e99999999999, , 86400000",
    "NaN, , 0",
    "Infinity, , 0",
    "0x10, , 0",
    "7s, , 0",
    "3, 1500.4, 1500",
    "3, -2, 0",
    "3, 1e3, 1000",
    "'Fri, 31 Dec 9999 23:59:59 GMT', , 86400000",
  })
  void aHintIsReadFromEitherHeader(@Nullable String after, @Nullable String millis, long expected) {
    Headers headers =
        name ->
            switch (name) {
              case "Retry-After" -> after;
              case "x-amz-retry-after" -> millis;
              default -> null;
            };
    assertThat(Errors.classify(503, headers, new byte[0], NOW).hint().toMillis())
        .isEqualTo(expected);
    assertThat(Errors.classify(429, headers, new byte[0], NOW).hint().toMillis())
        .isEqualTo(expected);
  }

  @Test
  void onlyA429SpeaksOfADaysQuota() {
    assertThat(classify(400, "ThrottlingException", "{\"message\":\"tokens per day\"}"))
        .isInstanceOfSatisfying(
            Outcome.Throttled.class, t -> assertThat(t.quota()).isEqualTo(Quota.MINUTE));
  }

  @Test
  void anExceptionsNameThatCouldNotBeAHeaderIsDropped() {
    for (String type : new String[] {"A\r\nB", "", ":x", "a#", "A B", "x".repeat(129)}) {
      assertThat(classify(500, type, "").error().type()).isEqualTo("InternalServerException");
    }
  }

  @Test
  void aMessageIsFoundUnderEitherCaseAndCutAtALimit() {
    assertThat(classify(403, null, "{\"x\":[{}],\"Message\":\"no\"}").error().message())
        .isEqualTo("no");
    assertThat(classify(500, null, "{\"message\":\"no\",").error().message()).isEqualTo("no");
    String longMessage = "{\"message\":\"" + "x".repeat(60_000) + "\"}";
    assertThat(classify(500, null, longMessage).error().message()).hasSize(8192);
    assertThat(classify(500, null, "{\"message\":\"" + "x".repeat(10_000_000)).error().message())
        .isEqualTo("The service answered 500 without a message.");
  }

  @ParameterizedTest
  @CsvSource({
    "throttlingException, 429 ThrottlingException, throttled",
    "validationException, 400 ValidationException, rejected CALL",
    "internalServerException, 500 InternalServerException, failed SERVICE",
    "serviceUnavailableException, 503 ServiceUnavailableException, unavailable",
    "modelStreamErrorException, 424 ModelStreamErrorException, failed MODEL",
    "modelTimeoutException, 408 ModelTimeoutException, timed_out UPSTREAM",
    "modelNotReadyException, 429 ModelNotReadyException, not_ready",
    "newKindException, 500 NewKindException, failed SERVICE",
    "'no name', 500 InternalServerException, failed SERVICE",
    ", 500 InternalServerException, failed SERVICE",
    "'', 500 InternalServerException, failed SERVICE",
  })
  void anExceptionEventIsClassifiedLikeItsAnswer(
      @Nullable String type, String label, String expected) {
    Failure failure = Errors.classifyEvent(type, bytes("{\"message\":\"m\"}"));
    assertThat(describe(failure)).isEqualTo(expected);
    assertThat(failure.error().label()).isEqualTo(label);
    assertThat(failure.error().message()).isEqualTo("m");
  }

  @Test
  void anExceptionEventTellsADaysQuotaAndSurvivesABadPayload() {
    assertThat(
            Errors.classifyEvent(
                "throttlingException", bytes("{\"message\":\"Too many tokens per day\"}")))
        .isInstanceOfSatisfying(
            Outcome.Throttled.class, t -> assertThat(t.quota()).isEqualTo(Quota.DAY));
    assertThat(Errors.classifyEvent("throttlingException", bytes("oops")).error().message())
        .isEqualTo("The stream broke off without a message.");
  }

  @Test
  void anErrorFrameIsClassifiedByItsCode() {
    assertThat(Errors.classifyErrorFrame("InternalFailure", "m"))
        .isEqualTo(new Outcome.Failed(Fault.SERVICE, new ErrorInfo(500, "InternalFailure", "m")));
    assertThat(Errors.classifyErrorFrame("ThrottlingException", "m"))
        .isInstanceOf(Outcome.Throttled.class);
    assertThat(Errors.classifyErrorFrame(null, null))
        .isInstanceOfSatisfying(
            Outcome.Failed.class, f -> assertThat(f.fault()).isEqualTo(Fault.SERVICE));
  }

  @Test
  void damagedBodiesAlwaysGiveAnOutcome() {
    Mutations mutations = new Mutations(4);
    SplittableRandom random = new SplittableRandom(4);
    byte[] body =
        bytes(
            "{\"__type\":\"a.b#ThrottlingException\",\"message\":\"\\ud83d\\ude00 tokens per day\"}");
    int changed = 0;
    for (int i = 0; i < Mutations.COUNT; i++) {
      byte[] damaged = mutations.of(body);
      String header = random.nextBoolean() ? null : new String(damaged, StandardCharsets.UTF_8);
      Failure failure = classify(random.nextInt(0, 1000), header, damaged);
      assertThat(failure.error().message()).isNotBlank();
      assertThat(classify(500, null, ErrorBody.json(failure.error())).error().message())
          .hasSameSizeAs(failure.error().message());
      assertThat(failure.error().type()).matches("[A-Za-z0-9._]{1,128}");
      changed += failure instanceof Outcome.Throttled ? 0 : 1;
    }
    assertThat(changed).isBetween(1, Mutations.COUNT - 1);
  }

  private static Failure classify(int status, @Nullable String errorType, String body) {
    return classify(status, errorType, bytes(body));
  }

  private static Failure classify(int status, @Nullable String errorType, byte[] body) {
    Headers headers = errorType == null ? name -> null : Map.of("x-amzn-ErrorType", errorType)::get;
    return Errors.classify(status, headers, body, NOW);
  }

  private static String describe(Failure failure) {
    return switch (failure) {
      case Outcome.Rejected r -> r.label() + " " + r.about();
      case Outcome.Failed f -> f.label() + " " + f.fault();
      case Outcome.TimedOut t -> t.label() + " " + t.limit();
      default -> failure.label();
    };
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
