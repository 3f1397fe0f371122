package dev.forebay.engine.reuse;

import dev.forebay.core.SharedAnswers;
import dev.forebay.engine.call.Answer;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The answers that were given to calls with an {@code Idempotency-Key}: for a day at most and as
 * long as there is room. The oldest goes first, since who makes a call again does so soon. That is
 * why this is no {@link AnswerCache}, whose filter by frequency keeps an old answer rather than a
 * new one that no retry has asked for yet. Not thread-safe.
 */
final class IdempotentAnswers {
  static final Duration KEPT_FOR = Duration.ofHours(24);

  /** One answer may not push out all others. */
  private static final int ENTRY_SHARE = 8;

  /** What an answer takes besides its body: key, headers, links. */
  private static final int OVERHEAD = 2_048;

  private final long maxBytes;

  /** The oldest first. */
  private final Map<CallerKey, Kept> answers = new LinkedHashMap<>();

  private long bytes;

  IdempotentAnswers(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** A key is its caller's alone. */
  record CallerKey(String tenant, String text) {
    /** Where processes share the answer to that request. */
    SharedAnswers.Place place(String request) {
      return new SharedAnswers.Place(
          "key\n" + tenant.length() + ' ' + tenant + '\n' + text, request);
    }
  }

  /**
   * An answer.
   *
   * @param request identifies the request that it was given to
   */
  record Kept(String request, Answer answer, long atNanos) {
    Duration age(long nowNanos) {
      return Duration.ofNanos(Math.max(0, nowNanos - atNanos));
    }

    private long bytes() {
      return (long) OVERHEAD + answer.body().length;
    }
  }

  /** What was given for the key; null if nothing is kept. */
  @Nullable Kept find(CallerKey key, long nowNanos) {
    dropWhile(oldest -> nowNanos - oldest.atNanos() >= KEPT_FOR.toNanos());
    return answers.get(key);
  }

  /** Keeps an answer, if it is not too large for that. */
  void keep(CallerKey key, Kept kept) {
    if (kept.answer().body().length > maxEntryBytes()) {
      return;
    }
    Kept earlier = answers.remove(key);
    bytes += kept.bytes() - (earlier == null ? 0 : earlier.bytes());
    answers.put(key, kept);
    dropWhile(oldest -> bytes > maxBytes);
  }

  private void dropWhile(Predicate<Kept> unwanted) {
    Iterator<Kept> oldestFirst = answers.values().iterator();
    while (oldestFirst.hasNext()) {
      Kept oldest = oldestFirst.next();
      if (!unwanted.test(oldest)) {
        return;
      }
      bytes -= oldest.bytes();
      oldestFirst.remove();
    }
  }

  /** The largest answer that is kept, in bytes. */
  int maxEntryBytes() {
    return (int) Math.min(Integer.MAX_VALUE, maxBytes / ENTRY_SHARE);
  }

  /** How many answers are kept, and their bytes. */
  Map<String, Long> load() {
    return Map.of("entries", (long) answers.size(), "bytes", bytes);
  }
}
