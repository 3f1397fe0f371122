package dev.forebay.bedrock.translate;

import java.util.Locale;

/** Why a model stopped, as Converse says it. */
enum StopReason {
  END_TURN,
  TOOL_USE,
  MAX_TOKENS,
  STOP_SEQUENCE,
  GUARDRAIL_INTERVENED,
  CONTENT_FILTERED,
  MODEL_CONTEXT_WINDOW_EXCEEDED;

  /**
   * Reads the word.
   *
   * @throws UntranslatableException if it is none of these, as for malformed output
   */
  static StopReason of(String word) throws UntranslatableException {
    for (StopReason reason : values()) {
      if (reason.word().equals(word)) {
        return reason;
      }
    }
    throw new UntranslatableException("The model stopped for a reason that cannot be passed on.");
  }

  /** Converse's word, which Nova shares. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether the model had more to say than it was allowed to. */
  boolean cutShort() {
    return this == MAX_TOKENS || this == MODEL_CONTEXT_WINDOW_EXCEEDED;
  }
}
