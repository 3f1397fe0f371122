package dev.forebay.sqs;

import java.util.LinkedHashSet;

/**
 * The messages that were settled here last: SQS may deliver one again after it was deleted. Holds
 * {@value #MOST}; thread-safe.
 */
final class SettledMessages {
  private static final int MOST = 10_000;

  private final LinkedHashSet<String> ids = new LinkedHashSet<>();

  synchronized void add(String messageId) {
    if (ids.add(messageId) && ids.size() > MOST) {
      ids.removeFirst();
    }
  }

  synchronized boolean has(String messageId) {
    return ids.contains(messageId);
  }
}
