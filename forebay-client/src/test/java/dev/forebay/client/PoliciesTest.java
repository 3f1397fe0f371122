package dev.forebay.client;

import static dev.forebay.client.EmulatedBedrock.FALLBACK;
import static dev.forebay.client.EmulatedBedrock.MODEL;
import static dev.forebay.client.EmulatedBedrock.PRIMARY;
import static dev.forebay.client.EmulatedBedrock.hello;
import static dev.forebay.client.EmulatedBedrock.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Ticker;
import dev.forebay.emulator.Emulator;
import dev.forebay.emulator.EmulatorConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelResponse;

/** Policies of the engine by calls of the library's clients. */
@Timeout(60)
class PoliciesTest {
  private static final String NOVA = "us.amazon.nova-lite-v1:0";

  @RegisterExtension static final EmulatedBedrock bedrock = new EmulatedBedrock();

  @Test
  void callsBeyondAQuotaAreAnsweredByTheFallback() {
    try (Emulator limited =
            Emulator.start(
                EmulatorConfig.parse(
                    """
                    port: 0
                    anyModel: true
                    otherModels: { latency: { timeToFirstToken: 0ms, tokensPerSecond: 1000000 } }
                    models:
                      %s: { quota: { requestsPerMinute: 3 }, latency: { timeToFirstToken: 0ms, tokensPerSecond: 1000000 } }
                    """
                        .formatted(PRIMARY)));
        Forebay forebay =
            Forebay.builder()
                .endpoint(limited.endpoint())
                .credentials("anonymous")
                .route(MODEL)
                .primary(PRIMARY, Region.US_EAST_1)
                .quota(3, 0)
                .fallback(FALLBACK, Region.US_WEST_2)
                .patience(Duration.ofMillis(1))
                .maxAttempts(1, 2)
                .retryDelay(Duration.ofMillis(1), Duration.ofMillis(5))
                .build();
        BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      List<Answered.Answer> answers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        answers.add(Answered.of(client.converse(hello(MODEL))).answer());
      }
      assertThat(answers.getFirst()).isEqualTo(Answered.Answer.PRIMARY);
      assertThat(answers.getLast()).isEqualTo(Answered.Answer.FALLBACK);
      assertThat(answers).filteredOn(Answered.Answer.PRIMARY::equals).hasSize(3);
    }
  }

  @Test
  void invokeModelIsAnsweredInItsFormByAModelOfAnotherFamily() {
    bedrock.faults("[{\"model\":\"" + PRIMARY + "\",\"unavailable\":{}}]");
    try (Forebay forebay =
            Forebay.builder()
                .endpoint(bedrock.emulator().endpoint())
                .credentials("anonymous")
                .route(MODEL)
                .primary(PRIMARY, Region.US_EAST_1)
                .fallback(NOVA, Region.US_EAST_1)
                .retryDelay(Duration.ofMillis(1), Duration.ofMillis(5))
                .build();
        BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      InvokeModelResponse response =
          client.invokeModel(
              r ->
                  r.modelId(MODEL)
                      .body(
                          SdkBytes.fromUtf8String(
                              """
                              {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 100,
                               "messages": [{"role": "user", "content": "Hello"}]}\
                              """)));
      assertThat(Answered.of(response).answer()).isEqualTo(Answered.Answer.FALLBACK);
      assertThat(Answered.of(response).model()).contains(NOVA);
      assertThat(response.body().asUtf8String())
          .contains("\"type\":\"message\"")
          .contains("\"content\":[{\"type\":\"text\",\"text\":\"")
          .contains("\"stop_reason\":");
    }
  }

  @Test
  void aStreamThatIsSlowToBeginIsAskedForAgainBesideIt() {
    Duration slow = Duration.ofSeconds(5);
    try (Forebay forebay =
            Forebay.builder()
                .endpoint(bedrock.emulator().endpoint())
                .credentials("anonymous")
                .route(MODEL)
                .primary(PRIMARY, Region.US_EAST_1, Region.US_WEST_2)
                .hedge()
                .build();
        BedrockRuntimeAsyncClient client = forebay.bedrockRuntimeAsync()) {
      // What is usual has to be known first, and a hedge earned.
      int before = 120;
      for (int i = 0; i < before; i++) {
        assertThat(stream(client).attempts()).isOne();
      }
      bedrock.faults(
          "[{\"operation\":\"converse-stream\",\"count\":1,\"slowFirstToken\":{\"delay\":\"%dms\"}}]"
              .formatted(slow.toMillis()));
      long began = now();
      Answered answered = stream(client);
      assertThat(Duration.ofNanos(now() - began)).isLessThan(slow);
      assertThat(answered.attempts()).isEqualTo(2);
      assertThat(answered.answer()).isEqualTo(Answered.Answer.PRIMARY);
      assertThat(bedrock.emulator().stats().total().arrived()).isEqualTo(before + 2);
      assertThat(forebay.callsUnderWay()).isZero();
    }
  }

  private static long now() {
    return Ticker.system().nanos();
  }

  private static Answered stream(BedrockRuntimeAsyncClient client) {
    AtomicReference<@Nullable Answered> answered = new AtomicReference<>();
    client
        .converseStream(
            r -> r.modelId(MODEL).messages(says("Hello")),
            ConverseStreamResponseHandler.builder()
                .onResponse(response -> answered.set(Answered.of(response)))
                .subscriber(event -> {})
                .build())
        .join();
    return Objects.requireNonNull(answered.get());
  }
}
