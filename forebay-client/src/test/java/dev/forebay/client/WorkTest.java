package dev.forebay.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.core.event.JourneyEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ModelTimeoutException;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceUnavailableException;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;

/** Any other work under the policies of a route. */
class WorkTest {
  private static final String ROUTE = "chat";

  private final ManualTimers clock = new ManualTimers();
  private Forebay forebay = route().build();

  private static RouteBuilder route() {
    return Forebay.builder()
        .credentials("anonymous")
        .route(ROUTE)
        .primary("amazon.nova-pro-v1:0", Region.US_EAST_1)
        .fallback("amazon.nova-lite-v1:0", Region.US_WEST_2)
        .retryDelay(Duration.ofMillis(1), Duration.ofMillis(1))
        .maxAttempts(2, 4);
  }

  @AfterEach
  void close() {
    forebay.close();
  }

  private void with(ForebayBuilder builder) {
    forebay.close();
    forebay = builder.build();
  }

  @Test
  void itsFirstTargetDoesIt() {
    String done = forebay.call(ROUTE, target -> target.name() + " " + target.attempt());
    assertThat(done).isEqualTo("us-east-1/amazon.nova-pro-v1:0 1");
    assertThat(forebay.callsUnderWay()).isZero();
  }

  @Test
  void whatPassesIsTriedAgainAndThenElsewhere() throws Exception {
    List<String> tried = new ArrayList<>();
    String done =
        forebay.call(
            ROUTE,
            target -> {
              tried.add(target.region());
              if (target.region().equals("us-east-1")) {
                throw new IOException("down");
              }
              return target.model().orElse("");
            });
    assertThat(done).isEqualTo("amazon.nova-lite-v1:0");
    assertThat(tried).containsExactly("us-east-1", "us-east-1", "us-west-2");
  }

  /** Also one that begins when the call has waited: work may count on its thread's own values. */
  @Test
  void everyAttemptRunsOnTheCallersThread() {
    with(
        Forebay.builder()
            .credentials("anonymous")
            .route(ROUTE)
            .primary("amazon.nova-pro-v1:0", Region.US_EAST_1)
            .retryDelay(Duration.ofMillis(20), Duration.ofMillis(20))
            .and());
    List<Thread> threads = new ArrayList<>();
    String done =
        forebay.call(
            ROUTE,
            target -> {
              threads.add(Thread.currentThread());
              if (target.attempt() < 3) {
                throw new WorkStatusException(429, "slow down");
              }
              return "done";
            });
    assertThat(done).isEqualTo("done");
    assertThat(threads).hasSize(3).containsOnly(Thread.currentThread());
  }

