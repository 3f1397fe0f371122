package dev.forebay.config;

import java.util.BitSet;

/**
 * A text after substitution, which remembers which of its characters the file does not spell out
 * itself. So a secret that is written into the file differs from one that is only referred to.
 */
record Substituted(String text, BitSet referenced) {
  /** Whether there is something from {@code from} to {@code to}, all of it by reference. */
  boolean isReferenced(int from, int to) {
    return from < to && referenced.nextClearBit(from) >= to;
  }

  boolean isReferenced(int index) {
    return referenced.get(index);
  }

  /** For a message: the text as the file has it, but nothing that came from the environment. */
  String quoted() {
    return referenced.isEmpty() ? Quoted.text(text) : "the value from the environment";
  }
}
