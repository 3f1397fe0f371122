package dev.forebay.client;

import static dev.forebay.client.EmulatedBedrock.FALLBACK;
import static dev.forebay.client.EmulatedBedrock.MODEL;
import static dev.forebay.client.EmulatedBedrock.PRIMARY;
import static dev.forebay.client.EmulatedBedrock.hello;
import static dev.forebay.client.EmulatedBedrock.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.client.Answered.Answer;
import dev.forebay.core.Ticker;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ApplyGuardrailRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ModelTimeoutException;
import software.amazon.awssdk.services.bedrockruntime.model.ResourceNotFoundException;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceUnavailableException;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

/** A program's calls through the library, against an emulated Bedrock. */
class ForebayTest {
  @RegisterExtension static final EmulatedBedrock bedrock = new EmulatedBedrock();

  private Forebay forebay = Forebay.builder().region(Region.US_EAST_1).build();

  private Forebay with(RouteBuilder route) {
    return with(route.and());
  }

  private Forebay with(ForebayBuilder builder) {
    forebay.close();
    forebay = builder.build();
    return forebay;
  }

  @AfterEach
  void close() {
    forebay.close();
  }

  @Test
  void theModelThatWasAskedForAnswers() {
    with(bedrock.route());
    try (BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      ConverseResponse response = client.converse(hello(MODEL));
      assertThat(response.output().message().content().getFirst().text()).isNotEmpty();
      Answered answered = Answered.of(response);
      assertThat(answered.answer()).isEqualTo(Answer.PRIMARY);
      assertThat(answered.target()).contains("us-east-1/" + PRIMARY);
      assertThat(answered.model()).contains(PRIMARY);
      assertThat(answered.attempts()).isEqualTo(1);
    }
    assertThat(forebay.callsUnderWay()).isZero();
  }

  @Test
  void anotherModelAnswersWhenItIsDown() {
    with(bedrock.route());
    bedrock.faults("[{\"model\":\"" + PRIMARY + "\",\"unavailable\":{}}]");
    try (BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      Answered answered = Answered.of(client.converse(hello(MODEL)));
      assertThat(answered.answer()).isEqualTo(Answer.FALLBACK);
      assertThat(answered.model()).contains(FALLBACK);
    }
    assertThat(bedrock.arrived(PRIMARY)).isNotEmpty();
  }

  @Test
  void asynchronousCallsToo() {
    with(bedrock.route());
    bedrock.faults("[{\"model\":\"" + PRIMARY + "\",\"throttle\":{}}]");
    try (BedrockRuntimeAsyncClient client = forebay.bedrockRuntimeAsync()) {
      assertThat(Answered.of(client.converse(hello(MODEL)).join()).answer())
          .isEqualTo(Answer.FALLBACK);
    }
  }

  @Test
  void streamsFallBackBeforeTheirFirstContent() {
    with(bedrock.route());
    bedrock.faults("[{\"model\":\"" + PRIMARY + "\",\"unavailable\":{}}]");
    List<String> text = new CopyOnWriteArrayList<>();
    AtomicReference<Answered> answered = new AtomicReference<>();
    try (BedrockRuntimeAsyncClient client = forebay.bedrockRuntimeAsync()) {
      client
          .converseStream(
              r -> r.modelId(MODEL).messages(says("Hello")),
              ConverseStreamResponseHandler.builder()
                  .onResponse(response -> answered.set(Answered.of(response)))
                  .subscriber(
                      ConverseStreamResponseHandler.Visitor.builder()
                          .onContentBlockDelta(delta -> text.add(delta.delta().text()))
                          .build())
                  .build())
          .join();
    }
    assertThat(text).isNotEmpty();
    assertThat(answered.get().answer()).isEqualTo(Answer.FALLBACK);
  }

  @Test
  void withoutAConfigurationEachModelIsARoute() {
    with(Forebay.builder().endpoint(bedrock.emulator().endpoint()).credentials("anonymous"));
    bedrock.faults("[{\"count\":1,\"unavailable\":{}}]");
    try (BedrockRuntimeClient client =
        forebay.attach(BedrockRuntimeClient.builder().region(Region.EU_WEST_1)).build()) {
      Answered answered = Answered.of(client.converse(hello("amazon.nova-pro-v1:0")));
      assertThat(answered.attempts()).isEqualTo(2);
      assertThat(answered.target()).contains("eu-west-1/amazon.nova-pro-v1:0");
    }
  }

  @Test
  void errorsAreTyped() {
    with(bedrock.route());
    try (BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      assertThatThrownBy(() -> client.converse(hello("no.such-model")))
          .isInstanceOf(ResourceNotFoundException.class)
          .hasMessageContaining("Routes: " + MODEL);
      assertThatThrownBy(() -> client.converse(r -> r.modelId(MODEL)))
          .isInstanceOf(ValidationException.class);
    }
  }

