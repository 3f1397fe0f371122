package dev.forebay.client;

import static dev.forebay.client.EmulatedBedrock.MODEL;
import static dev.forebay.client.EmulatedBedrock.hello;
import static dev.forebay.client.EmulatedBedrock.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;

/** A program that makes one call after another never has two under way, however each ends. */
class OneCallAtATimeTest {
  @RegisterExtension static final EmulatedBedrock bedrock = new EmulatedBedrock();

  private static final int CALLS = 100;
  private static final int HANGS = 15;

  /** Of a call that a target answers by an error of the caller, which opens no circuit. */
  private static final String ERROR =
      "[{\"probability\":0.5,\"error\":{\"exception\":\"ValidationException\"}}]";

  private Forebay forebay;
  private BedrockRuntimeClient blocking;
  private BedrockRuntimeAsyncClient async;
  private final Map<String, Integer> ends = new TreeMap<>();

  @BeforeEach
  void open() {
    forebay = bedrock.route().maxConcurrentCalls(1).and().build();
    blocking = forebay.bedrockRuntime();
    async = forebay.bedrockRuntimeAsync();
  }

  @AfterEach
  void close() {
    blocking.close();
    async.close();
    forebay.close();
  }

  /** Makes a call and notes its end; none is under way after that. */
  private void make(Runnable call) {
    try {
      call.run();
      ended("answered");
    } catch (CompletionException e) {
      ended(Objects.requireNonNull(e.getCause()).getClass().getSimpleName());
    } catch (RuntimeException e) {
      ended(e.getClass().getSimpleName());
    }
  }

  private void ended(String how) {
    ends.merge(how, 1, Integer::sum);
    if (forebay.callsUnderWay() > 0) {
      ends.merge(how + ", and under way", 1, Integer::sum);
    }
  }

  private static ConverseRequest within(Duration deadline) {
    return hello(MODEL).toBuilder()
        .overrideConfiguration(Forebay.request().deadline(deadline))
        .build();
  }

  private void stream() {
    async
        .converseStream(
            r -> r.modelId(MODEL).messages(says("Hello")),
            ConverseStreamResponseHandler.builder().subscriber(event -> {}).build())
        .join();
  }

  private void assertNoneWasInTheWay(String... expected) {
    assertThat(ends).as("how calls ended").containsOnlyKeys(expected);
  }

  @Test
  void blockingCalls() {
    bedrock.faults(ERROR);
    for (int i = 0; i < CALLS; i++) {
      make(() -> blocking.converse(hello(MODEL)));
    }
    assertNoneWasInTheWay("answered", "ValidationException");
  }

  @Test
  void asynchronousCalls() {
    bedrock.faults(ERROR);
    for (int i = 0; i < CALLS; i++) {
      make(() -> async.converse(hello(MODEL)).join());
    }
    assertNoneWasInTheWay("answered", "ValidationException");
  }

  @Test
  void streams() {
    bedrock.faults(
        """
        [{"probability":0.3,"error":{"exception":"ValidationException"}},
         {"probability":0.3,"exceptionEvent":{"exception":"ModelStreamErrorException"}}]""");
    for (int i = 0; i < CALLS; i++) {
      make(this::stream);
    }
    assertNoneWasInTheWay("answered", "ModelStreamErrorException", "ValidationException");
  }

  @Test
  void callsThatMeetTheirDeadline() {
    bedrock.faults("[{\"hang\":{}}]");
    for (int i = 0; i < HANGS; i++) {
      make(() -> blocking.converse(within(Duration.ofMillis(50))));
      make(() -> async.converse(within(Duration.ofMillis(50))).join());
    }
    assertNoneWasInTheWay("ModelTimeoutException");
  }

  @Test
  void anyOtherWork() {
    for (int i = 0; i < CALLS; i++) {
      boolean fails = i % 2 == 0;
      make(
          () ->
              forebay.call(
                  MODEL,
                  target -> {
                    if (fails) {
                      throw new IllegalStateException("a bug");
                    }
                    return target.name();
                  }));
      make(
          () ->
              forebay
                  .callAsync(
                      MODEL,
                      target ->
                          fails
                              ? CompletableFuture.failedFuture(new IllegalStateException("a bug"))
                              : CompletableFuture.completedFuture(target.name()))
                  .join());
    }
    assertNoneWasInTheWay("IllegalStateException", "answered");
  }

  /** Each caller gets its answer; the place is free before that, but the library is still open. */
  @Test
  void closingWaitsForAnswers() {
    forebay.close();
    forebay = bedrock.route().and().build();
    bedrock.faults("[{\"slowFirstToken\":{\"factor\":1,\"delay\":\"2s\"}}]");
    List<CompletableFuture<ConverseResponse>> calls = new ArrayList<>();
    try (BedrockRuntimeAsyncClient client = forebay.bedrockRuntimeAsync()) {
      for (int i = 0; i < 20; i++) {
        calls.add(client.converse(hello(MODEL)));
      }
      await().until(() -> forebay.callsUnderWay() == 20);
      forebay.close();
      assertThat(forebay.callsUnderWay()).isZero();
      calls.forEach(call -> assertThat(call.join().output()).isNotNull());
    }
  }
}
