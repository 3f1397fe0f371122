package dev.forebay.cli.demo;

import dev.forebay.simulator.PlannedCall;

/** Prompts of planned lengths, at the four bytes a token that the emulator counts by. */
final class Prompts {
  private static final int BYTES_PER_TOKEN = 4;

  /** The word "user" in the request counts too. */
  private static final int ROLE_BYTES = 4;

  private static final String WORDS =
      "the quick brown fox jumps over the lazy dog while the water runs over the weir and on ";

  private Prompts() {}

  static String of(PlannedCall call) {
    int bytes = Math.max(1, call.inputTokens() * BYTES_PER_TOKEN - ROLE_BYTES);
    StringBuilder text = new StringBuilder(bytes + WORDS.length());
    text.append("Call ").append(call.index()).append(": ");
    while (text.length() < bytes) {
      text.append(WORDS);
    }
    return text.substring(0, bytes);
  }
}
