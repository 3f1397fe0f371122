package dev.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatheredBodyTest {
  private static final int LENGTH = 100_000;

  private final MemoryBudget budget = new MemoryBudget(1_000_000);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, LENGTH - 1, LENGTH, LENGTH + 1, Integer.MAX_VALUE})
  void holdsWhatCameWhateverWasAnnounced(int announced) {
    byte[] sent = new byte[LENGTH];
    new SplittableRandom(1).nextBytes(sent);
    GatheredBody body = new GatheredBody(budget, announced);
    for (int from = 0; from < LENGTH; from += 3_000) {
      int to = Math.min(LENGTH, from + 3_000);
      assertThat(body.add(Buffer.buffer(sent).slice(from, to))).isTrue();
      assertThat(budget.held()).isGreaterThanOrEqualTo(body.length());
    }

    assertThat(body.bytes()).isEqualTo(sent);
    assertThat(body.bytes()).as("no copy").isSameAs(Bytes.of(body.buffer()));
    assertThat(budget.held()).isEqualTo(LENGTH);
    body.release();
    body.release();
    assertThat(budget.held()).isZero();
  }

  @Test
  void aLengthThatIsAnnouncedAloneTakesNoRoom() {
    GatheredBody body = new GatheredBody(budget, 900_000);
    assertThat(body.add(Buffer.buffer("x"))).isTrue();
    assertThat(budget.held()).isLessThan(10_000);
  }

  @Test
  void whatDoesNotFitIsNotAdded() {
    GatheredBody body = new GatheredBody(new MemoryBudget(50_000), LENGTH);
    assertThat(body.add(Buffer.buffer(new byte[20_000]))).isTrue();
    assertThat(body.add(Buffer.buffer(new byte[40_000]))).isFalse();
    assertThat(body.bytes()).hasSize(20_000);
  }

  @Test
  void reservedRoomIsItsOwn() {
    assertThat(budget.take(LENGTH, LENGTH)).isTrue();
    GatheredBody body = new GatheredBody(budget, LENGTH);
    body.reserved();
    assertThat(body.add(Buffer.buffer(new byte[LENGTH]))).isTrue();
    assertThat(budget.held()).isEqualTo(LENGTH);
    assertThat(body.handOver()).isEqualTo(LENGTH);
    body.release();
    assertThat(budget.held()).isEqualTo(LENGTH);
  }
}
