package dev.forebay.sqs;

import dev.forebay.core.Jitter;
import dev.forebay.jobs.Timers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Makes a call again while its failures are passing ones; the SDK's clients try once.
 *
 * <pre>
 * delay = U(1/2, 1) * min(20 s, 200 ms * 2^n)
 * </pre>
 *
 * <p>Thread-safe; blocks no thread.
 */
final class Retrying {
  /** For what must not be lost: about eight minutes. */
  static final int LONG = 34;

  /** For what will be done again anyway. */
  static final int SHORT = 3;

  private static final Duration BASE = Duration.ofMillis(200);
  private static final Duration MOST = Duration.ofSeconds(20);

  private final Timers timers;
  private final RandomGenerator random;

  Retrying(Timers timers, RandomGenerator random) {
    this.timers = timers;
    this.random = random;
  }

  /** Makes the call at most so often; completes as its last one did. */
  <T> CompletableFuture<T> call(int tries, Supplier<CompletableFuture<T>> call) {
    CompletableFuture<T> result = new CompletableFuture<>();
    attempt(0, tries, call, result);
    return result;
  }

  private <T> void attempt(
      int failed, int tries, Supplier<CompletableFuture<T>> call, CompletableFuture<T> result) {
    CompletableFuture<T> unused =
        begun(call)
            .whenComplete(
                (value, failure) -> {
                  if (failure == null) {
                    result.complete(value);
                  } else if (failed + 1 < tries && AwsFailure.passes(failure)) {
                    timers.after(delay(failed), () -> attempt(failed + 1, tries, call, result));
                  } else {
                    result.completeExceptionally(failure);
                  }
                });
  }

  /** Clients that are closed throw, instead of failing. */
  private static <T> CompletableFuture<T> begun(Supplier<CompletableFuture<T>> call) {
    try {
      return call.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** How long to wait after so many failures and one more. */
  Duration delay(int failed) {
    return Jitter.EQUAL.delay(BASE, MOST, failed, random);
  }
}
