package dev.forebay.engine.reuse;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.forebay.bedrock.Operation;
import dev.forebay.config.RouteConfig;
import dev.forebay.core.Ticker;
import dev.forebay.engine.call.Answer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps whole answers, and hands them out again: as good as new for a while, and for longer where
 * no target answers. Bounded by bytes; the least useful goes first. Thread-safe.
 */
public final class AnswerCache {
  /** The share of the heap, which bodies of requests and answers under way need as well. */
  private static final int HEAP_SHARE = 8;

  /** One answer may not push out everything else. */
  private static final int ENTRY_SHARE = 8;

  /** What an entry takes besides its body: key, headers, links. */
  private static final int OVERHEAD = 2_048;

  private final Ticker ticker;
  private final long maxBytes;
  private final Cache<String, Kept> answers;

  AnswerCache(Ticker ticker, long maxBytes) {
    this.ticker = ticker;
    this.maxBytes = maxBytes;
    this.answers =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .weigher((String key, Kept kept) -> OVERHEAD + kept.answer().body().length)
            .expireAfter(Expiry.<String, Kept>creating((key, kept) -> kept.lifetime()))
            .ticker(ticker::nanos)
            .executor(Runnable::run)
            .build();
  }

  /** A cache that fits this process. */
  public static AnswerCache ofHeap(Ticker ticker) {
    return new AnswerCache(ticker, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
  }

  /**
   * An answer and its times.
   *
   * @param operation the form that it is in
   * @param tookNanos how long it took to make
   */
  record Kept(
      Answer answer,
      Operation operation,
      long storedAtNanos,
      long tookNanos,
      RouteConfig.Cache times) {
    boolean isFresh(long nowNanos) {
      return nowNanos - freshUntilNanos() < 0;
    }

    /**
     * Whether to make a new one although this is fresh, more likely the nearer its end and the
     * longer that takes, so that callers do not all find it gone at once (XFetch: Vattani,
     * Chierichetti and Lowenstein, 2015): {@code now - took * ln U >= freshUntil}.
     */
    boolean isDue(long nowNanos, RandomGenerator random) {
      double early = -tookNanos * Math.log(1 - random.nextDouble());
      return (double) (freshUntilNanos() - nowNanos) <= early;
    }

    Duration age(long nowNanos) {
      return Duration.ofNanos(Math.max(0, nowNanos - storedAtNanos));
    }

    private Optional<Kept> in(Operation form) {
      return answer
          .in(form, operation)
          .map(turned -> new Kept(turned, form, storedAtNanos, tookNanos, times));
    }

    private long freshUntilNanos() {
      return storedAtNanos + times.freshFor().toNanos();
    }

    private Duration lifetime() {
      return times.freshFor().plus(times.staleFor());
    }
  }

  /**
   * What is kept for a request: in that form, or turned into it from the other one if that is fresh
   * and this is not; null for nothing.
   */
  @Nullable Kept find(String request, Operation form) {
    Kept own = answers.getIfPresent(key(request, form));
    if (own != null && own.isFresh(now())) {
      return own;
    }
    Kept other = answers.getIfPresent(key(request, other(form)));
    if (other == null || (own != null && other.storedAtNanos - own.storedAtNanos <= 0)) {
      return own;
    }
    return other.in(form).orElse(own);
  }

  void keep(String request, Kept kept) {
    answers.put(key(request, kept.operation()), kept);
  }

  /** Not every answer can be turned, so each form has its own place. */
  private static String key(String request, Operation form) {
    return request + '/' + form.suffix();
  }

  private static Operation other(Operation form) {
    return switch (form) {
      case CONVERSE -> Operation.CONVERSE_STREAM;
      case CONVERSE_STREAM -> Operation.CONVERSE;
      case INVOKE -> Operation.INVOKE_STREAM;
      case INVOKE_STREAM -> Operation.INVOKE;
      case COUNT_TOKENS -> Operation.COUNT_TOKENS;
    };
  }

  /** The largest answer that is kept, in bytes. */
  int maxEntryBytes() {
    return (int) Math.min(Integer.MAX_VALUE, maxBytes / ENTRY_SHARE);
  }

  long now() {
    return ticker.nanos();
  }

  /** How many answers are kept, and their bytes. */
  public Map<String, Long> load() {
    answers.cleanUp();
    long bytes =
        answers
            .policy()
            .eviction()
            .flatMap(e -> e.weightedSize().stream().boxed().findAny())
            .orElse(0L);
    return Map.of("entries", answers.estimatedSize(), "bytes", bytes);
  }
}
