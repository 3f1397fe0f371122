package dev.forebay.client;

import dev.forebay.bedrock.ErrorBody;
import dev.forebay.bedrock.Errors;
import dev.forebay.bedrock.Headers;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.About;
import dev.forebay.core.Outcome.Fault;
import dev.forebay.core.Outcome.Limit;
import dev.forebay.engine.WallClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.InternalServerException;
import software.amazon.awssdk.services.bedrockruntime.model.ModelTimeoutException;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceUnavailableException;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;

/** What exceptions of work mean to policies, and what refusals of policies are as exceptions. */
final class WorkOutcomes {
  private WorkOutcomes() {}

  /** How an attempt ended that threw this. */
  static Outcome.Failure of(Throwable thrown) {
    return switch (thrown) {
      case AwsServiceException e -> ofAws(e);
      case WorkStatusException e ->
          classify(
              e.status(),
              "",
              String.valueOf(e.getMessage()),
              name -> name.equals("Retry-After") ? seconds(e) : null);
      case ApiCallTimeoutException e -> timedOut();
      case ApiCallAttemptTimeoutException e -> timedOut();
      case TimeoutException e -> timedOut();
      case SdkClientException e -> broken();
      case IOException e -> broken();
      case UncheckedIOException e -> broken();
      default ->
          new Outcome.Rejected(
              About.CALL,
              new ErrorInfo(
                  400, "ValidationException", "The work threw " + thrown.getClass().getName()));
    };
  }

  private static @Nullable String seconds(WorkStatusException thrown) {
    return thrown.retryAfter().isPositive()
        ? Long.toString((thrown.retryAfter().toMillis() + 999) / 1_000)
        : null;
  }

  private static Outcome.Failure ofAws(AwsServiceException thrown) {
    AwsErrorDetails details = thrown.awsErrorDetails();
    SdkHttpResponse response = details == null ? null : details.sdkHttpResponse();
    String code = details == null || details.errorCode() == null ? "" : details.errorCode();
    String message =
        details == null || details.errorMessage() == null
            ? String.valueOf(thrown.getMessage())
            : details.errorMessage();
    return classify(
        thrown.statusCode(),
        code,
        message,
        name ->
            response == null
                ? null
                : response.firstMatchingHeader(name).map(String::valueOf).orElse(null));
  }

  private static Outcome.Failure classify(
      int status, String code, String message, Headers headers) {
    int shown = status >= 400 && status <= 599 ? status : 500;
    byte[] body = ErrorBody.json(new ErrorInfo(shown, code, message));
    Headers all =
        name ->
            name.equalsIgnoreCase("x-amzn-ErrorType") && !code.isEmpty() ? code : headers.get(name);
    return Errors.classify(shown, all, body, WallClock.now());
  }

  /** The work took longer than it may. */
  static Outcome.TimedOut timedOut() {
    return timedOut(Limit.UPSTREAM);
  }

  static Outcome.TimedOut timedOut(Limit limit) {
    return new Outcome.TimedOut(
        limit, new ErrorInfo(408, "ModelTimeoutException", "The work took too long."));
  }

  private static Outcome.Failure broken() {
    return new Outcome.Failed(
        Fault.CONNECTION,
        new ErrorInfo(503, "ServiceUnavailableException", "The connection failed."));
  }

  /** A refusal as the SDK's clients throw it. */
  static BedrockRuntimeException exception(ErrorInfo error, String why, Optional<Throwable> cause) {
    BedrockRuntimeException.Builder exception =
        switch (error.status()) {
          case 429 -> ThrottlingException.builder();
          case 503 -> ServiceUnavailableException.builder();
          case 408 -> ModelTimeoutException.builder();
          case 500 -> InternalServerException.builder();
          default -> BedrockRuntimeException.builder();
        };
    exception
        .message(error.message() + " (" + why + ")")
        .statusCode(error.status())
        .awsErrorDetails(
            AwsErrorDetails.builder()
                .serviceName("BedrockRuntime")
                .errorCode(error.type())
                .errorMessage(error.message())
                .build());
    cause.ifPresent(exception::cause);
    return (BedrockRuntimeException) exception.build();
  }
}
