package dev.forebay.sqs;

import java.util.Set;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** What a failed call to SQS or S3 means. */
final class AwsFailure {
  /** A write that another one of the same key has overtaken, and may yet fail. */
  private static final int CONFLICT = 409;

  private static final int SERVER_ERROR = 500;

  /** Those that pass, among the ones that SQS answers with status 400 or 403. */
  private static final Set<String> PASSING =
      Set.of("OverLimit", "RequestThrottled", "KmsThrottled", "RequestTimeout", "RequestExpired");

  /** SQS's errors for a receipt handle of a message that another worker has, or that is deleted. */
  private static final Set<String> LOST =
      Set.of("MessageNotInflight", "ReceiptHandleIsInvalid", "InvalidParameterValue");

  private AwsFailure() {}

  /** Whether the same call may succeed later. */
  static boolean passes(Throwable failure) {
    if (!(cause(failure) instanceof AwsServiceException service)) {
      return true;
    }
    return service.statusCode() >= SERVER_ERROR
        || service.statusCode() == CONFLICT
        || service.isThrottlingException()
        || PASSING.contains(code(service));
  }

  /** Whether the message that the call was about is not in our hands any more. */
  static boolean isLost(Throwable failure) {
    return cause(failure) instanceof AwsServiceException service && LOST.contains(code(service));
  }

  /** The kind of the failure, for a log: an SDK's message may quote a request. */
  static String kind(Throwable failure) {
    return cause(failure) instanceof AwsServiceException service && !code(service).isEmpty()
        ? code(service) + " (" + service.statusCode() + ")"
        : cause(failure).getClass().getSimpleName();
  }

  /** SQS's JSON protocol names its errors as before it, or by their shapes. */
  private static String code(AwsServiceException service) {
    String code = service.awsErrorDetails() == null ? null : service.awsErrorDetails().errorCode();
    if (code == null) {
      return "";
    }
    return code.substring(code.lastIndexOf('.') + 1);
  }

  private static Throwable cause(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}
