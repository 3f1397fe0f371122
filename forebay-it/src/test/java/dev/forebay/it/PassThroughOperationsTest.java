package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.config.ConfigFile;
import dev.forebay.emulator.RequestRecord;
import dev.forebay.gateway.Gateway;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ApplyGuardrailResponse;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailContentSource;
import software.amazon.awssdk.services.bedrockruntime.model.ResourceNotFoundException;
import software.amazon.awssdk.services.bedrockruntime.model.StartAsyncInvokeResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

/** The operations of Bedrock Runtime that are no calls of a model pass through, signed. */
class PassThroughOperationsTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final String ONE_FAILURE =
      "[{\"count\": 1, \"error\": {\"exception\": \"InternalServerException\"}}]";

  private @Nullable Gateway gateway;
  private @Nullable BedrockRuntimeClient client;

  @BeforeEach
  void start() {
    Gateway started =
        stack.start(
            ConfigFile.parse(
                """
                server: { port: 0 }
                targets:
                  west: { region: us-west-2, model: "amazon.nova-pro-v1:0", endpoint: "%1$s", credentials: "static:${ID}:${SECRET}" }
                  east: { region: us-east-1, model: "amazon.nova-reel-v1:0", endpoint: "%1$s", credentials: "static:${ID}:${SECRET}" }
                routes:
                  chat: { tiers: [[west]] }
                  video: { tiers: [[east]] }
                """
                    .formatted(stack.emulator().endpoint()),
                "side.yaml",
                Map.of("ID", "AKIDGATEWAY", "SECRET", "gateway-secret")));
    gateway = started;
    client =
        BedrockRuntimeClient.builder()
            .endpointOverride(URI.create("http://127.0.0.1:" + started.port()))
            .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .build();
  }

  @AfterEach
  void stop() {
    client().close();
    gateway().close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void guardrailsAreAppliedByTheFirstTargetOrTheOneInTheirRegion() {
    assertThat(Calls.header(applied("gr1"), "x-forebay-target")).isEqualTo("west");
    ApplyGuardrailResponse byArn = applied("arn:aws:bedrock:us-east-1:123456789012:guardrail/gr1");

    assertThat(Calls.header(byArn, "x-forebay-target")).isEqualTo("east");
    assertThat(byArn.actionAsString()).isEqualTo("NONE");
    assertThat(stack.emulator().stats().recent())
        .extracting(RequestRecord::operation)
        .containsOnly("apply-guardrail");
  }

  @Test
  void aGuardrailInARegionWithoutATargetIsNotFound() {
    assertThatThrownBy(() -> applied("arn:aws:bedrock:eu-west-1:123456789012:guardrail/gr1"))
        .isInstanceOf(ResourceNotFoundException.class)
        .hasMessageContaining("in the region");
  }

  @Test
  void guardrailChecksPass() {
    client().invokeGuardrailChecks(r -> {});

    assertThat(arrived("invoke-guardrail-checks")).isEqualTo(1);
  }

  @Test
  void anInvocationGoesToItsModelsTargetAndIsFoundAgain() {
    StartAsyncInvokeResponse started = start("video");

    assertThat(Calls.header(started, "x-forebay-target")).isEqualTo("east");
    assertThat(client().getAsyncInvoke(r -> r.invocationArn(started.invocationArn())).modelArn())
        .as("the target's own model")
        .isEqualTo("amazon.nova-reel-v1:0");
    assertThat(
            client()
                .listAsyncInvokes(r -> r.statusEquals("Completed").maxResults(5))
                .asyncInvokeSummaries())
        .hasSize(1);
  }

  @Test
  void anUnknownModelIsNotFound() {
    assertThatThrownBy(() -> start("nothing"))
        .isInstanceOf(ResourceNotFoundException.class)
        .hasMessageContaining("Routes: chat, video");
  }

  @Test
  void whatMayBeRepeatedIsRetriedAndWhatMayNotIsNot() throws Exception {
    stack.emulator().faults(ONE_FAILURE);
    assertThat(Calls.header(applied("gr1"), "x-forebay-attempts")).isEqualTo("2");

    stack.emulator().faults(ONE_FAILURE);
    assertThat(Calls.header(start("video"), "x-forebay-attempts"))
        .as("the SDK sends a token by which the service knows it")
        .isEqualTo("2");

    stack.emulator().faults(ONE_FAILURE);
    try (RawHttp raw = new RawHttp(gateway().port())) {
      raw.send(RawHttp.post("/async-invoke", "{\"modelId\": \"video\"}", "Connection: close"));
      assertThat(raw.readToEnd())
          .contains("500 ")
          .containsIgnoringCase("x-forebay-attempts: 1")
          .contains("InternalServerException");
    }
  }

  @Test
  void anErrorOfTheServiceComesAsItWas() {
    stack
        .emulator()
        .faults("[{\"throttle\": {\"reason\": \"requests\", \"retryAfter\": \"90s\"}}]");

    assertThatThrownBy(() -> applied("gr1"))
        .isInstanceOfSatisfying(
            ThrottlingException.class, e -> assertThat(header(e, "Retry-After")).isNotEmpty());
  }

  @Test
  void guardrailsThatFailDoNotShutTheModelOut() {
    stack
        .emulator()
        .faults(
            "[{\"operation\": \"apply-guardrail\", \"error\": {\"exception\":"
                + " \"InternalServerException\"}}]");
    for (int i = 0; i < 4; i++) {
      assertThatThrownBy(() -> applied("gr1")).isInstanceOf(BedrockRuntimeException.class);
    }

    assertThat(client().converse(Calls.converse("chat")).stopReasonAsString())
        .isEqualTo("end_turn");
  }

  @Test
  void aBidirectionalStreamIsRefusedAtOnceThoughItsBodyGoesOn() throws Exception {
    try (RawHttp raw = new RawHttp(gateway().port())) {
      raw.send(
          "POST %s HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"
              .formatted("/model/m/invoke-with-bidirectional-stream"));

      assertThat(raw.readToEnd())
          .contains("400 ")
          .contains("does not carry InvokeModelWithBidirectionalStream");
    }
  }

  @Test
  void pathsThatOnlyLookLikeTheseAreUnknown() throws Exception {
    for (String path : List.of("/guardrail/../version/1/apply", "/guardrail/x/apply")) {
      try (RawHttp raw = new RawHttp(gateway().port())) {
        raw.send(RawHttp.post(path, "{}", "Connection: close"));
        assertThat(raw.readToEnd()).contains("UnknownOperationException");
      }
    }
    assertThatThrownBy(() -> start("")).isInstanceOf(ValidationException.class);
  }

  private Gateway gateway() {
    return Objects.requireNonNull(gateway);
  }

  private BedrockRuntimeClient client() {
    return Objects.requireNonNull(client);
  }

  private ApplyGuardrailResponse applied(String guardrail) {
    return client()
        .applyGuardrail(
            r ->
                r.guardrailIdentifier(guardrail)
                    .guardrailVersion("1")
                    .source(GuardrailContentSource.INPUT)
                    .content(GuardrailContentBlock.fromText(t -> t.text("Hello"))));
  }

  private StartAsyncInvokeResponse start(String model) {
    return client()
        .startAsyncInvoke(
            r ->
                r.modelId(model)
                    .modelInput(Document.fromString("Hello"))
                    .outputDataConfig(o -> o.s3OutputDataConfig(s -> s.s3Uri("s3://bucket/key"))));
  }

  private static long arrived(String operation) {
    return stack.emulator().stats().recent().stream()
        .filter(request -> request.operation().equals(operation))
        .count();
  }

  private static String header(BedrockRuntimeException thrown, String name) {
    return thrown.awsErrorDetails().sdkHttpResponse().firstMatchingHeader(name).orElse("");
  }
}
