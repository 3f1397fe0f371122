package dev.forebay.it.howto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.forebay.client.Forebay;
import dev.forebay.client.RouteBuilder;
import dev.forebay.emulator.Emulator;
import dev.forebay.emulator.EmulatorConfig;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.ModelTimeoutException;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceUnavailableException;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

/** What docs/migrate says of attempts, timeouts and exceptions, counted at an emulated Bedrock. */
class NestedRetriesTest {
  private static final String MODEL = "us.anthropic.claude-sonnet-4-6";
  private static final ConverseRequest HELLO =
      ConverseRequest.builder()
          .modelId(MODEL)
          .messages(
              Message.builder()
                  .role(ConversationRole.USER)
                  .content(ContentBlock.fromText("Hello"))
                  .build())
          .build();

  private static final Emulator emulator =
      Emulator.start(EmulatorConfig.parse("port: 0\nanyModel: true\n"));

  @BeforeEach
  void reset() {
    emulator.reset();
  }

  @AfterAll
  static void close() {
    emulator.close();
  }

  @ParameterizedTest
  @CsvSource({"LEGACY, 4", "STANDARD, 3", "ADAPTIVE_V2, 3"})
  void theSdkAloneMakesTheseAttempts(RetryMode mode, int attempts) {
    emulator.faults("[{\"throttle\": {}}]");
    try (BedrockRuntimeClient plain =
        BedrockRuntimeClient.builder()
            .endpointOverride(emulator.endpoint())
            .region(Region.US_EAST_1)
            .overrideConfiguration(o -> o.retryStrategy(mode))
            .build()) {
      assertThatExceptionOfType(ThrottlingException.class).isThrownBy(() -> plain.converse(HELLO));
    }
    assertThat(arrived()).isEqualTo(attempts);
  }

  @Test
  void theSdksModeIsTheOneOfFourAttemptsByDefault() {
    assertThat(RetryMode.defaultRetryMode()).isEqualTo(RetryMode.LEGACY);
  }

  @Test
  void aClientThatIsNotAttachedRepeatsWholeCalls() {
    emulator.faults("[{\"throttle\": {}}]");
    try (Forebay forebay = route().maxAttempts(1, 1).build();
        BedrockRuntimeClient bedrock =
            BedrockRuntimeClient.builder()
                .region(Region.US_EAST_1)
                .httpClient(forebay.httpClient())
                .build()) {
      assertThatExceptionOfType(ThrottlingException.class)
          .isThrownBy(() -> bedrock.converse(HELLO));
    }
    assertThat(arrived()).isEqualTo(4);
  }

  @Test
  void aTargetThatCannotBeReachedIsUnavailable() {
    try (Forebay forebay =
            Forebay.builder()
                .endpoint(URI.create("http://127.0.0.1:1"))
                .credentials("anonymous")
                .route(MODEL)
                .primary(MODEL, Region.US_EAST_1)
                .deadline(Duration.ofSeconds(2))
                .build();
        BedrockRuntimeClient bedrock = forebay.bedrockRuntime()) {
      assertThatExceptionOfType(ServiceUnavailableException.class)
          .isThrownBy(() -> bedrock.converse(HELLO));
    }
  }

  @Test
  void forebayMakesFiveAttemptsWithOneTier() {
    emulator.faults("[{\"throttle\": {}}]");
    try (Forebay forebay = route().build();
        BedrockRuntimeClient bedrock = forebay.bedrockRuntime()) {
      assertThatExceptionOfType(ThrottlingException.class)
          .isThrownBy(() -> bedrock.converse(HELLO))
          .satisfies(thrown -> assertThat(thrown.numAttempts()).isEqualTo(1));
    }
    assertThat(arrived()).isEqualTo(5);
  }

  /** With two attempts, as Forebay slows down when more and more calls are throttled. */
  @Test
  void loopsAroundForebayMultiplyItsAttempts() {
    emulator.faults("[{\"throttle\": {}}]");
    try (Forebay forebay = route().maxAttempts(2, 2).build();
        BedrockRuntimeClient bedrock = forebay.bedrockRuntime()) {
      for (int i = 0; i < 3; i++) {
        assertThatExceptionOfType(ThrottlingException.class)
            .isThrownBy(() -> bedrock.converse(HELLO));
      }
    }
    assertThat(arrived()).isEqualTo(3 * 2);
  }

  @Test
  void attachSwitchesRetriesOffWheneverTheyWereSet() {
    emulator.faults("[{\"throttle\": {}}]");
    try (Forebay forebay = route().maxAttempts(1, 1).build();
        BedrockRuntimeClient bedrock =
            forebay
                .attach(
                    BedrockRuntimeClient.builder()
                        .region(Region.US_EAST_1)
                        .overrideConfiguration(o -> o.retryStrategy(RetryMode.STANDARD)))
                .overrideConfiguration(
                    o -> o.retryStrategy(StandardRetryStrategy.builder().maxAttempts(7).build()))
                .build()) {
      assertThatExceptionOfType(ThrottlingException.class)
          .isThrownBy(() -> bedrock.converse(HELLO));
    }
    assertThat(arrived()).isOne();
  }

