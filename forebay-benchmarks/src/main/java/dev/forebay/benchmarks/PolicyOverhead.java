package dev.forebay.benchmarks;

import dev.failsafe.FailsafeExecutor;
import dev.forebay.core.Ticker;
import dev.forebay.core.TokenUsage;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the policies add to a call that succeeds at once: the happy path, which nearly all calls
 * take. Every library is composed once and called often; there is no listener; nothing is ever
 * refused.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 3,
    jvmArgsAppend = {"-Xms512m", "-Xmx512m"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class PolicyOverhead {
  /** More than can be asked for. */
  static final int CALLS_PER_SECOND = 1_000_000_000;

  static final int MAX_CONCURRENT = 1_000;
  static final int MAX_ATTEMPTS = 5;

  private static final TokenUsage USAGE = new TokenUsage(2, 2, 0, 0);

  private final Ticker ticker = Ticker.system();
  private final ForebayCalls unary = new ForebayCalls(1, false, PolicyOverhead::answer);
  private final ForebayCalls stream = new ForebayCalls(1, true, PolicyOverhead::answer);
  private final ForebayCalls ofTwo = new ForebayCalls(2, false, PolicyOverhead::answer);
  private final Supplier<TokenUsage> decorated =
      Resilience4jCalls.decorated(PolicyOverhead::answer);
  private final Supplier<TokenUsage> decoratedWithBulkhead =
      Resilience4jCalls.decoratedWithBulkhead(PolicyOverhead::answer);

  /** For retries with a pause, of which there are none. */
  private final ScheduledExecutorService delays =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());

  private final Supplier<CompletionStage<TokenUsage>> decoratedStage =
      Resilience4jCalls.decoratedStage(PolicyOverhead::stage, delays);
  private final Supplier<CompletionStage<TokenUsage>> decoratedStageWithBulkhead =
      Resilience4jCalls.decoratedStageWithBulkhead(PolicyOverhead::stage, delays);
  private final FailsafeExecutor<TokenUsage> executor = FailsafeCalls.executor();
  private final FailsafeExecutor<TokenUsage> executorWithBulkhead =
      FailsafeCalls.executorWithBulkhead();

  private static TokenUsage answer() {
    return USAGE;
  }

  private static CompletionStage<TokenUsage> stage() {
    return CompletableFuture.completedFuture(USAGE);
  }

  /** What each thread has for itself, as an event loop has. */
  @State(Scope.Thread)
  public static class Caller {
    final SplittableRandom random = new SplittableRandom(1);
  }

  @TearDown(Level.Iteration)
  public void checkCircuits() {
    unary.checkCircuits();
    stream.checkCircuits();
    ofTwo.checkCircuits();
  }

  /** The call alone. */
  @Benchmark
  public TokenUsage nothing() {
    return answer();
  }

  /** One look at the clock; all the others look two or three times. */
  @Benchmark
  public long clock() {
    return ticker.nanos();
  }

  @Benchmark
  public TokenUsage forebay(Caller caller) {
    return unary.call(caller.random);
  }

  @Benchmark
  public TokenUsage forebayStream(Caller caller) {
    return stream.call(caller.random);
  }

  @Benchmark
  public TokenUsage forebayTwoTargets(Caller caller) {
    return ofTwo.call(caller.random);
  }

  @Benchmark
  public TokenUsage resilience4j() {
    return decorated.get();
  }

  @Benchmark
  public TokenUsage resilience4jBulkhead() {
    return decoratedWithBulkhead.get();
  }

  /** For asynchronous calls, as those of an event loop and of async clients. */
  @Benchmark
  public CompletionStage<TokenUsage> resilience4jAsync() {
    return decoratedStage.get();
  }

  @Benchmark
  public CompletionStage<TokenUsage> resilience4jAsyncBulkhead() {
    return decoratedStageWithBulkhead.get();
  }

  @Benchmark
  public TokenUsage failsafe() {
    return executor.get(PolicyOverhead::answer);
  }

  @Benchmark
  public TokenUsage failsafeBulkhead() {
    return executorWithBulkhead.get(PolicyOverhead::answer);
  }
}
