package dev.forebay.client;

import static dev.forebay.client.EmulatedBedrock.FALLBACK;
import static dev.forebay.client.EmulatedBedrock.MODEL;
import static dev.forebay.client.EmulatedBedrock.PRIMARY;
import static dev.forebay.client.EmulatedBedrock.hello;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.client.opentelemetry.OpenTelemetryTracing;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceUnavailableException;

/** The library's spans, by a real SDK of OpenTelemetry and real clients. */
class TracingTest {
  @RegisterExtension static final EmulatedBedrock bedrock = new EmulatedBedrock();

  private static final String OTHERS_SPAN = "00f067aa0ba902b7";

  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final OpenTelemetrySdk sdk =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                  .build())
          .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
          .build();

  @AfterEach
  void close() {
    sdk.close();
  }

  private Forebay library() {
    return bedrock.route().and().tracing(new OpenTelemetryTracing(sdk)).build();
  }

  private SpanData call() {
    List<SpanData> calls =
        exporter.getFinishedSpanItems().stream()
            .filter(span -> span.getName().equals("invoke_bedrock"))
            .toList();
    assertThat(calls).hasSize(1);
    return calls.getFirst();
  }

  private List<SpanData> attempts() {
    return exporter.getFinishedSpanItems().stream()
        .filter(span -> span.getKind() == SpanKind.CLIENT)
        .toList();
  }

  private static Map<String, Object> attributes(SpanData span) {
    return span.getAttributes().asMap().entrySet().stream()
        .collect(Collectors.toMap(each -> each.getKey().getKey(), Map.Entry::getValue));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFallbackIsOneCallWithItsAttemptsBelowTheProgramsSpan(boolean async) {
    bedrock.faults("[{\"model\":\"" + PRIMARY + "\",\"throttle\":{}}]");
    Span program = sdk.getTracer("test").spanBuilder("program").startSpan();
    try (Forebay forebay = library();
        Scope scope = program.makeCurrent()) {
      assertThat(scope).isNotNull();
      if (async) {
        try (BedrockRuntimeAsyncClient client = forebay.bedrockRuntimeAsync()) {
          client.converse(hello(MODEL)).join();
        }
      } else {
        try (BedrockRuntimeClient client = forebay.bedrockRuntime()) {
          client.converse(hello(MODEL));
        }
      }
    }
    program.end();

    assertThat(call().getParentSpanContext()).isEqualTo(program.getSpanContext());
    assertThat(call().getKind()).isEqualTo(SpanKind.INTERNAL);
    assertThat(attributes(call()))
        .containsEntry("gen_ai.operation.name", "chat")
        .containsEntry("gen_ai.provider.name", "aws.bedrock")
        .containsEntry("gen_ai.request.model", MODEL)
        .containsEntry("gen_ai.response.model", FALLBACK)
        .containsEntry("gen_ai.usage.output_tokens", 20L)
        .containsEntry("model_id", MODEL)
        .containsEntry("route", MODEL)
        .containsEntry("answer", "fallback")
        .containsEntry("target", "us-west-2/" + FALLBACK)
        .containsKey("token_count")
        .containsKey("aws.xray.annotations")
        .containsEntry("forebay.attempts", (long) attempts().size());
    assertThat(call().getEvents()).anyMatch(event -> event.getName().equals("fallback"));
    assertThat(attempts())
        .hasSize(bedrock.arrived(PRIMARY).size() + 1)
        .hasSizeGreaterThan(1)
        .allSatisfy(span -> assertThat(span.getParentSpanId()).isEqualTo(call().getSpanId()));
    assertThat(attempts().getFirst().getName()).isEqualTo("chat " + PRIMARY);
    assertThat(attempts().getFirst().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(attributes(attempts().getFirst()))
        .containsEntry("outcome", "throttled")
        .containsEntry("http.response.status_code", 429L)
        .containsEntry("cloud.region", "us-east-1")
        .containsEntry("server.address", "127.0.0.1");
    assertThat(attributes(attempts().getLast())).containsEntry("outcome", "succeeded");
    assertThat(exporter.getFinishedSpanItems())
        .extracting(SpanData::getTraceId)
        .containsOnly(program.getSpanContext().getTraceId());
  }

  @Test
  void requestsCarryTheSpanOfTheirAttempt() {
    try (NotedRequests sent = new NotedRequests();
        Forebay forebay =
            bedrock.route().and().httpClient(sent).tracing(new OpenTelemetryTracing(sdk)).build();
        BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      client.converse(hello(MODEL));
      SpanData attempt = attempts().getFirst();
      assertThat(sent.header("traceparent"))
          .startsWith("00-" + attempt.getTraceId() + "-" + attempt.getSpanId() + "-");
      assertThat(sent.header("x-amzn-trace-id"))
          .contains("Parent=" + attempt.getSpanId() + ";Sampled=1");
    }
  }

  /**
   * As an instrumentation of the AWS SDK does, whose span is not current for asynchronous clients;
   * the propagators here read {@code traceparent} alone.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "traceparent | 00-%s-%s-01 | true",
        "x-amzn-trace-id | Root=1-%s;Parent=%s;Sampled=1 | true",
        "x-amzn-trace-id | Root=1-00000001%s;Parent=%s;Sampled=1 | false",
        "x-amzn-trace-id | Root=1-%s;Parent=%s | false",
        "x-amzn-trace-id | Root=1-%s;Sampled=1 | false",
        "x-amzn-trace-id | of another kind | false"
      })
  void aNearerSpanInTheRequestsHeadersIsTheParent(String header, String form, boolean joins) {
    Span program = sdk.getTracer("test").spanBuilder("program").startSpan();
    String trace = program.getSpanContext().getTraceId();
    String root = trace.substring(0, 8) + '-' + trace.substring(8);
    String id =
        header.equals("traceparent") ? trace : form.contains("1-0") ? root.substring(8) : root;
    try (Forebay forebay = library();
        Scope scope = program.makeCurrent();
        BedrockRuntimeAsyncClient client = forebay.bedrockRuntimeAsync()) {
      assertThat(scope).isNotNull();
      client.converse(naming(header, form.formatted(id, OTHERS_SPAN))).join();
    }
    program.end();
    assertThat(call().getTraceId()).isEqualTo(trace);
    assertThat(call().getParentSpanId())
        .isEqualTo(joins ? OTHERS_SPAN : program.getSpanContext().getSpanId());
  }

  /** As AWS Lambda does, by way of the SDK: there is no span in the program. */
  @Test
  void withoutASpanInTheProgramTheRequestsHeaderNamesTheTrace() {
    try (Forebay forebay = library();
        BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      client.converse(
          naming(
              "x-amzn-trace-id",
              "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=" + OTHERS_SPAN + ";Sampled=1"));
    }
    assertThat(call().getTraceId()).isEqualTo("5759e988bd862e3fe1be46a994272793");
    assertThat(call().getParentSpanId()).isEqualTo(OTHERS_SPAN);
  }

  private static ConverseRequest naming(String header, String value) {
    return hello(MODEL).toBuilder().overrideConfiguration(o -> o.putHeader(header, value)).build();
  }

  @Test
  void aCallThatFailsIsAnError() {
    bedrock.faults("[{\"unavailable\":{}}]");
    try (Forebay forebay = library();
        BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      assertThatThrownBy(() -> client.converse(hello(MODEL)))
          .isInstanceOf(ServiceUnavailableException.class);
    }
    assertThat(call().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(attributes(call()))
        .containsEntry("answer", "refused")
        .containsEntry("error.type", "ServiceUnavailableException");
  }

  @Test
  void otherWorkIsNoCallOfBedrock() {
    try (Forebay forebay = library()) {
      forebay.call(MODEL, target -> "done");
    }
    assertThat(call().getAttributes().get(AttributeKey.stringKey("route"))).isEqualTo(MODEL);
    assertThat(attributes(call())).doesNotContainKey("gen_ai.provider.name");
    assertThat(attempts())
        .singleElement()
        .satisfies(span -> assertThat(span.getName()).isEqualTo("work " + PRIMARY));
  }

  @Test
  void withoutAnSdkHeadersStayAsTheyCame() {
    try (NotedRequests sent = new NotedRequests();
        Forebay forebay =
            bedrock
                .route()
                .and()
                .httpClient(sent)
                .tracing(new OpenTelemetryTracing(OpenTelemetry.noop()))
                .build();
        BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      client.converse(
          hello(MODEL).toBuilder()
              .overrideConfiguration(o -> o.putHeader("x-amzn-trace-id", "Root=1-of-another"))
              .build());
      assertThat(sent.header("x-amzn-trace-id")).isEqualTo("Root=1-of-another");
      assertThat(sent.header("traceparent")).isEmpty();
    }
  }

  static Stream<Throwable> bugs() {
    return Stream.of(
        new IllegalStateException("a bug"),
        new NoSuchMethodError("of another version"),
        new AssertionError("a bug"),
        new StackOverflowError(),
        new IOException("not declared"));
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> E unchecked(Throwable bug) throws E {
    throw (E) bug;
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void watchersThatFailBreakNoCall(Throwable bug) {
    try (Forebay forebay =
            bedrock
                .route()
                .and()
                .listener(
                    (journey, event) -> {
                      throw TracingTest.<RuntimeException>unchecked(bug);
                    })
                .tracing(
                    origin -> {
                      throw TracingTest.<RuntimeException>unchecked(bug);
                    })
                .tracing(new OpenTelemetryTracing(sdk))
                .build();
        BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      assertThat(client.converse(hello(MODEL)).usage().outputTokens()).isEqualTo(20);
      forebay.call(MODEL, target -> "done");
    }
    assertThat(attempts()).hasSize(2);
  }
}
