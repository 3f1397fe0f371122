package dev.forebay.core;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.core.concurrent.SpinLock;
import dev.forebay.core.estimate.SlidingSum;
import dev.forebay.core.health.Breaker;
import dev.forebay.core.health.Cooldown;
import dev.forebay.core.health.RetryBudget;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jetbrains.lincheck.datastructures.BooleanGen;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whether what is shared without locks behaves as if its operations happened one after another:
 * Lincheck runs random scenarios of two threads, once on real threads and once through all
 * interleavings that it can reach with few switches, and looks for an order that explains the
 * results.
 */
class LinearizabilityTest {
  @ParameterizedTest
  @ValueSource(
      classes = {
        OfBreaker.class,
        OfRetryTokens.class,
        OfRetriesInFlight.class,
        OfGate.class,
        OfSlidingSum.class,
        OfLockedSlidingSum.class,
        OfBriefLock.class
      })
  void onRealThreads(Class<?> operations) {
    // Few, as its threads spin, which a busy machine punishes; the other test finds more.
    bounded(new StressOptions()).iterations(5).invocationsPerIteration(50).check(operations);
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        OfBreaker.class,
        OfRetryTokens.class,
        OfRetriesInFlight.class,
        OfGate.class,
        OfSlidingSum.class,
        OfLockedSlidingSum.class,
        OfBriefLock.class
      })
  void inEveryOrderOfSteps(Class<?> operations) {
    modelChecking().check(operations);
  }

  @Test
  void aLostUpdateWouldBeFound() {
    assertThatThrownBy(() -> modelChecking().check(OfLossyCounter.class))
        .hasMessageContaining("Invalid execution results");
  }

  private static ModelCheckingOptions modelChecking() {
    return bounded(new ModelCheckingOptions()).iterations(15).invocationsPerIteration(300);
  }

  private static <T extends Options<T, ?>> T bounded(T options) {
    return options.threads(2).actorsPerThread(3).actorsBefore(2);
  }

  /** Reports come with any stamp, so that most are void, as those of old calls are. */
  @Param(name = "stamp", gen = IntGen.class, conf = "0:3")
  @Param(name = "slow", gen = BooleanGen.class)
  @Param(name = "seconds", gen = IntGen.class, conf = "0:4")
  public static class OfBreaker {
    private static final BreakerPolicy POLICY = new BreakerPolicy(0.5, 2, Duration.ofSeconds(2));
    private static final RandomGenerator SHORTEST = () -> 0L;

    private final Breaker breaker = new Breaker(0);

    @Operation
    public long tryAcquire(@Param(name = "seconds") int seconds) {
      return breaker.tryAcquire(nanos(1), nanos(seconds));
    }

    @Operation
    public void succeeded(@Param(name = "stamp") int stamp, @Param(name = "slow") boolean slow) {
      breaker.succeeded(stamp, slow, POLICY, SHORTEST, nanos(2));
    }

    @Operation
    public void failed(@Param(name = "stamp") int stamp) {
      breaker.failed(stamp, 0, 20_000_000, POLICY, SHORTEST, nanos(2));
    }

    @Operation
    public void recordThroughput(
        @Param(name = "stamp") int stamp, @Param(name = "slow") boolean slow) {
      breaker.recordThroughput(stamp, slow, POLICY, SHORTEST, nanos(2));
    }

    @Operation
    public void responded(@Param(name = "stamp") int stamp) {
      breaker.responded(stamp, nanos(2));
    }

    @Operation
    public void release(@Param(name = "stamp") int stamp) {
      breaker.release(stamp);
    }

    @Operation
    public String position(@Param(name = "seconds") int seconds) {
      return breaker.position(nanos(seconds)).name();
    }
  }

  /** What the lock guards is plain, so that two who held it at once would lose a count. */
  public static class OfBriefLock {
    private final SpinLock lock = new SpinLock();
    private int count;

    @Operation
    public int next() {
      lock.lock();
      try {
        count++;
        return count;
      } finally {
        lock.unlock();
      }
    }
  }

  public static class OfRetryTokens {
    private final RetryBudget budget = new RetryBudget(0);

    @Operation
    public boolean charge() {
      return budget.charge(200, 0, 0, 0);
    }

    @Operation
    public void credit() {
      budget.credit(150, 0);
    }

    @Operation
    public int tokens() {
      return budget.tokens(0);
    }
  }

  public static class OfRetriesInFlight {
    private final RetryBudget budget = new RetryBudget(0);

    @Operation
    public boolean begin() {
      return budget.begin(RetryBudget.THROTTLED_COST, 0, BreakerPolicy.DEFAULTS);
    }

    @Operation
    public void end() {
      budget.end();
    }

    @Operation
    public int retries() {
      return budget.retriesInFlight();
    }
  }

  @Param(name = "nanos", gen = IntGen.class, conf = "1:1000")
  public static class OfGate {
    private final Cooldown cooldown = new Cooldown(0);

    @Operation
    public void closeUntil(@Param(name = "nanos") int nanos) {
      cooldown.closeUntil(nanos);
    }

    @Operation
    public long remaining() {
      return cooldown.remainingNanos(0);
    }
  }

  /** At one time, to which the window has yet to change. */
  @Param(name = "amount", gen = IntGen.class, conf = "1:1000")
  public static class OfSlidingSum {
    private final SlidingSum sum = new SlidingSum(100, 0);

    public OfSlidingSum() {
      sum.add(8, 0);
    }

    @Operation
    public void add(@Param(name = "amount") int amount) {
      sum.add(amount, 150);
    }

    @Operation
    public long sum() {
      return sum.sum(150);
    }
  }

  /** A writer holds a lock, a reader does not. */
  @Param(name = "amount", gen = IntGen.class, conf = "1:1000")
  public static class OfLockedSlidingSum {
    private final SpinLock lock = new SpinLock();
    private final SlidingSum sum = new SlidingSum(100, 0);

    public OfLockedSlidingSum() {
      sum.addLocked(8, 0);
    }

    @Operation
    public void add(@Param(name = "amount") int amount) {
      lock.lock();
      try {
        sum.addLocked(amount, 150);
      } finally {
        lock.unlock();
      }
    }

    @Operation
    public long sum() {
      return sum.sum(150);
    }
  }

  public static class OfLossyCounter {
    private final AtomicInteger count = new AtomicInteger();

    @Operation
    public int increment() {
      int seen = count.get();
      count.set(seen + 1);
      return seen;
    }
  }

  private static long nanos(int seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }
}