  @Test
  void aCallMayHaveItsOwnDeadline() {
    with(bedrock.route());
    bedrock.faults("[{\"hang\":{}}]");
    try (BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      long began = Ticker.system().nanos();
      assertThatThrownBy(
              () ->
                  client.converse(
                      hello(MODEL).toBuilder()
                          .overrideConfiguration(Forebay.request().deadline(Duration.ofMillis(600)))
                          .build()))
          .isInstanceOf(ModelTimeoutException.class);
      assertThat(Duration.ofNanos(Ticker.system().nanos() - began))
          .isLessThan(Duration.ofMillis(850));
    }
    assertThat(forebay.callsUnderWay()).isZero();
  }

  @Test
  void cannedAnswersAreMarked() {
    with(bedrock.route().degraded("Please try again later."));
    bedrock.faults("[{\"unavailable\":{}}]");
    try (BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      ConverseResponse response = client.converse(hello(MODEL));
      assertThat(Answered.of(response).answer()).isEqualTo(Answer.CANNED);
      assertThat(response.output().message().content().getFirst().text())
          .isEqualTo("Please try again later.");
    }
  }

  @Test
  void keptAnswersServeAgain() {
    with(bedrock.route().cache(Duration.ofMinutes(5), Duration.ofHours(1)));
    try (BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      ConverseResponse first = client.converse(hello(MODEL));
      ConverseResponse second = client.converse(hello(MODEL));
      assertThat(Answered.of(second).answer()).isEqualTo(Answer.CACHED);
      assertThat(second.output()).isEqualTo(first.output());
    }
    assertThat(bedrock.arrived(PRIMARY)).hasSize(1);
  }

