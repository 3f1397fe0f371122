package dev.forebay.gateway.jobs;

import dev.forebay.core.ErrorInfo;
import dev.forebay.engine.http.Refusal;
import dev.forebay.engine.http.Refusals;
import dev.forebay.jobs.JobException;
import dev.forebay.jobs.JobStatus;
import dev.forebay.jobs.StoredJob;
import java.time.Duration;
import java.util.concurrent.CompletionException;

/** Errors of jobs, in AWS's shape. */
final class JobErrors {
  private static final Duration STORE_RETRY = Duration.ofSeconds(5);

  static final ErrorInfo BAD_DEADLINE =
      new ErrorInfo(
          400,
          "ValidationException",
          "The header x-forebay-deadline-ms must be at least 1 for a call that is answered later.");

  private JobErrors() {}

  /** What a future failed with. */
  static Throwable known(Throwable thrown) {
    Throwable cause = thrown.getCause();
    return thrown instanceof CompletionException && cause != null ? cause : thrown;
  }

  static Refusal of(Throwable thrown) {
    Throwable cause = known(thrown);
    if (!(cause instanceof JobException known)) {
      return new Refusal(Refusals.DEFECT);
    }
    return switch (known) {
      case JobException.Unknown e -> new Refusal(error(404, "ResourceNotFoundException", e));
      case JobException.WrongState e -> new Refusal(error(409, "ConflictException", e));
      case JobException.KeyReused e -> new Refusal(error(409, "ConflictException", e));
      case JobException.TooLarge e -> new Refusal(error(400, "ValidationException", e));
      case JobException.Full e ->
          new Refusal(error(503, "ServiceUnavailableException", e), STORE_RETRY);
      case JobException.Unavailable e ->
          new Refusal(error(503, "ServiceUnavailableException", e), STORE_RETRY);
    };
  }

  private static ErrorInfo error(int status, String type, JobException e) {
    return new ErrorInfo(status, type, sentence(String.valueOf(e.getMessage())));
  }

  private static String sentence(String message) {
    return Character.toUpperCase(message.charAt(0)) + message.substring(1) + ".";
  }

  static Refusal overloaded() {
    return new Refusal(
        new ErrorInfo(
            503, "ServiceUnavailableException", "The job store is overloaded; try again later."),
        STORE_RETRY);
  }

  static ErrorInfo invalid(String message) {
    return new ErrorInfo(400, "ValidationException", message);
  }

  static ErrorInfo unknown(String id) {
    return new ErrorInfo(
        404,
        "ResourceNotFoundException",
        "There is no job %s; finished jobs are kept for a limited time.".formatted(id));
  }

  static Refusal tooLate(Duration eta, Duration deadline) {
    return new Refusal(
        new ErrorInfo(
            429,
            "ThrottlingException",
            "The job would be answered in about %d s, which is after its deadline in %d ms."
                .formatted(eta.toSeconds(), deadline.toMillis())),
        eta.minus(deadline));
  }

  /** Why a job has no response. */
  static ErrorInfo noResponse(StoredJob job) {
    JobStatus status = job.state().status();
    if (!status.isFinal()) {
      return new ErrorInfo(
          409,
          "ConflictException",
          "Job %s is %s; its response is not there yet.".formatted(job.id(), status.label()));
    }
    return new ErrorInfo(
        410,
        "ResourceNotFoundException",
        "Job %s is %s and has no response.".formatted(job.id(), status.label()));
  }
}
