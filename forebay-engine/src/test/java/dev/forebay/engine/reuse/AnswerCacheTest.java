package dev.forebay.engine.reuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.forebay.bedrock.Operation;
import dev.forebay.config.RouteConfig;
import dev.forebay.core.Ticker;
import dev.forebay.engine.Headers;
import dev.forebay.engine.call.Answer;
import dev.forebay.engine.reuse.AnswerCache.Kept;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AnswerCacheTest {
  private static final RouteConfig.Cache TIMES =
      new RouteConfig.Cache(Duration.ofMinutes(5), Duration.ofHours(1), RouteConfig.Sharing.NONE);

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L);
  private final Ticker ticker = now::get;
  private final AnswerCache cache = new AnswerCache(ticker, 1_000_000);

  @Test
  void anAnswerIsFreshThenStaleThenGone() {
    Kept kept = keep("key", 10, Duration.ZERO);

    pass(Duration.ofMinutes(5).minusNanos(1));
    assertThat(kept.isFresh(now.get())).isTrue();
    assertThat(kept.age(now.get())).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
    pass(Duration.ofNanos(1));
    assertThat(kept.isFresh(now.get())).isFalse();
    assertThat(cache.find("key", Operation.CONVERSE)).isEqualTo(kept);
    pass(Duration.ofHours(1));
    assertThat(cache.find("key", Operation.CONVERSE)).isNull();
  }

  @Test
  void whatCannotBeTurnedIsNotServedInAnotherForm() {
    keep("key", 10, Duration.ZERO);

    assertThat(cache.find("key", Operation.CONVERSE_STREAM)).isNull();
  }

  @Test
  void theBytesOfAllAnswersAreBounded() {
    for (int i = 0; i < 1_000; i++) {
      keep("key" + i, 50_000, Duration.ZERO);
    }

    assertThat(cache.load().get("bytes")).isBetween(500_000L, 1_000_000L);
    assertThat(cache.load().get("entries")).isBetween(10L, 20L);
  }

  /** With {@code t} left, the chance is {@code P(-took * ln U >= t) = e^(-t / took)}. */
  @Test
  void renewalComesEarlyTheMoreLikelyTheNearerTheEndAndTheLongerItTakes() {
    Kept kept = keep("key", 10, Duration.ofSeconds(10));
    SplittableRandom random = new SplittableRandom(1);

    assertThat(dueShare(kept, Duration.ofSeconds(5), random))
        .isCloseTo(Math.exp(-0.5), offset(0.02));
    assertThat(dueShare(kept, Duration.ofSeconds(30), random))
        .isCloseTo(Math.exp(-3), offset(0.02));
    assertThat(dueShare(kept, Duration.ofMinutes(4), random)).isZero();
  }

  private double dueShare(Kept kept, Duration left, SplittableRandom random) {
    long at = now.get() + TIMES.freshFor().minus(left).toNanos();
    int due = 0;
    for (int i = 0; i < 10_000; i++) {
      due += kept.isDue(at, random) ? 1 : 0;
    }
    return due / 10_000.0;
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  private Kept keep(String key, int bytes, Duration took) {
    Answer answer = new Answer(false, new Headers(), new byte[bytes]);
    Kept kept = new Kept(answer, Operation.CONVERSE, now.get(), took.toNanos(), TIMES);
    cache.keep(key, kept);
    return kept;
  }
}
