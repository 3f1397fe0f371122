package dev.forebay.simulator;

/** What goes wrong with a target for a while. Answers under way when it begins are completed. */
public sealed interface Fault {
  long fromNanos();

  long untilNanos();

  default boolean active(long nanos) {
    return nanos >= fromNanos() && nanos < untilNanos();
  }

  /** Whether no call can be answered while it lasts. */
  default boolean down() {
    return switch (this) {
      case Outage o -> true;
      case Throttle t -> true;
      case Hang h -> true;
      case Errors e -> e.rate() >= 1;
      case Slow s -> false;
    };
  }

  /** Every request gets a 503. */
  record Outage(long fromNanos, long untilNanos) implements Fault {}

  /** Some requests get an error. */
  record Errors(long fromNanos, long untilNanos, double rate, int status) implements Fault {}

  /** Every request gets a 429. */
  record Throttle(long fromNanos, long untilNanos) implements Fault {}

  /** Answers take longer: both are factors on the duration. */
  record Slow(long fromNanos, long untilNanos, double firstToken, double perToken)
      implements Fault {}

  /** Requests are taken and never answered. */
  record Hang(long fromNanos, long untilNanos) implements Fault {}
}