  @Test
  void aDefectOfTheWorkIsItsCallersAtOnce() {
    AtomicInteger tried = new AtomicInteger();
    assertThatThrownBy(
            () ->
                forebay.call(
                    ROUTE,
                    target -> {
                      tried.incrementAndGet();
                      throw new IllegalStateException("a bug");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a bug");
    assertThat(tried).hasValue(1);
  }

  @Test
  void theLastErrorIsTheWorksOwn() {
    assertThatThrownBy(
            () ->
                forebay.call(
                    ROUTE,
                    target -> {
                      throw new WorkStatusException(503, "no capacity at " + target.region());
                    }))
        .isInstanceOf(WorkStatusException.class)
        .hasMessageContaining("no capacity");
  }

  @Test
  void throttlesOfTheSdkAreThrottles() {
    AtomicInteger tried = new AtomicInteger();
    assertThatThrownBy(
            () ->
                forebay.call(
                    ROUTE,
                    target -> {
                      tried.incrementAndGet();
                      throw ThrottlingException.builder().statusCode(429).message("slow").build();
                    }))
        .isInstanceOf(ThrottlingException.class);
    assertThat(tried.get()).isGreaterThan(2);
  }

  @Test
  void noSuchRoute() {
    assertThatThrownBy(() -> forebay.call("other", target -> "x"))
        .isInstanceOf(BedrockRuntimeException.class)
        .hasMessageContaining("No route for the model 'other'")
        .hasMessageContaining(ROUTE);
  }

  @Test
  void beyondTheLimitItIsRefused() {
    with(route().maxConcurrentCalls(1).and());
    String inner =
        forebay.call(
            ROUTE,
            target -> {
              try {
                return forebay.call(ROUTE, again -> "too many");
              } catch (ThrottlingException e) {
                return e.awsErrorDetails().errorMessage();
              }
            });
    assertThat(inner).contains("maxConcurrentCalls");
    assertThat(forebay.<String, RuntimeException>call(ROUTE, target -> "ok")).isEqualTo("ok");
  }

  /** Longer than can be counted in nanoseconds. */
  @Test
  void aCallThatCannotBeBegunIsNotCounted() {
    CallOptions endless = Forebay.request().deadline(Duration.ofMillis(Long.MAX_VALUE));
    assertThatThrownBy(() -> forebay.call(ROUTE, endless, target -> "x"))
        .isInstanceOf(ArithmeticException.class);
    assertThat(forebay.callsUnderWay()).isZero();
    assertThatThrownBy(
            () -> forebay.callAsync(ROUTE, endless, t -> new CompletableFuture<String>()).join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(ArithmeticException.class);
    assertThat(forebay.callsUnderWay()).isZero();
  }

  @Test
  void modelsThatShareARouteAreCountedTogether() {
    with(Forebay.builder().credentials("anonymous").region(Region.US_EAST_1).maxConcurrentCalls(1));
    for (int i = 0; i < 200; i++) {
      assertThat(forebay.<String, RuntimeException>call("model-" + i, target -> "ok"))
          .isEqualTo("ok");
    }
    String inner =
        forebay.call(
            "one",
            target -> {
              try {
                return forebay.call("another", again -> "too many");
              } catch (ThrottlingException e) {
                return e.awsErrorDetails().errorMessage();
              }
            });
    assertThat(inner).contains("maxConcurrentCalls");
  }

  @Test
  void workThatHangsIsInterruptedByItsDeadline() throws Exception {
    with(route().and().timers(clock));
    AtomicInteger interrupted = new AtomicInteger();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    CountDownLatch hangs = new CountDownLatch(1);
    AtomicReference<Boolean> flag = new AtomicReference<>(true);
    Thread thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    forebay.call(
                        ROUTE,
                        Forebay.request().deadline(Duration.ofSeconds(5)),
                        target -> {
                          hangs.countDown();
                          try {
                            new CountDownLatch(1).await();
                          } catch (InterruptedException e) {
                            interrupted.incrementAndGet();
                            throw e;
                          }
                          return "";
                        });
                  } catch (Exception e) {
                    thrown.set(e);
                    flag.set(Thread.currentThread().isInterrupted());
                  }
                });
    hangs.await();
    for (int i = 0; i < 52 && thread.isAlive(); i++) {
      clock.advance(Duration.ofMillis(100));
      thread.join(Duration.ofMillis(20));
    }
    assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
    assertThat(thrown.get()).isInstanceOf(ModelTimeoutException.class);
    assertThat(interrupted.get()).isPositive();
    assertThat(flag.get()).isFalse();
    assertThat(forebay.callsUnderWay()).isZero();
  }

  @Test
  void anInterruptedCallerLeaves() throws Exception {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    AtomicReference<Boolean> flag = new AtomicReference<>(false);
    CountDownLatch hangs = new CountDownLatch(1);
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    forebay.call(
                        ROUTE,
                        target -> {
                          hangs.countDown();
                          new CountDownLatch(1).await();
                          return "";
                        });
                  } catch (Exception e) {
                    thrown.set(e);
                    flag.set(Thread.currentThread().isInterrupted());
                  }
                });
    hangs.await();
    thread.interrupt();
    thread.join(TimeUnit.SECONDS.toMillis(10));
    assertThat(thrown.get()).isInstanceOf(AbortedException.class);
    assertThat(flag.get()).isTrue();
    assertThat(forebay.callsUnderWay()).isZero();
  }

  @Test
  void anInterruptStaysWhereTheCallHasEndedByAnotherThread() throws Exception {
    AtomicReference<@Nullable Thread> caller = new AtomicReference<>();
    with(
        Forebay.builder()
            .credentials("anonymous")
            .route(ROUTE)
            .primary("amazon.nova-pro-v1:0", Region.US_EAST_1)
            .retryDelay(Duration.ofSeconds(10), Duration.ofSeconds(10))
            .and()
            .timers(clock)
            .listener(
                (journey, event) -> {
                  if (event instanceof JourneyEvent.CallerLeft) {
                    // Its call is about to end here while it is interrupted there.
                    Thread waiting = Objects.requireNonNull(caller.get());
                    waiting.interrupt();
                    await().until(() -> !waiting.isInterrupted());
                  }
                }));
    AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
    AtomicBoolean flag = new AtomicBoolean();
    CountDownLatch tried = new CountDownLatch(1);
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  caller.set(Thread.currentThread());
                  try {
                    forebay.call(
                        ROUTE,
                        target -> {
                          tried.countDown();
                          throw new WorkStatusException(503, "down");
                        });
                  } catch (RuntimeException e) {
                    thrown.set(e);
                    flag.set(Thread.currentThread().isInterrupted());
                  }
                });
    tried.await();
    await().until(() -> thread.getState() == Thread.State.WAITING);
    forebay.close(Duration.ZERO);
    thread.join(TimeUnit.SECONDS.toMillis(10));
    assertThat(thrown.get())
        .isInstanceOf(ServiceUnavailableException.class)
        .hasMessageContaining("Forebay was closed");
    assertThat(flag).isTrue();
  }

  @Test
  void futuresFallBackToo() {
    CompletableFuture<String> done =
        forebay.callAsync(
            ROUTE,
            target ->
                target.region().equals("us-east-1")
                    ? CompletableFuture.failedFuture(new WorkStatusException(500, "down"))
                    : CompletableFuture.completedFuture(target.name()));
    assertThat(done.join()).isEqualTo("us-west-2/amazon.nova-lite-v1:0");
  }

  @Test
  void aCancelledFutureCancelsItsWork() {
    CompletableFuture<String> work = new CompletableFuture<>();
    AtomicInteger begun = new AtomicInteger();
    CompletableFuture<String> call =
        forebay.callAsync(
            ROUTE,
            target -> {
              begun.incrementAndGet();
              return work;
            });
    await().until(() -> begun.get() == 1);
    call.cancel(true);
    await().until(work::isCancelled);
    await().until(() -> forebay.callsUnderWay() == 0);
  }

  @Test
  void afterItsEndItRefuses() {
    forebay.close();
    assertThatThrownBy(() -> forebay.call(ROUTE, target -> "x"))
        .isInstanceOf(ServiceUnavailableException.class)
        .hasMessageContaining("Forebay was closed");
    assertThatThrownBy(() -> forebay.callAsync(ROUTE, t -> new CompletableFuture<String>()).join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(ServiceUnavailableException.class);
  }
}
