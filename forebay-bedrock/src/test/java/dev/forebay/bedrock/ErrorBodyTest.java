package dev.forebay.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.core.ErrorInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

class ErrorBodyTest {
  private static final String TOO_MANY = "Too many tokens, please wait before trying again.";

  /** Made by AWS's library. */
  private static final String GOLDEN =
      "000000b0000000614f5086b30f3a657863657074696f6e2d74797065070013"
          + "7468726f74746c696e67457863657074696f6e0d3a636f6e74656e742d74797065070010"
          + "6170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700096578636570"
          + "74696f6e7b226d657373616765223a22546f6f206d616e7920746f6b656e732c20706c656173"
          + "652077616974206265666f726520747279696e6720616761696e2e227df70ae57f";

  @Test
  void aThrottlesBodyIsTheOneBedrockSends() {
    assertThat(ErrorBody.json(new ErrorInfo(429, "ThrottlingException", TOO_MANY)))
        .isEqualTo(("{\"message\":\"" + TOO_MANY + "\"}").getBytes(StandardCharsets.UTF_8))
        .hasSize(63);
  }

  @Test
  void aMessageIsEscaped() {
    String message = "a \"quote\", a \\, a\nline, \u0001, \u00e9 and \ud83d\ude00";
    byte[] body = ErrorBody.json(new ErrorInfo(500, "InternalServerException", message));
    assertThat(new String(body, StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"message\":\"a \\\"quote\\\", a \\\\, a\\nline, \\u0001, \u00e9 and \ud83d\ude00\"}");
    assertThat(Errors.classify(500, name -> null, body, Instant.EPOCH).error().message())
        .isEqualTo(message);
  }

  @Test
  void halfASurrogatePairIsReplaced() {
    ErrorInfo error = new ErrorInfo(500, "InternalServerException", "a\ud83d");
    assertThat(new String(ErrorBody.json(error), StandardCharsets.UTF_8))
        .isEqualTo("{\"message\":\"a?\"}");
  }

  @Test
  void theHeaderNamesTheExceptionAndNothingThatIsNoName() {
    assertThat(ErrorBody.errorType(new ErrorInfo(429, "ThrottlingException", "")))
        .isEqualTo("ThrottlingException");
    assertThat(ErrorBody.errorType(new ErrorInfo(429, "a\r\nb: c", "")))
        .isEqualTo("ThrottlingException");
  }

  @Test
  void anExceptionFrameIsTheOneAwsLibraryMakes() {
    byte[] frame =
        ErrorBody.exceptionFrame(
            new ErrorInfo(429, "ThrottlingException", TOO_MANY), Operation.CONVERSE_STREAM);
    assertThat(HexFormat.of().formatHex(frame)).isEqualTo(GOLDEN);
  }

  @ParameterizedTest
  @CsvSource({
    "429, ThrottlingException, throttlingException, throttlingException",
    "400, ValidationException, validationException, validationException",
    "424, ModelStreamErrorException, modelStreamErrorException, modelStreamErrorException",
    "500, InternalServerException, internalServerException, internalServerException",
    "503, ServiceUnavailableException, serviceUnavailableException, serviceUnavailableException",
    "408, ModelTimeoutException, modelTimeoutException, modelStreamErrorException",
    "424, ModelErrorException, modelStreamErrorException, modelStreamErrorException",
    "429, ModelNotReadyException, serviceUnavailableException, serviceUnavailableException",
    "400, ServiceQuotaExceededException, validationException, validationException",
    "403, AccessDeniedException, modelStreamErrorException, modelStreamErrorException",
    "404, ResourceNotFoundException, modelStreamErrorException, modelStreamErrorException",
    "500, NewKindException, internalServerException, internalServerException",
    "502, NewKindException, internalServerException, internalServerException",
  })
  void aFrameCarriesAnExceptionThatTheOperationModels(
      int status, String type, String onInvoke, String onConverse) {
    ErrorInfo error = new ErrorInfo(status, type, "the message");
    assertThat(exceptionType(error, Operation.INVOKE_STREAM)).isEqualTo(onInvoke);
    assertThat(exceptionType(error, Operation.CONVERSE_STREAM)).isEqualTo(onConverse);
  }

  @ParameterizedTest
  @EnumSource(names = {"INVOKE", "CONVERSE", "COUNT_TOKENS"})
  void aUnaryAnswerHasNoFrames(Operation operation) {
    ErrorInfo error = new ErrorInfo(500, "InternalServerException", "m");
    assertThatThrownBy(() -> ErrorBody.exceptionFrame(error, operation))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(operation.name());
  }

  private static @Nullable String exceptionType(ErrorInfo error, Operation operation) {
    byte[] frame = ErrorBody.exceptionFrame(error, operation);
    Message message = Message.decode(ByteBuffer.wrap(frame));
    assertThat(new String(message.getPayload(), StandardCharsets.UTF_8))
        .isEqualTo("{\"message\":\"the message\"}");
    assertThat(message.getHeaders())
        .containsEntry(":message-type", HeaderValue.fromString("exception"))
        .containsEntry(":content-type", HeaderValue.fromString("application/json"));
    HeaderValue type = message.getHeaders().get(":exception-type");
    return type == null ? null : type.getString();
  }
}
