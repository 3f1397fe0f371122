package dev.forebay.emulator;

import org.jspecify.annotations.Nullable;

/**
 * What an answer has beside its text.
 *
 * @param reasoning what the model thinks before it answers; null if it does not
 * @param tool the tool that it wants to use; null if none
 * @param text whether there is text at all: a forced tool stands alone
 * @param cites whether the text cites the request's document
 * @param intervened whether a guardrail gives the answer in place of the model
 * @param cacheRead input tokens that came from the prompt cache
 * @param cacheWrite input tokens that went to it
 */
record Extras(
    @Nullable String reasoning,
    @Nullable ToolUse tool,
    boolean text,
    boolean cites,
    boolean intervened,
    int cacheRead,
    int cacheWrite) {
  static final Extras NONE = new Extras(null, null, true, false, false, 0, 0);

  /** Claude signs what it thinks; a caller has to send it back unchanged. */
  static final String SIGNATURE = "ZW11bGF0ZWQgc2lnbmF0dXJl";

  /**
   * A call of a tool.
   *
   * @param input JSON, with a value for each property that the schema requires
   */
  record ToolUse(String id, String name, String input) {
    /** The input as a stream delivers it: nothing first, then two parts. */
    String[] parts() {
      int middle = input.length() / 2;
      return new String[] {"", input.substring(0, middle), input.substring(middle)};
    }
  }

  int cached() {
    return cacheRead + cacheWrite;
  }

  Extras blocked() {
    return new Extras(null, null, true, false, true, cacheRead, cacheWrite);
  }
}
