package dev.forebay.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
  private static final long LARGE = 1_000_000;

  private final MemoryBudget budget = new MemoryBudget(100);
  private final List<String> granted = new ArrayList<>();

  @Test
  void givesUpToItsLimitAndNoByteMore() {
    assertThat(budget.take(60, 60)).isTrue();
    assertThat(budget.take(41, 41)).isFalse();
    assertThat(budget.held()).as("a refusal takes nothing").isEqualTo(60);
    assertThat(budget.take(40, 40)).isTrue();
  }

  @Test
  void whatIsGivenBackCanBeTakenAgain() {
    take(100, 100);
    budget.give(100);
    assertThat(budget.take(100, 100)).isTrue();
  }

  @Test
  void largeBodiesLeaveAQuarterToSmallOnes() {
    assertThat(budget.take(75, LARGE)).isTrue();
    assertThat(budget.take(1, LARGE)).isFalse();
    assertThat(budget.take(25, 25)).isTrue();
    assertThat(budget.take(1, 1)).isFalse();
  }

  @Test
  void whatIsThereAlreadyIsHeldBeyondTheLimitAndKeepsOthersOut() {
    budget.hold(130);
    assertThat(budget.take(1, 1)).isFalse();
    budget.give(31);
    assertThat(budget.take(1, 1)).isTrue();
  }

  @Test
  void whoeverWaitsGetsRoomInTurnAsSoonAsItIsThere() {
    take(90, 90);
    assertThat(wait("first", 50)).isNotNull();
    assertThat(wait("second", 10)).as("a place in the line, although there is room").isNotNull();
    assertThat(granted).isEmpty();

    budget.give(30);
    assertThat(granted).isEmpty();
    budget.give(15);
    assertThat(granted).containsExactly("first");
    budget.give(10);
    assertThat(granted).containsExactly("first", "second");
    assertThat(budget.held()).isEqualTo(95);
  }

  @Test
  void whoeverFindsRoomAtOnceDoesNotWait() {
    assertThat(wait("only", 100)).isNull();
    assertThat(granted).isEmpty();
    assertThat(budget.held()).isEqualTo(100);
  }

  @Test
  void aLargeBodyThatWaitsDoesNotHoldUpSmallOnes() {
    MemoryBudget mega = new MemoryBudget(4 * LARGE);
    assertThat(mega.await(3 * LARGE, () -> {})).isNull();
    assertThat(mega.await(LARGE, () -> granted.add("large"))).isNotNull();
    assertThat(mega.await(LARGE / 10, () -> granted.add("small"))).isNotNull();

    assertThat(granted).containsExactly("small");
    mega.give(3 * LARGE);
    assertThat(granted).containsExactly("small", "large");
  }

  @Test
  void aLargeBodyOfUnknownLengthLeavesRoomForOneThatWaits() {
    MemoryBudget mega = new MemoryBudget(8 * LARGE);
    assertThat(mega.claim()).isEqualTo(3 * LARGE);
    assertThat(mega.takePart(3 * LARGE / 2, 3 * LARGE)).isTrue();
    assertThat(mega.takePart(1, 2 * LARGE)).isFalse();
    assertThat(mega.takePart(MemoryBudget.SMALL_PART, MemoryBudget.SMALL_PART)).isTrue();
    assertThat(mega.await(3 * LARGE, () -> {})).as("all that one may need").isNull();

    mega.give(mega.held());
    assertThat(mega.takePart(LARGE, LARGE)).isTrue();
    assertThat(mega.await(6 * LARGE, () -> {})).isNotNull();
    assertThat(mega.isAwaited()).isTrue();
    assertThat(mega.takePart(LARGE / 4, LARGE)).as("behind those that wait").isFalse();
  }

  @Test
  void whoeverWaitsNoLongerMakesWayForTheNext() {
    take(90, 90);
    MemoryBudget.Wait first = Objects.requireNonNull(wait("first", 50));
    wait("second", 10);
    budget.forgo(first);
    budget.forgo(first);

    assertThat(granted).containsExactly("second");
    budget.give(100);
    assertThat(granted).containsExactly("second");
    assertThat(budget.held()).isZero();
  }

  @Test
  void nothingIsLostWhenManyThreadsTakeWaitAndGive() throws Exception {
    int waits = 2_000;
    CountDownLatch done = new CountDownLatch(4 * waits);
    AtomicInteger most = new AtomicInteger();
    List<Thread> threads =
        IntStream.range(0, 4)
            .mapToObj(
                seed ->
                    Thread.ofPlatform()
                        .start(
                            () -> {
                              SplittableRandom random = new SplittableRandom(seed);
                              for (int i = 0; i < waits; i++) {
                                useOnce(random.nextInt(1, 90), done, most);
                              }
                            }))
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }
    done.await();

    assertThat(budget.held()).isZero();
    assertThat(most.get()).isLessThanOrEqualTo(100);
  }

  private void useOnce(long bytes, CountDownLatch done, AtomicInteger most) {
    Runnable use =
        () -> {
          most.accumulateAndGet((int) budget.held(), Math::max);
          budget.give(bytes);
          done.countDown();
        };
    if (budget.await(bytes, () -> Thread.startVirtualThread(use)) == null) {
      use.run();
    }
  }

  private MemoryBudget.@Nullable Wait wait(String who, long bytes) {
    return budget.await(bytes, () -> granted.add(who));
  }

  private void take(long bytes, long ofBody) {
    assertThat(budget.take(bytes, ofBody)).isTrue();
  }
}
