package dev.forebay.engine.http;

import dev.forebay.bedrock.Headers;
import dev.forebay.core.Call;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Priority;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** What callers ask for by headers: a deadline and a priority. */
public final class CallHeaders {
  public static final ErrorInfo BAD_DEADLINE =
      new ErrorInfo(
          400,
          "ValidationException",
          "The header x-forebay-deadline-ms must be a whole number of milliseconds.");

  public static final ErrorInfo BAD_PRIORITY =
      new ErrorInfo(
          400,
          "ValidationException",
          "The header x-forebay-priority must be interactive, standard or batch.");

  private CallHeaders() {}

  /** The caller's class, the standard one if it names none, nothing if there is no such class. */
  public static Optional<Priority> priority(Headers headers) {
    String value = headers.get(HeaderRules.PRIORITY);
    if (value == null) {
      return Optional.of(Priority.STANDARD);
    }
    return Arrays.stream(Priority.values())
        .filter(priority -> priority.label().equals(value))
        .findFirst();
  }

  /** The caller's own deadline, the route's if it names none, empty if the header is invalid. */
  public static Optional<Duration> deadline(Headers headers) {
    String value = headers.get(HeaderRules.DEADLINE);
    if (value == null) {
      return Optional.of(Call.ROUTE_DEADLINE);
    }
    boolean digits = !value.isEmpty() && value.length() <= 12;
    for (int i = 0; i < value.length() && digits; i++) {
      digits = value.charAt(i) >= '0' && value.charAt(i) <= '9';
    }
    return digits ? Optional.of(Duration.ofMillis(Long.parseLong(value))) : Optional.empty();
  }
}