  @Test
  void equalCallsAtOneTimeAreMadeOnce() {
    with(bedrock.route());
    bedrock.faults("[{\"slowFirstToken\":{\"factor\":1,\"delay\":\"300ms\"}}]");
    try (BedrockRuntimeAsyncClient client = forebay.bedrockRuntimeAsync()) {
      List<CompletableFuture<ConverseResponse>> calls = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        calls.add(
            client.converse(
                hello(MODEL).toBuilder()
                    .overrideConfiguration(Forebay.request().idempotencyKey("order-7"))
                    .build()));
      }
      String text = calls.getFirst().join().output().message().content().getFirst().text();
      calls.forEach(
          call ->
              assertThat(call.join().output().message().content().getFirst().text())
                  .isEqualTo(text));
    }
    assertThat(bedrock.arrived(PRIMARY)).hasSize(1);
  }

  @Test
  void beyondTheLimitCallsAreRefused() {
    with(bedrock.route().maxConcurrentCalls(1));
    bedrock.faults("[{\"hang\":{}}]");
    try (BedrockRuntimeAsyncClient client = forebay.bedrockRuntimeAsync();
        BedrockRuntimeClient blocking = forebay.bedrockRuntime()) {
      CompletableFuture<ConverseResponse> first = client.converse(hello(MODEL));
      await().until(() -> forebay.callsUnderWay() == 1);
      assertThatThrownBy(() -> blocking.converse(hello(MODEL)))
          .isInstanceOf(ThrottlingException.class)
          .hasMessageContaining("maxConcurrentCalls");
      first.cancel(true);
      await().until(() -> forebay.callsUnderWay() == 0);
    }
  }

  @Test
  void itDrains() {
    with(bedrock.route());
    bedrock.faults("[{\"hang\":{}}]");
    try (BedrockRuntimeAsyncClient client = forebay.bedrockRuntimeAsync();
        BedrockRuntimeClient blocking = forebay.bedrockRuntime()) {
      CompletableFuture<ConverseResponse> left = client.converse(hello(MODEL));
      await().until(() -> forebay.callsUnderWay() == 1);
      forebay.close(Duration.ofMillis(50));
      assertThatThrownBy(left::join).hasCauseInstanceOf(ServiceUnavailableException.class);
      assertThatThrownBy(() -> blocking.converse(hello(MODEL)))
          .isInstanceOf(ServiceUnavailableException.class)
          .hasMessageContaining("Forebay was closed");
      assertThat(forebay.callsUnderWay()).isZero();
    }
  }

  @Test
  @Timeout(60)
  void itEndsOtherOperationsToo() throws Exception {
    with(bedrock.route());
    bedrock.faults("[{\"hang\":{}}]");
    try (BedrockRuntimeAsyncClient client = forebay.bedrockRuntimeAsync();
        BedrockRuntimeClient blocking = forebay.bedrockRuntime();
        ExecutorService thread = Executors.newSingleThreadExecutor()) {
      CompletableFuture<?> asked = client.applyGuardrail(guardrail());
      Future<?> waited = thread.submit(() -> blocking.applyGuardrail(guardrail()));
      await().until(() -> forebay.callsUnderWay() == 2);
      forebay.close(Duration.ofMillis(50));
      assertThatThrownBy(() -> asked.get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(ServiceUnavailableException.class)
          .hasMessageContaining("Forebay was closed");
      assertThatThrownBy(() -> waited.get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(ServiceUnavailableException.class)
          .hasMessageContaining("Forebay was closed");
    }
    assertThat(forebay.callsUnderWay()).isZero();
    assertThat(forebay.bytesHeld()).isZero();
  }

  /** Its call is another's, whose caller has left: closing does not find it by that one. */
  @Test
  @Timeout(60)
  void itEndsACallThatSharesTheAnswerOfOneWhoseCallerLeft() throws Exception {
    with(bedrock.route().deadline(Duration.ofMinutes(2)));
    bedrock.faults("[{\"hang\":{}}]");
    ConverseRequest shared =
        hello(MODEL).toBuilder()
            .overrideConfiguration(Forebay.request().idempotencyKey("order-7"))
            .build();
    try (BedrockRuntimeAsyncClient client = forebay.bedrockRuntimeAsync();
        BedrockRuntimeClient blocking = forebay.bedrockRuntime();
        ExecutorService thread = Executors.newSingleThreadExecutor()) {
      CompletableFuture<?> leader = client.converse(shared);
      await().until(() -> bedrock.arrived(PRIMARY).size() == 1);
      CompletableFuture<?> asked = client.converse(shared);
      Future<?> waited = thread.submit(() -> blocking.converse(shared));
      await().until(() -> forebay.callsUnderWay() == 3);
      leader.cancel(true);
      await().until(() -> forebay.callsUnderWay() == 2);
      forebay.close(Duration.ofMillis(50));
      assertThatThrownBy(() -> asked.get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(ServiceUnavailableException.class);
      assertThatThrownBy(() -> waited.get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(ServiceUnavailableException.class);
    }
    assertThat(forebay.callsUnderWay()).isZero();
    await().until(() -> forebay.bytesHeld() == 0);
  }

  private static ApplyGuardrailRequest guardrail() {
    return ApplyGuardrailRequest.builder()
        .guardrailIdentifier("gr-1")
        .guardrailVersion("1")
        .source("INPUT")
        .content(List.of(GuardrailContentBlock.fromText(t -> t.text("Hello"))))
        .build();
  }

  @Test
  void otherOperationsPassThrough() {
    with(bedrock.route());
    try (BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      assertThat(client.applyGuardrail(guardrail()).actionAsString()).isNotEmpty();
      assertThat(
              client
                  .countTokens(
                      r -> r.modelId(MODEL).input(i -> i.converse(c -> c.messages(says("Hello")))))
                  .inputTokens())
          .isPositive();
      assertThat(client.listAsyncInvokes(r -> r.maxResults(5)).asyncInvokeSummaries()).isNotNull();
    }
    assertThat(forebay.callsUnderWay()).isZero();
    assertThat(forebay.bytesHeld()).isZero();
  }

  /** As other clients than the SDK's use it, which may read a stream by a thread. */
  @Test
  void aThreadReadsAStreamAsItComes() throws Exception {
    with(bedrock.route());
    bedrock.faults("[{\"stall\":{\"afterEvents\":3}}]");
    HttpExecuteResponse response =
        forebay
            .httpClient()
            .prepareRequest(
                HttpExecuteRequest.builder()
                    .request(
                        SdkHttpRequest.builder()
                            .method(SdkHttpMethod.POST)
                            .uri(URI.create("https://bedrock"))
                            .encodedPath("/model/" + MODEL + "/converse-stream")
                            .putHeader("Content-Type", "application/json")
                            .build())
                    .contentStreamProvider(
                        () ->
                            new ByteArrayInputStream(
                                "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}"
                                    .getBytes(StandardCharsets.UTF_8)))
                    .build())
            .call();
    assertThat(response.httpResponse().statusCode()).isEqualTo(200);
    // The target stalls, so this is all there is: it comes although more is to follow.
    try (AbortableInputStream in = response.responseBody().orElseThrow()) {
      assertThat(in.read(new byte[4_096])).isPositive();
      assertThat(forebay.callsUnderWay()).isEqualTo(1);
    }
    await().until(() -> forebay.callsUnderWay() == 0);
    assertThat(forebay.bytesHeld()).isZero();
  }
}
