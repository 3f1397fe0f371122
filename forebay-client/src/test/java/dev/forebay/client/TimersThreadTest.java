package dev.forebay.client;

import static dev.forebay.client.EmulatedBedrock.MODEL;
import static dev.forebay.client.EmulatedBedrock.PRIMARY;
import static dev.forebay.client.EmulatedBedrock.hello;
import static dev.forebay.client.EmulatedBedrock.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.ModelTimeoutException;

/**
 * One thread has the timers of all calls. None of the program's code runs on it, so that code which
 * blocks holds up no other call.
 */
@Timeout(60)
class TimersThreadTest {
  @RegisterExtension static final EmulatedBedrock bedrock = new EmulatedBedrock();

  private static final String HANGS = "[{\"hang\":{}}]";
  private static final CallOptions SHORT = Forebay.request().deadline(Duration.ofMillis(300));

  private final Set<String> threads = ConcurrentHashMap.newKeySet();
  private Forebay forebay = bedrock.route().and().build();

  @AfterEach
  void close() {
    forebay.close(Duration.ZERO);
  }

  private void with(ForebayBuilder builder) {
    forebay.close();
    forebay = builder.build();
  }

  /** The program's code runs here. */
  private void note() {
    threads.add(Thread.currentThread().getName());
  }

  private void assertNotedElsewhere() {
    assertThat(threads).isNotEmpty().doesNotContain("forebay-timers");
  }

  private CompletableFuture<String> hangingWork() {
    return forebay.callAsync(MODEL, SHORT, target -> new CompletableFuture<>());
  }

  private BedrockRuntimeAsyncClient client() {
    return forebay.bedrockRuntimeAsync(
        builder ->
            builder.asyncConfiguration(
                c ->
                    c.advancedOption(
                        SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run)));
  }

  private CompletableFuture<Void> stream(BedrockRuntimeAsyncClient client, CallOptions options) {
    return client.converseStream(
        ConverseStreamRequest.builder()
            .modelId(MODEL)
            .messages(says("Hello"))
            .overrideConfiguration(options)
            .build(),
        ConverseStreamResponseHandler.builder()
            .onResponse(head -> note())
            .subscriber(event -> note())
            .build());
  }

  @Test
  void aContinuationThatBlocksHoldsUpNoOtherCall() throws Exception {
    CountDownLatch blocks = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    CompletableFuture<String> first =
        hangingWork()
            .exceptionally(
                thrown -> {
                  blocks.countDown();
                  try {
                    released.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                  return "released";
                });
    assertThat(blocks.await(10, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<String> second = hangingWork();
    assertThatThrownBy(() -> second.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(ModelTimeoutException.class);
    released.countDown();
    assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("released");
  }

  @Test
  void aContinuationMayMakeABlockingCallThatTimesOut() throws Exception {
    CompletableFuture<String> call =
        hangingWork()
            .exceptionally(
                first -> {
                  try {
                    return forebay.call(
                        MODEL,
                        SHORT,
                        target -> {
                          new CountDownLatch(1).await();
                          return "never";
                        });
                  } catch (Exception second) {
                    return second.getClass().getSimpleName();
                  }
                });
    assertThat(call.get(10, TimeUnit.SECONDS)).isEqualTo("ModelTimeoutException");
  }

  @Test
  void workThatTimesOutIsCancelledElsewhere() throws Exception {
    CompletableFuture<Void> cancelled = new CompletableFuture<>();
    CompletableFuture<?> ended =
        forebay
            .callAsync(
                MODEL,
                SHORT,
                target -> {
                  CompletableFuture<String> work = new CompletableFuture<>();
                  CompletableFuture<?> unused =
                      work.whenComplete(
                          (given, thrown) -> {
                            note();
                            cancelled.complete(null);
                          });
                  return work;
                })
            .whenComplete((given, thrown) -> note());
    assertThatThrownBy(() -> ended.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(ModelTimeoutException.class);
    await().until(cancelled::isDone);
    assertNotedElsewhere();
  }

  @Test
  void aClientsFutureThatTimesOutEndsElsewhere() {
    bedrock.faults(HANGS);
    try (BedrockRuntimeAsyncClient client = client()) {
      CompletableFuture<?> ended =
          client
              .converse(hello(MODEL).toBuilder().overrideConfiguration(SHORT).build())
              .whenComplete((given, thrown) -> note());
      assertThatThrownBy(() -> ended.get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(ModelTimeoutException.class);
    }
    assertNotedElsewhere();
  }

  @Test
  void aCannedStreamIsReadElsewhere() throws Exception {
    with(bedrock.route().deadline(Duration.ofMillis(300)).degraded("Please try again.").and());
    bedrock.faults(HANGS);
    try (BedrockRuntimeAsyncClient client = client()) {
      stream(client, Forebay.request()).get(10, TimeUnit.SECONDS);
    }
    assertNotedElsewhere();
  }

  @Test
  void anAnswerThatCallersShareIsReadElsewhere() throws Exception {
    bedrock.faults("[{\"slowFirstToken\":{\"factor\":1,\"delay\":\"300ms\"}}]");
    CallOptions shared = Forebay.request().idempotencyKey("order-7");
    try (BedrockRuntimeAsyncClient client = client()) {
      CompletableFuture<Void> leader = stream(client, shared);
      await().until(() -> !bedrock.arrived(PRIMARY).isEmpty());
      CompletableFuture<Void> follower = stream(client, shared);
      leader.get(10, TimeUnit.SECONDS);
      follower.get(10, TimeUnit.SECONDS);
    }
    assertThat(bedrock.arrived(PRIMARY)).hasSize(1);
    assertNotedElsewhere();
  }

  @Test
  void aProgramsHttpClientIsAskedAgainElsewhere() {
    SdkAsyncHttpClient own =
        new SdkAsyncHttpClient() {
          @Override
          public CompletableFuture<Void> execute(AsyncExecuteRequest request) {
            note();
            return CompletableFuture.failedFuture(new IllegalStateException("odd"));
          }

          @Override
          public void close() {}
        };
    with(bedrock.route().deadline(Duration.ofSeconds(2)).and().asyncHttpClient(own));
    try (BedrockRuntimeAsyncClient client = client()) {
      CompletableFuture<?> call = client.converse(hello(MODEL));
      assertThatThrownBy(() -> call.get(10, TimeUnit.SECONDS)).isNotNull();
    }
    assertNotedElsewhere();
  }
}
