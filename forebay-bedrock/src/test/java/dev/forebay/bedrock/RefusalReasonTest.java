package dev.forebay.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.About;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose fault a refusal is, by its message. */
class RefusalReasonTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "DATA_RETENTION, Data retention mode 'default' is not available for this model.",
        "DATA_RETENTION, \"The data-retention setting of this account isn't one the model takes.\"",
        "OPERATION, Operation not allowed",
        "OPERATION, This operation is not permitted.",
        "OPERATION, You are not allowed to invoke this model.",
        "NOT_AUTHORIZED, Your account is not authorized to invoke this API operation.",
        "NOT_AUTHORIZED, \"The caller isn't authorised for this.\"",
        "NOT_AUTHORIZED, Unauthorized",
        "NOT_AUTHORIZED, You don’t have access to the model with the specified model ID.",
        "NOT_AUTHORIZED, Access to this model is denied.",
        "NOT_AUTHORIZED, Model access is not granted.",
        "RESERVATION, Reservation not found",
        "RESERVATION, No active reservation was found for this model.",
        "RESERVATION, \"There isn't any reserved capacity for it.\"",
        "SERVICE_TIER, The provided service tier is not supported for this model.",
        "SERVICE_TIER, Service tier not found",
        "SERVICE_TIER, This model does not support the requested tier.",
        "SERVICE_TIER, Tier 'flex' cannot be used here.",
        "SERVICE_TIER, serviceTier.type: unsupported tier",
        "ON_DEMAND, Invocation of model ID m with on-demand throughput isn’t supported. Use an inference profile.",
        "END_OF_LIFE, This model version has reached the end of its life.",
        "END_OF_LIFE, The model is past its end-of-life date.",
        "END_OF_LIFE, This model version has been retired.",
        "END_OF_LIFE, The model anthropic.old-v1:0 is no longer available.",
        "LEGACY, This Model is marked by provider as Legacy.",
        "USE_CASE, Model use case details have not been submitted for this account.",
        "USE_CASE, Fill out the use-case form first.",
        "SUBSCRIPTION, Your AWS Marketplace subscription could not be completed.",
        "SUBSCRIPTION, A valid payment instrument must be provided.",
        "REGION, This model is not supported in this Region.",
        "REGION, The model isn't available in the us-west-9 region.",
        "REGION, Unsupported countries or regions",
        "QUOTA, You exceeded a service quota.",
        "QUOTA, The request exceeds your quota.",
        "ACCOUNT, Your account is being verified.",
        "ACCOUNT, It is not enabled for this account.",
        "PROFILE, The inference profile is inactive.",
        "GUARDRAIL, The guardrail identifier or version does not exist.",
        "UNKNOWN_MODEL, The provided model identifier is invalid.",
        "UNKNOWN_MODEL, Could not resolve the foundation model.",
        "UNKNOWN_MODEL, The model abc.def was not found.",
      })
  void whatIsAboutTheTargetIsKnownInAnyCaseAndSpacing(RefusalReason expected, String message) {
    assertAboutTarget(expected, message);
    assertAboutTarget(expected, message.toUpperCase(Locale.ROOT));
    assertAboutTarget(expected, message.replace(" ", " \n "));
    assertAboutTarget(expected, "The model returned the following errors: " + message);
  }

  private static void assertAboutTarget(RefusalReason expected, String message) {
    assertThat(RefusalReason.of(error(message))).as(message).isEqualTo(expected);
    assertThat(classified(message).about()).as(message).isEqualTo(About.TARGET);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "SAMPLING, `temperature` is deprecated for this model.",
        "SAMPLING, `temperature` and `top_p` cannot both be specified for this model.",
        "STOP_SEQUENCES, This model doesn't support the stopSequences field.",
        "MAX_TOKENS, The maximum tokens you requested exceed the model limit of 4096.",
        "CACHE, system.0.cache_control.ttl: Extra inputs are not permitted",
        "CACHE, extraneous key [cachePoint] is not permitted",
        "SIGNATURE, messages.1.content.0: Invalid `signature` in `thinking` block",
        "THINKING, thinking.type.enabled is not supported for this model.",
        "PREFILL, This model does not support assistant message prefill.",
        "TOOL_CHOICE, tool_choice: type \"tool\" is not supported",
        "SCHEMA, tools.0.custom.input_schema: not a valid JSON schema",
        "TOOLS, This model doesn't support tool use.",
        "SYSTEM, This model doesn't support system messages.",
        "MEDIA, This model doesn't support the image content block.",
        "VERSION, anthropic-version: 2026-10-21 is not supported",
        "BLANK, The text field in the ContentBlock object is blank.",
        "FIELD, context_management: Extra inputs are not permitted",
        "CONTEXT, Input is too long for requested model.",
        "OTHER, \"Malformed input request: 2 schema violations found, please reformat your input.\"",
        "OTHER, messages: first message must use the user role",
        "OTHER, \"\"",
      })
  void whatIsAboutTheRequestIsNamed(RefusalReason expected, String message) {
    assertThat(RefusalReason.of(error(message))).isEqualTo(expected);
    assertThat(classified(message).about()).isEqualTo(About.CALL);
  }

  /** A name that the caller chose decides nothing. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "tools.0.name: 'reservation not found' does not match the pattern",
        "tools.0.name: \"service tier not supported\" is too long",
        "The name `operation not allowed` is not unique.",
        "tools.0.input_schema.properties.tier: invalid type",
        "tools.0.input_schema.properties.reservation: not a schema",
        "tools.0.input_schema.properties.region: invalid type",
        "tools.0.input_schema.properties.account: not a schema",
      })
  void whatTheRequestHoldsIsNoReason(String message) {
    assertThat(classified(message).about()).isEqualTo(About.CALL);
  }

  @Test
  void whatMayBeLoggedHoldsNothingOfTheMessage() {
    assertThat(classified("`temperature` of secret-word is deprecated").reason())
        .isEqualTo("sampling parameters, 400 ValidationException");
    assertThat(classified("secret-word").reason()).isEqualTo("400 ValidationException");
  }

  @Test
  void aLongMessageIsLookedAtOnce() {
    String message = "model ".repeat(200_000) + "not";
    assertThat(RefusalReason.of(error(message))).isEqualTo(RefusalReason.OTHER);
  }

  @ParameterizedTest
  @CsvSource({
    "ServiceQuotaExceededException, 400",
    "AccessDeniedException, 403",
    "ResourceNotFoundException, 404",
  })
  void whatAnExceptionSaysByItsNameIsAboutTheTarget(String type, int status) {
    assertThat(classified(status, type, "anything").about()).isEqualTo(About.TARGET);
  }

  private static Outcome.Rejected classified(String message) {
    Outcome.Rejected inAnswer = classified(400, "ValidationException", message);
    Outcome.Failure inStream =
        Errors.classifyEvent("validationException", ErrorBody.json(error(message)));
    if (!message.isEmpty()) {
      assertThat(inStream).as("in a stream").isEqualTo(inAnswer);
    }
    return inAnswer;
  }

  private static Outcome.Rejected classified(int status, String type, String message) {
    ErrorInfo error = new ErrorInfo(status, type, message);
    Headers headers = name -> name.equalsIgnoreCase("x-amzn-ErrorType") ? type : null;
    return (Outcome.Rejected)
        Errors.classify(status, headers, ErrorBody.json(error), Instant.EPOCH);
  }

  private static ErrorInfo error(String message) {
    return new ErrorInfo(400, "ValidationException", message);
  }
}
