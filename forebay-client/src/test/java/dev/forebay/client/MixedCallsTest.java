package dev.forebay.client;

import static dev.forebay.client.EmulatedBedrock.MODEL;
import static dev.forebay.client.EmulatedBedrock.hello;
import static dev.forebay.client.EmulatedBedrock.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.core.Ticker;
import dev.forebay.core.admission.TargetLoad;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyView;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.WeakHashMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamOutput;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;

/** Ten thousand calls that end in every way, by counts: nothing is left of them. */
@Isolated("It counts threads and measures when calls end.")
class MixedCallsTest {
  @RegisterExtension static final EmulatedBedrock bedrock = new EmulatedBedrock();

  private static final int CALLS = Integer.getInteger("forebay.mixedCalls", 10_000);
  private static final int AT_A_TIME = 64;

  /** So many calls in a row have one idempotency key, those that have any. */
  private static final int SHARING = 100;

  static final Duration DEADLINE = Duration.ofSeconds(1);
  private static final Duration GRACE = Duration.ofMillis(250);

  private final AtomicInteger attemptsBegun = new AtomicInteger();
  private final AtomicInteger attemptsEnded = new AtomicInteger();
  private final AtomicInteger journeysEnded = new AtomicInteger();

  private final AtomicInteger journeysEndedTwice = new AtomicInteger();

  /** Those that have ended. They are not kept for that: a stream holds two megabytes of the SDK. */
  private final Set<JourneyView> ended =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private final AtomicLong longest = new AtomicLong();
  private final Map<String, AtomicInteger> ways = new ConcurrentHashMap<>();

  private void way(String name) {
    ways.computeIfAbsent(name, n -> new AtomicInteger()).incrementAndGet();
  }

  @Test
  void nothingIsLeftOfCallsThatEndInEveryWay() throws Exception {
    bedrock.faults(
        """
        [{"probability":0.1,"throttle":{}},{"probability":0.1,"unavailable":{}},
         {"probability":0.1,"hang":{}},{"probability":0.05,"outage":{}},
         {"probability":0.1,"slowFirstToken":{"delay":"100ms"}},
         {"operation":"converse-stream","probability":0.1,"reset":{"at":"midStream"}},
         {"operation":"converse-stream","probability":0.1,"stall":{}},
         {"operation":"converse-stream","probability":0.1,"exceptionEvent":{"exception":"ModelStreamErrorException"}},
         {"probability":0.05,"cut":{}}]""");
    Forebay forebay =
        bedrock
            .route()
            .deadline(DEADLINE)
            .timeouts(
                Duration.ofMillis(250),
                Duration.ofMillis(250),
                Duration.ofMillis(200),
                Duration.ofMillis(800))
            .retryDelay(Duration.ofMillis(1), Duration.ofMillis(5))
            .maxConcurrentCalls(AT_A_TIME - 2)
            .and()
            .listener(this::count)
            .build();
    try (BedrockRuntimeClient blocking = forebay.bedrockRuntime();
        BedrockRuntimeAsyncClient async = forebay.bedrockRuntimeAsync()) {
      round(forebay, blocking, async, 200);
      await().until(() -> forebay.callsUnderWay() == 0);
      int threads = ManagementFactory.getThreadMXBean().getThreadCount();
      longest.set(0);
      ways.clear();
      round(forebay, blocking, async, CALLS);
      await().until(() -> forebay.callsUnderWay() == 0);
      int connections = bedrock.emulator().connections();
      System.out.println(
          "%d calls, longest %d ms, %d connections left, ends %s"
              .formatted(CALLS, TimeUnit.NANOSECONDS.toMillis(longest.get()), connections, ways));
      // Idle ones of two HTTP clients for each of two targets.
      assertThat(connections).as("connections").isLessThanOrEqualTo(4 * AT_A_TIME);
      for (RouteHealth.TargetHealth target : forebay.health().getFirst().targets()) {
        TargetLoad load = Objects.requireNonNull(forebay.load(target.name()));
        assertThat(load.underWay()).as("reservations of " + target.name()).isZero();
        assertThat(load.interactive() + load.standard() + load.batch()).isZero();
        assertThat(load.waitingTokens() + load.waitingBytes()).isZero();
      }
      assertThat(journeysEnded.get()).isPositive();
      assertThat(journeysEndedTwice.get()).as("journeys that ended twice").isZero();
      assertThat(attemptsEnded.get()).as("each attempt ends").isEqualTo(attemptsBegun.get());
      assertThat(Duration.ofNanos(longest.get())).isLessThan(DEADLINE.plus(GRACE));
      assertThat(ManagementFactory.getThreadMXBean().getThreadCount())
          .isLessThanOrEqualTo(threads + 4);
      assertThat(forebay.bytesHeld()).isZero();
      assertThat(forebay.readersWaiting()).isZero();
    } finally {
      forebay.close();
    }
    await().until(() -> bedrock.emulator().connections() == 0);
  }

  private void count(JourneyView journey, JourneyEvent event) {
    switch (event) {
      case JourneyEvent.AttemptStarted e -> attemptsBegun.incrementAndGet();
      case JourneyEvent.AttemptEnded e -> attemptsEnded.incrementAndGet();
      case JourneyEvent.Answered e -> ended(journey);
      case JourneyEvent.Interrupted e -> ended(journey);
      case JourneyEvent.Refused e -> ended(journey);
      case JourneyEvent.Served e -> ended(journey);
      case JourneyEvent.CallerLeft e -> ended(journey);
      default -> {}
    }
  }

  private void ended(JourneyView journey) {
    journeysEnded.incrementAndGet();
    if (!ended.add(journey)) {
      journeysEndedTwice.incrementAndGet();
    }
  }

