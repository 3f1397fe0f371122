package dev.forebay.cli;

import dev.forebay.gateway.loop.OutOfMemoryExit;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The life of a serving process: until a signal comes, then an orderly end. */
public final class Lifetime {
  private static final Logger log = LoggerFactory.getLogger(Lifetime.class);
  private static final Duration START = Duration.ofSeconds(30);

  private Lifetime() {}

  /** What event loops run on, with the last resort for what they throw. */
  public static Vertx vertx() {
    return Vertx.vertx(new VertxOptions().setPreferNativeTransport(true))
        .exceptionHandler(
            thrown -> {
              OutOfMemoryExit.check(thrown);
              log.error("Something failed by a defect", thrown);
            });
  }

  /** Waits for something to start. */
  public static <T> T started(Future<T> starting, String what) {
    try {
      return starting
          .toCompletionStage()
          .toCompletableFuture()
          .get(START.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new FailedException(what + ": " + cause.getMessage(), cause);
    } catch (TimeoutException e) {
      throw new FailedException(what + ": it took more than " + START.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailedException(what + ": interrupted", e);
    }
  }

  /**
   * Starts what serves, and returns never: on SIGINT or SIGTERM runs the end and leaves with 0 if
   * it went well, which a plain return from a signal would not. A signal that comes during the
   * start waits for it, since calls may arrive before the start is over.
   *
   * @param start returns the end of what it started; if it throws, there is nothing to end
   * @param atMost the longest that the end may take, and before it the rest of the start
   */
  static int serve(Supplier<Supplier<Future<Boolean>>> start, Duration atMost) {
    CompletableFuture<Supplier<Future<Boolean>>> started = new CompletableFuture<>();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> end(started, atMost), "forebay-shutdown"));
    try {
      started.complete(start.get());
    } finally {
      started.cancel(false);
    }
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  private static void end(CompletableFuture<Supplier<Future<Boolean>>> started, Duration atMost) {
    boolean well;
    try {
      well = endedWell(started.get(atMost.toSeconds(), TimeUnit.SECONDS), atMost);
    } catch (CancellationException e) {
      // The start failed: the process keeps the exit code of the failure or the signal.
      return;
    } catch (ExecutionException | TimeoutException e) {
      System.err.println("forebay: the start did not finish: " + e);
      well = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      well = false;
    }
    Logs.end();
    Runtime.getRuntime().halt(well ? 0 : 1);
  }

  private static boolean endedWell(Supplier<Future<Boolean>> end, Duration atMost) {
    try {
      return end.get()
          .toCompletionStage()
          .toCompletableFuture()
          .get(atMost.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      System.err.println("forebay: the shutdown did not finish: " + e);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
