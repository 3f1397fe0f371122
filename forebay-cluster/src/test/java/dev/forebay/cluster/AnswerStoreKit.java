package dev.forebay.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.cluster.AnswerStore.Look;
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

  private Look look(String name, String token) {
    return join(store().look(name, token, "request"));
  }

  @Test
  void whatIsKeptIsFoundUntilItEnds() {
    assertThat(look("a", "")).isEqualTo(new Look.Nothing());
    assertThat(join(store().keep("a", "", ANSWER, 300, false))).isTrue();
    assertThat(look("a", "t1"))
        .isInstanceOfSatisfying(
            Look.Answer.class,
            found -> {
              assertThat(found.value()).isEqualTo(ANSWER);
              assertThat(found.millisLeft()).isBetween(1L, 300L);
            });
    assertThat(look("b", "")).isEqualTo(new Look.Nothing());
    pass(301);
    assertThat(look("a", "")).isEqualTo(new Look.Nothing());
  }

  @Test
  void oneHasTheClaimUntilItBringsTheAnswer() {
    assertThat(look("c", "t1")).isEqualTo(new Look.Mine());
    assertThat(look("c", "t1")).as("again").isEqualTo(new Look.Mine());
    assertThat(look("c", "t2")).isEqualTo(new Look.Claimed("request"));
    assertThat(look("c", "")).isEqualTo(new Look.Claimed("request"));
    assertThat(join(store().keep("c", "t1", ANSWER, 60_000, true))).isTrue();
    assertThat(look("c", "t2")).isInstanceOf(Look.Answer.class);
    assertThat(join(store().claim("c", "t1", 1_000))).as("it is over").isFalse();
  }

  @Test
  void whoLostItsClaimBringsAnAnswerInVain() {
    assertThat(look("d", "t1")).isEqualTo(new Look.Mine());
    assertThat(join(store().claim("d", "t1", 100))).isTrue();
    pass(101);
    assertThat(look("d", "t2")).isEqualTo(new Look.Mine());
    assertThat(join(store().keep("d", "t1", ANSWER, 60_000, true))).isFalse();
    assertThat(join(store().keep("d", "", ANSWER, 60_000, false))).isFalse();
    assertThat(join(store().claim("d", "t1", 0))).isFalse();
    assertThat(look("d", "t3")).isEqualTo(new Look.Claimed("request"));
    assertThat(join(store().claim("d", "t2", 0))).isTrue();
    assertThat(look("d", "t3")).isEqualTo(new Look.Mine());
  }

  @Test
  void aClaimThatEndedUnnoticedStillBringsTheFirstAnswerButNoSecondOne() {
    byte[] other = {1};
    assertThat(look("e", "t1")).isEqualTo(new Look.Mine());
    assertThat(join(store().claim("e", "t1", 100))).isTrue();
    pass(101);
    assertThat(join(store().keep("e", "t1", ANSWER, 60_000, true))).isTrue();
    assertThat(join(store().keep("e", "t1", other, 60_000, true))).isFalse();
    assertThat(join(store().keep("e", "", other, 60_000, true))).isFalse();
    assertThat(look("e", ""))
        .isInstanceOfSatisfying(
            Look.Answer.class, found -> assertThat(found.value()).isEqualTo(ANSWER));
    assertThat(join(store().keep("e", "", other, 60_000, false))).as("renewed").isTrue();
  }
}