  /** The reader gets the same words again: the SDK cannot take back what it has delivered. */
  @Test
  void theBareAsyncClientReplaysContentAfterAFailureInTheStream() {
    breakStreams();
    try (BedrockRuntimeAsyncClient plain =
        BedrockRuntimeAsyncClient.builder()
            .endpointOverride(emulator.endpoint())
            .region(Region.US_EAST_1)
            .httpClientBuilder(NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP1_1))
            .build()) {
      Streamed streamed = stream(plain);
      System.out.println("bare async client: " + streamed + ", requests " + arrived());
      assertThat(streamed.starts).as("times that the message began").isGreaterThan(1);
      assertThat(arrived()).isEqualTo(streamed.starts);
    }
  }

  @Test
  void forebayReplaysNothing() {
    breakStreams();
    try (Forebay forebay = route().fallback("us.amazon.nova-lite-v1:0", Region.US_EAST_1).build();
        BedrockRuntimeAsyncClient bedrock = forebay.bedrockRuntimeAsync()) {
      Streamed streamed = stream(bedrock);
      System.out.println("with Forebay: " + streamed + ", requests " + arrived());
      assertThat(streamed.starts).as("times that the message began").isOne();
      assertThat(streamed.thrown).isInstanceOf(ServiceUnavailableException.class);
      assertThat(arrived()).isOne();
    }
  }

  private static void breakStreams() {
    emulator.faults("[{\"operation\": \"converse-stream\", \"reset\": {\"at\": \"midStream\"}}]");
  }

  /** What a subscriber got of a stream. */
  private record Streamed(int starts, int texts, @Nullable Throwable thrown) {}

  private static Streamed stream(BedrockRuntimeAsyncClient client) {
    AtomicInteger starts = new AtomicInteger();
    AtomicInteger texts = new AtomicInteger();
    Throwable thrown =
        catchThrowable(
            client.converseStream(
                    request -> request.modelId(MODEL).messages(HELLO.messages()),
                    ConverseStreamResponseHandler.builder()
                        .subscriber(
                            ConverseStreamResponseHandler.Visitor.builder()
                                .onMessageStart(start -> starts.incrementAndGet())
                                .onContentBlockDelta(delta -> texts.incrementAndGet())
                                .build())
                        .build())
                ::join);
    return new Streamed(starts.get(), texts.get(), thrown == null ? null : thrown.getCause());
  }

  @Test
  void aRequestOfItsOwnFaultIsSentOnceAndFailsAsWithoutForebay() {
    emulator.faults(
        "[{\"error\": {\"exception\": \"ValidationException\", \"message\": \"No such field.\"}}]");
    try (Forebay forebay = route().build();
        BedrockRuntimeClient bedrock = forebay.bedrockRuntime()) {
      assertThatExceptionOfType(ValidationException.class)
          .isThrownBy(() -> bedrock.converse(HELLO))
          .withMessageContaining("No such field.");
    }
    assertThat(arrived()).isOne();
  }

  @Test
  void aShortTimeoutOfTheClientIsDroppedAndOneOfARequestHolds() {
    emulator.faults("[{\"hang\": {}}]");
    try (Forebay forebay = route().deadline(Duration.ofSeconds(2)).build();
        BedrockRuntimeClient bedrock =
            forebay
                .attach(
                    BedrockRuntimeClient.builder()
                        .region(Region.US_EAST_1)
                        .overrideConfiguration(o -> o.apiCallTimeout(Duration.ofMillis(200))))
                .build()) {
      assertThatExceptionOfType(ModelTimeoutException.class)
          .isThrownBy(() -> bedrock.converse(HELLO));
      ConverseRequest hasty =
          HELLO.toBuilder()
              .overrideConfiguration(o -> o.apiCallTimeout(Duration.ofMillis(200)))
              .build();
      assertThatExceptionOfType(ApiCallTimeoutException.class)
          .isThrownBy(() -> bedrock.converse(hasty));
    }
  }

  @Test
  void aCallWithoutTimeFailsAtOnceAsTimedOut() {
    try (Forebay forebay = route().build();
        BedrockRuntimeClient bedrock = forebay.bedrockRuntime()) {
      ConverseRequest late =
          HELLO.toBuilder().overrideConfiguration(Forebay.lambda(() -> 400)).build();
      assertThatExceptionOfType(ModelTimeoutException.class)
          .isThrownBy(() -> bedrock.converse(late));
    }
    assertThat(arrived()).isZero();
  }

  @Test
  void theRequestedModelsErrorIsThrownWhenTheFallbackFailsToo() {
    emulator.faults(
        """
        [{"model": "%s", "throttle": {}},
         {"model": "us.amazon.nova-lite-v1:0", "error": {"exception": "AccessDeniedException", "message": "No access."}}]
        """
            .formatted(MODEL));
    try (Forebay forebay = route().fallback("us.amazon.nova-lite-v1:0", Region.US_EAST_1).build();
        BedrockRuntimeClient bedrock = forebay.bedrockRuntime()) {
      assertThatExceptionOfType(BedrockRuntimeException.class)
          .isThrownBy(() -> bedrock.converse(HELLO))
          .isInstanceOf(ThrottlingException.class);
    }
  }

  private static RouteBuilder route() {
    return Forebay.builder()
        .endpoint(emulator.endpoint())
        .credentials("anonymous")
        .route(MODEL)
        .primary(MODEL, Region.US_EAST_1)
        .retryDelay(Duration.ofMillis(5), Duration.ofMillis(20));
  }

  private static long arrived() {
    return emulator.stats().recent().size();
  }
}
