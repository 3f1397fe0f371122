package dev.forebay.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.emulator.Emulator;
import dev.forebay.emulator.EmulatorConfig;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceUnavailableException;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;

/** The two HTTP clients under the SDK's own, without an engine between. */
class SdkHttpClientsTest {
  private static final String MODEL = "amazon.nova-lite-v1:0";
  private static final Message HELLO =
      Message.builder().role(ConversationRole.USER).content(ContentBlock.fromText("Hello")).build();

  private static Emulator emulator;
  private Relay relay;
  private BedrockRuntimeClient blocking;
  private BedrockRuntimeAsyncClient async;

  @BeforeAll
  static void startEmulator() {
    emulator =
        Emulator.start(
            EmulatorConfig.parse(
                "{ port: 0, anyModel: true, otherModels: { latency: { timeToFirstToken: 0ms, tokensPerSecond: 1000000 }, outputTokens: 50 } }"));
  }

  @AfterAll
  static void stopEmulator() {
    emulator.close();
  }

  @BeforeEach
  void attach() {
    emulator.reset();
    relay = new Relay(emulator.endpoint());
    ForebayPlugin plugin =
        new ForebayPlugin(
            Duration.ofSeconds(60), new ClientCredentials(ClientCredentials.Use.BY_NONE));
    blocking =
        BedrockRuntimeClient.builder()
            .region(Region.US_EAST_1)
            .httpClient(new ForebayHttpClient(relay))
            .addPlugin(plugin)
            .build();
    async =
        BedrockRuntimeAsyncClient.builder()
            .region(Region.US_EAST_1)
            .httpClient(new ForebayAsyncHttpClient(relay))
            .addPlugin(plugin)
            .build();
  }

  @AfterEach
  void close() {
    blocking.close();
    async.close();
    relay.close();
  }

  @Test
  void aBlockingCallIsAnswered() {
    String text =
        blocking
            .converse(r -> r.modelId(MODEL).messages(HELLO))
            .output()
            .message()
            .content()
            .get(0)
            .text();
    assertThat(text).isNotEmpty();
    assertThat(relay.interrupts().waiting()).isZero();
  }

  @Test
  void anAsyncCallIsAnswered() {
    String text =
        async
            .converse(r -> r.modelId(MODEL).messages(HELLO))
            .join()
            .output()
            .message()
            .content()
            .get(0)
            .text();
    assertThat(text).isNotEmpty();
  }

  @Test
  void errorsAreTyped() {
    emulator.faults("[{\"throttle\":{}}]");
    assertThatThrownBy(() -> blocking.converse(r -> r.modelId(MODEL).messages(HELLO)))
        .isInstanceOf(ThrottlingException.class);
  }

  @Test
  void aStreamIsRead() {
    List<String> text = new CopyOnWriteArrayList<>();
    async
        .converseStream(
            r -> r.modelId(MODEL).messages(HELLO),
            ConverseStreamResponseHandler.builder()
                .subscriber(
                    ConverseStreamResponseHandler.Visitor.builder()
                        .onContentBlockDelta(delta -> text.add(delta.delta().text()))
                        .build())
                .build())
        .join();
    assertThat(text).isNotEmpty();
  }

  @Test
  void nobodyThere() {
    try (Relay nowhere = new Relay(URI.create("http://127.0.0.1:1"))) {
      try (BedrockRuntimeClient client =
          BedrockRuntimeClient.builder()
              .region(Region.US_EAST_1)
              .httpClient(new ForebayHttpClient(nowhere))
              .addPlugin(
                  new ForebayPlugin(
                      Duration.ofSeconds(60), new ClientCredentials(ClientCredentials.Use.BY_NONE)))
              .build()) {
        assertThatThrownBy(() -> client.converse(r -> r.modelId(MODEL).messages(HELLO)))
            .isInstanceOf(ServiceUnavailableException.class)
            .hasMessageContaining("connection refused");
      }
    }
  }

  @Test
  void anInterruptedThreadLeaves() throws Exception {
    emulator.faults("[{\"hang\":{}}]");
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    AtomicReference<Boolean> flag = new AtomicReference<>(false);
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    blocking.converse(r -> r.modelId(MODEL).messages(HELLO));
                  } catch (RuntimeException e) {
                    thrown.set(e);
                    flag.set(Thread.currentThread().isInterrupted());
                  }
                });
    await().until(() -> !emulator.stats().recent().isEmpty() || relay.interrupts().waiting() > 0);
    thread.interrupt();
    thread.join(TimeUnit.SECONDS.toMillis(10));
    assertThat(thrown.get())
        .isInstanceOf(SdkClientException.class)
        .hasMessageContaining("The thread was interrupted");
    assertThat(flag.get()).as("the thread's flag").isTrue();
    assertThat(relay.left).hasValue(1);
    assertThat(relay.failures).hasValue(0);
  }

  /** Behind the head the call is over for the SDK's pipeline, but the thread still reads. */
  @Test
  void anInterruptedThreadLeavesAStreamThatStalls() throws Exception {
    emulator.faults("[{\"operation\":\"converse-stream\",\"stall\":{}}]");
    byte[] body =
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hello\"}]}]}"
            .getBytes(StandardCharsets.UTF_8);
    HttpExecuteRequest request =
        HttpExecuteRequest.builder()
            .request(
                SdkHttpRequest.builder()
                    .method(SdkHttpMethod.POST)
                    .uri(URI.create("https://bedrock-runtime.us-east-1.amazonaws.com"))
                    .encodedPath("/model/" + MODEL + "/converse-stream")
                    .putHeader("Content-Type", "application/json")
                    .putHeader("Content-Length", Integer.toString(body.length))
                    .build())
            .contentStreamProvider(ContentStreamProvider.fromByteArray(body))
            .build();
    CountDownLatch head = new CountDownLatch(1);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    AtomicReference<Boolean> flag = new AtomicReference<>(false);
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try (ForebayHttpClient callerSide = new ForebayHttpClient(relay)) {
                    HttpExecuteResponse response = callerSide.prepareRequest(request).call();
                    head.countDown();
                    response.responseBody().orElseThrow().readAllBytes();
                  } catch (IOException e) {
                    thrown.set(e);
                    flag.set(Thread.currentThread().isInterrupted());
                  }
                });
    head.await();
    await().until(() -> relay.interrupts().waiting() > 0);
    thread.interrupt();
    thread.join(TimeUnit.SECONDS.toMillis(10));
    assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
    assertThat(flag.get()).as("the thread's flag").isTrue();
    await().until(() -> relay.left.get() == 1);
    assertThat(relay.interrupts().waiting()).isZero();
  }

  @Test
  void aCancelledFutureLeaves() {
    emulator.faults("[{\"hang\":{}}]");
    CompletableFuture<?> call = async.converse(r -> r.modelId(MODEL).messages(HELLO));
    await().until(() -> !emulator.stats().recent().isEmpty());
    call.cancel(true);
    await().until(() -> relay.left.get() == 1);
  }
}
