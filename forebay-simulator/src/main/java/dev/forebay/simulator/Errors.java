package dev.forebay.simulator;

import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Outcome;
import java.time.Duration;

/** The world's errors as outcomes. */
final class Errors {
  static final ErrorInfo TIMEOUT = new ErrorInfo(408, "ModelTimeoutException", "simulated");

  private static final Outcome THROTTLED =
      new Outcome.Throttled(
          Outcome.Quota.MINUTE,
          Duration.ZERO,
          new ErrorInfo(429, "ThrottlingException", "simulated"));
  private static final Outcome UNAVAILABLE =
      new Outcome.Unavailable(
          Duration.ZERO, new ErrorInfo(503, "ServiceUnavailableException", "simulated"));
  private static final Outcome FAILED =
      new Outcome.Failed(
          Outcome.Fault.SERVICE, new ErrorInfo(500, "InternalServerException", "simulated"));

  private Errors() {}

  static Outcome of(int status) {
    return switch (status) {
      case 429 -> THROTTLED;
      case 503 -> UNAVAILABLE;
      default -> FAILED;
    };
  }
}