  private void round(
      Forebay forebay, BedrockRuntimeClient blocking, BedrockRuntimeAsyncClient async, int calls)
      throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    OtherCalls others = new OtherCalls(forebay, this::way, this::took);
    Semaphore places = new Semaphore(AT_A_TIME);
    ThreadFactory virtual = Thread.ofVirtual().factory();
    Queue<Future<?>> all = new ArrayDeque<>();
    try (ScheduledExecutorService later = Executors.newScheduledThreadPool(1);
        ExecutorService platform = Executors.newFixedThreadPool(AT_A_TIME);
        ExecutorService light = Executors.newThreadPerTaskExecutor(virtual)) {
      for (int i = 0; i < calls; i++) {
        places.acquire();
        int kind = random.nextInt(12);
        int after = random.nextInt(200);
        boolean leaves = random.nextInt(4) == 0;
        Runnable end = places::release;
        ExecutorService either = after % 2 == 0 ? platform : light;
        switch (kind) {
          case 0, 1 ->
              all.add(block(kind == 0 ? platform : light, later, blocking, leaves, after, end));
          case 6 -> all.add(others.read(either, later, leaves, after, end));
          case 7 -> all.add(others.work(later, leaves, after, end));
          case 8 -> all.add(others.blockingWork(either, later, leaves, after, end));
          case 9 -> all.add(others.guardrail(async, later, leaves, after, end));
          case 10 -> all.add(others.blockingGuardrail(either, later, blocking, leaves, after, end));
          case 11 -> all.add(others.shared(async, later, leaves, after, i / SHARING, end));
          case 2, 3 -> all.add(ask(async, later, leaves, after, end));
          default -> all.add(stream(async, later, leaves, after, kind == 5, end));
        }
        if (all.size() > 4 * AT_A_TIME) {
          finish(all.remove());
        }
      }
      for (Future<?> each : all) {
        finish(each);
      }
    }
  }

  private void finish(Future<?> call) throws InterruptedException, TimeoutException {
    try {
      call.get(20, TimeUnit.SECONDS);
    } catch (ExecutionException | CancellationException e) {
      way(e.getClass().getSimpleName());
    }
  }

  private Future<?> block(
      ExecutorService on,
      ScheduledExecutorService later,
      BedrockRuntimeClient client,
      boolean leaves,
      int after,
      Runnable end) {
    Future<?> running =
        on.submit(
            () -> {
              long began = Ticker.system().nanos();
              try {
                client.converse(hello(MODEL));
                way("answered");
              } catch (RuntimeException e) {
                way(e.getClass().getSimpleName());
              } finally {
                took(began);
                Thread.interrupted();
                end.run();
              }
            });
    if (leaves) {
      ScheduledFuture<?> unused =
          later.schedule(() -> running.cancel(true), after, TimeUnit.MILLISECONDS);
    }
    return running;
  }

  private Future<?> ask(
      BedrockRuntimeAsyncClient client,
      ScheduledExecutorService later,
      boolean leaves,
      int after,
      Runnable end) {
    long began = Ticker.system().nanos();
    CompletableFuture<?> call = client.converse(hello(MODEL));
    if (leaves) {
      ScheduledFuture<?> unused =
          later.schedule(() -> call.cancel(true), after, TimeUnit.MILLISECONDS);
    }
    CompletableFuture<?> unusedEnd =
        call.whenComplete(
            (response, thrown) -> {
              took(began);
              way(thrown == null ? "answered" : name(thrown));
              end.run();
            });
    return call;
  }

  private Future<?> stream(
      BedrockRuntimeAsyncClient client,
      ScheduledExecutorService later,
      boolean leaves,
      int after,
      boolean cancelsSubscription,
      Runnable end) {
    long began = Ticker.system().nanos();
    AtomicBoolean timed = new AtomicBoolean();
    Runnable firstEventOrEnd =
        () -> {
          if (timed.compareAndSet(false, true)) {
            took(began);
          }
        };
    CompletableFuture<?> call =
        client.converseStream(
            r -> r.modelId(MODEL).messages(says("Hello")),
            ConverseStreamResponseHandler.builder()
                .subscriber(
                    () -> new StreamSubscriber(leaves && cancelsSubscription, firstEventOrEnd))
                .build());
    if (leaves && !cancelsSubscription) {
      ScheduledFuture<?> unused =
          later.schedule(() -> call.cancel(true), after, TimeUnit.MILLISECONDS);
    }
    CompletableFuture<?> unusedEnd =
        call.whenComplete(
            (response, thrown) -> {
              firstEventOrEnd.run();
              way(thrown == null ? "streamed" : name(thrown));
              end.run();
            });
    return call;
  }

  static String name(Throwable thrown) {
    Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
    return cause.getClass().getSimpleName();
  }

  private void took(long began) {
    longest.accumulateAndGet(Ticker.system().nanos() - began, Math::max);
  }

  /** Reads a stream, or leaves after its first event. */
  private static final class StreamSubscriber implements Subscriber<ConverseStreamOutput> {
    private final boolean leaves;
    private final Runnable began;
    private @Nullable Subscription subscription;

    StreamSubscriber(boolean leaves, Runnable began) {
      this.leaves = leaves;
      this.began = began;
    }

    @Override
    public void onSubscribe(Subscription own) {
      subscription = own;
      own.request(1);
    }

    @Override
    public void onNext(ConverseStreamOutput event) {
      began.run();
      Subscription known = Objects.requireNonNull(subscription);
      if (leaves) {
        known.cancel();
      } else {
        known.request(1);
      }
    }

    @Override
    public void onError(Throwable thrown) {}

    @Override
    public void onComplete() {}
  }
}
