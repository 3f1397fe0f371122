package dev.forebay.testkit;

/** How a call ends for its caller. */
public sealed interface CallEnd {
  /** By a whole answer. */
  record Answer(String by) implements CallEnd {}

  /** By an error before anything else. */
  record Refusal(int status, String type) implements CallEnd {}

  /** By a typed exception after content. */
  record Break(String exception) implements CallEnd {}

  /** In a few words. */
  default String shown() {
    return switch (this) {
      case Answer answer -> answer.by();
      case Refusal refusal -> refusal.status() + " " + refusal.type().replace("Exception", "");
      case Break broken -> "!" + broken.exception().replace("Exception", "");
    };
  }
}
