package dev.forebay.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.engine.MemoryBudget;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
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
      assertThat(body.add(ByteBuffer.wrap(sent, from, to - from))).isTrue();
      assertThat(budget.held()).isGreaterThanOrEqualTo(body.length());
    }

    assertThat(body.bytes()).isEqualTo(sent);
    assertThat(body.bytes()).as("no copy").isSameAs(body.bytes());
    assertThat(budget.held()).isEqualTo(LENGTH);
    body.release();
    body.release();
    assertThat(budget.held()).isZero();
  }

  @Test
  void aLengthThatIsAnnouncedAloneTakesNoRoom() {
    GatheredBody body = new GatheredBody(budget, 900_000);
    assertThat(body.add(ByteBuffer.wrap(new byte[1]))).isTrue();
    assertThat(budget.held()).isLessThan(10_000);
  }

  @Test
  void whatDoesNotFitIsNotAdded() {
    GatheredBody body = new GatheredBody(new MemoryBudget(50_000), LENGTH);
    assertThat(body.add(ByteBuffer.wrap(new byte[20_000]))).isTrue();
    assertThat(body.add(ByteBuffer.wrap(new byte[40_000]))).isFalse();
    assertThat(body.bytes()).hasSize(20_000);
    assertThat(body.add(ByteBuffer.wrap(new byte[30_000]))).isTrue();
  }

  @Test
  void whatWasClaimedAndNotUsedIsGivenBackAtTheEnd() {
    GatheredBody body = new GatheredBody(budget, 0, true);
    assertThat(body.add(ByteBuffer.wrap(new byte[LENGTH]))).isTrue();
    assertThat(budget.take(2 * LENGTH, LENGTH)).isTrue();
    body.claim(2 * LENGTH);
    assertThat(body.add(ByteBuffer.wrap(new byte[LENGTH]))).isTrue();
    assertThat(budget.held()).isEqualTo(3 * LENGTH);
    assertThat(body.bytes()).hasSize(2 * LENGTH);
    assertThat(budget.held()).isEqualTo(2 * LENGTH);
    body.release();
    assertThat(budget.held()).isZero();
  }

  /** Forty times two megabytes in six, all begun before any has ended. */
  @Test
  void bodiesOfUnknownLengthThatWaitAllEnd() {
    MemoryBudget small = new MemoryBudget(8_000_000);
    Deque<Growing> ready = new ArrayDeque<>();
    List<Growing> ended = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      ready.add(new Growing(small));
    }
    for (Growing next = ready.poll(); next != null; next = ready.poll()) {
      next.grow(ready, ended);
    }

    assertThat(ended).hasSize(40).anyMatch(body -> body.claimed);
    assertThat(small.held()).isZero();
  }

  private static final class Growing {
    private static final int ALL = 2_000_000;
    private static final int CHUNK = 60_000;

    private final MemoryBudget budget;
    private final GatheredBody body;
    private boolean claimed;

    Growing(MemoryBudget budget) {
      this.budget = budget;
      this.body = new GatheredBody(budget, 0, true);
    }

    void grow(Deque<Growing> ready, List<Growing> ended) {
      ByteBuffer chunk = ByteBuffer.wrap(new byte[Math.min(CHUNK, ALL - body.length())]);
      if (body.add(chunk)) {
        if (body.length() < ALL) {
          ready.add(this);
          return;
        }
      } else if (claimed) {
        throw new AssertionError("no room, although it was claimed");
      } else {
        claimed = true;
        long claim = budget.claim() - body.length();
        Runnable granted =
            () -> {
              body.claim(claim);
              ready.add(this);
            };
        if (budget.await(claim, granted) == null) {
          granted.run();
        }
        return;
      }
      body.release();
      ended.add(this);
    }
  }

  @Test
  void reservedRoomIsItsOwn() {
    assertThat(budget.take(LENGTH, LENGTH)).isTrue();
    GatheredBody body = new GatheredBody(budget, LENGTH);
    body.reserved();
    assertThat(body.add(ByteBuffer.wrap(new byte[LENGTH]))).isTrue();
    assertThat(budget.held()).isEqualTo(LENGTH);
    assertThat(body.handOver()).isEqualTo(LENGTH);
    body.release();
    assertThat(budget.held()).isEqualTo(LENGTH);
  }
}
