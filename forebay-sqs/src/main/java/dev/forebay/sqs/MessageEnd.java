package dev.forebay.sqs;

import java.util.Locale;

/** What became of a message that was received. */
public enum MessageEnd {
  /** Its answer is where it belongs. */
  ANSWERED,
  /** It is in the dead-letter queue. */
  DEAD_LETTER,
  /** It went back to the queue. */
  RETURNED;

  /** In lower case, with underscores. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
