package dev.forebay.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.cluster.AnswerStore.Entry;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every store of answers does. */
abstract class AnswerStoreKit {
  static final byte[] ANSWER = "an answer \0 of \u00ff bytes".getBytes(StandardCharsets.ISO_8859_1);

  /** The store, in which nothing is under names of this test. */
  abstract AnswerStore store();

  /** Lets its clock go on. */
  abstract void pass(long millis);

  static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(5, TimeUnit.SECONDS).join();
  }

  private Entry readOrClaim(String name, String token) {
    return join(store().readOrClaim(name, token, "request"));
  }

  @Test
  void whatIsKeptIsFoundUntilItEnds() {
    assertThat(readOrClaim("a", "")).isEqualTo(new Entry.Nothing());
    assertThat(join(store().keep("a", "", ANSWER, 300, false))).isTrue();
    assertThat(readOrClaim("a", "t1"))
        .isInstanceOfSatisfying(
            Entry.Answer.class,
            found -> {
              assertThat(found.value()).isEqualTo(ANSWER);
              assertThat(found.millisLeft()).isBetween(1L, 300L);
            });
    assertThat(readOrClaim("b", "")).isEqualTo(new Entry.Nothing());
    pass(301);
    assertThat(readOrClaim("a", "")).isEqualTo(new Entry.Nothing());
  }

  @Test
  void oneHasTheClaimUntilItBringsTheAnswer() {
    assertThat(readOrClaim("c", "t1")).isEqualTo(new Entry.Mine());
    assertThat(readOrClaim("c", "t1")).as("again").isEqualTo(new Entry.Mine());
    assertThat(readOrClaim("c", "t2")).isEqualTo(new Entry.Claimed("request"));
    assertThat(readOrClaim("c", "")).isEqualTo(new Entry.Claimed("request"));
    assertThat(join(store().keep("c", "t1", ANSWER, 60_000, true))).isTrue();
    assertThat(readOrClaim("c", "t2")).isInstanceOf(Entry.Answer.class);
    assertThat(join(store().claim("c", "t1", 1_000))).as("it is over").isFalse();
  }

  @Test
  void whoLostItsClaimBringsAnAnswerInVain() {
    assertThat(readOrClaim("d", "t1")).isEqualTo(new Entry.Mine());
    assertThat(join(store().claim("d", "t1", 100))).isTrue();
    pass(101);
    assertThat(readOrClaim("d", "t2")).isEqualTo(new Entry.Mine());
    assertThat(join(store().keep("d", "t1", ANSWER, 60_000, true))).isFalse();
    assertThat(join(store().keep("d", "", ANSWER, 60_000, false))).isFalse();
    assertThat(join(store().claim("d", "t1", 0))).isFalse();
    assertThat(readOrClaim("d", "t3")).isEqualTo(new Entry.Claimed("request"));
    assertThat(join(store().claim("d", "t2", 0))).isTrue();
    assertThat(readOrClaim("d", "t3")).isEqualTo(new Entry.Mine());
  }

  @Test
  void aClaimThatEndedUnnoticedStillBringsTheFirstAnswerButNoSecondOne() {
    byte[] other = {1};
    assertThat(readOrClaim("e", "t1")).isEqualTo(new Entry.Mine());
    assertThat(join(store().claim("e", "t1", 100))).isTrue();
    pass(101);
    assertThat(join(store().keep("e", "t1", ANSWER, 60_000, true))).isTrue();
    assertThat(join(store().keep("e", "t1", other, 60_000, true))).isFalse();
    assertThat(join(store().keep("e", "", other, 60_000, true))).isFalse();
    assertThat(readOrClaim("e", ""))
        .isInstanceOfSatisfying(
            Entry.Answer.class, found -> assertThat(found.value()).isEqualTo(ANSWER));
    assertThat(join(store().keep("e", "", other, 60_000, false))).as("renewed").isTrue();
  }
}
