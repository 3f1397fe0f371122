package dev.forebay.it;

/** How a call ends for its caller. */
sealed interface End {
  /** By a whole answer. */
  record Answer(String by) implements End {}

  /** By an error before anything else. */
  record Refusal(int status, String type) implements End {}

  /** By a typed exception after content. */
  record Break(String exception) implements End {}

  /** What was seen, as one of these. */
  static End of(Seen seen) {
    if (!seen.exception().isEmpty()) {
      return new Break(seen.exception());
    }
    return seen.status() == 200
        ? new Answer(seen.complete() ? seen.answeredBy() : "an incomplete stream without an error")
        : new Refusal(seen.status(), seen.errorType());
  }

  /** In a few words. */
  default String shown() {
    return switch (this) {
      case Answer answer -> answer.by();
      case Refusal refusal -> refusal.status() + " " + refusal.type().replace("Exception", "");
      case Break broken -> "!" + broken.exception().replace("Exception", "");
    };
  }
}
