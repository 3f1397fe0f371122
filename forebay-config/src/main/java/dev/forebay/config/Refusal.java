package dev.forebay.config;

/** Why a text is not a value of the wanted kind. The reader adds the place. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1;

  private final String remedy;

  Refusal(String message, String remedy) {
    super(message, null, false, false);
    this.remedy = remedy;
  }

  String message() {
    return String.valueOf(getMessage());
  }

  String remedy() {
    return remedy;
  }
}
