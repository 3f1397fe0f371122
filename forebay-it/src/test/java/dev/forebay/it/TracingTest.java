package dev.forebay.it;

import static dev.forebay.it.OtlpReceiver.attribute;
import static dev.forebay.it.OtlpReceiver.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.Headers;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;

class TracingTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "00f067aa0ba902b7";

  @RegisterExtension static final Stack stack = new Stack();

  @Test
  void aCallWithAThrottleTwoFaultsAndAFallbackIsOneSpanWithOneForEachAttempt() throws Exception {
    stack
        .emulator()
        .faults(
            """
            [{"model": "%s", "count": 1, "throttle": {}},
             {"model": "%s", "count": 1, "error": {"exception": "InternalServerException"}},
             {"model": "%s", "error": {"exception": "ModelErrorException"}}]
            """
                .formatted(Stack.PRIMARY, Stack.PRIMARY, Stack.PRIMARY));
    try (OtlpReceiver collector = new OtlpReceiver();
        Watched gateway = watched(collector)) {
      gateway.client().converse(with("traceparent", "00-" + TRACE + "-" + CALLER + "-01"));
      gateway.flush();

      Span call = collector.call();
      List<Span> attempts = collector.attempts();
      assertThat(collector.spans()).hasSize(5);
      assertThat(hex(call.getTraceId())).isEqualTo(TRACE);
      assertThat(hex(call.getParentSpanId())).isEqualTo(CALLER);
      assertThat(attempts)
          .allSatisfy(
              attempt -> {
                assertThat(attempt.getTraceId()).isEqualTo(call.getTraceId());
                assertThat(attempt.getParentSpanId()).isEqualTo(call.getSpanId());
              });
      assertThat(attempts)
          .extracting(attempt -> attribute(attempt, "outcome"))
          .containsExactly("throttled", "failed", "failed", "succeeded");
      assertThat(attempts)
          .extracting(attempt -> attribute(attempt, "target"))
          .containsExactly("primary", "primary", "primary", "fallback");
      assertThat(attempts)
          .extracting(attempt -> attribute(attempt, "http.response.status_code"))
          .containsExactly("429", "500", "424", "200");
      assertThat(attempts)
          .extracting(attempt -> attribute(attempt, "aws.request_id"))
          .doesNotContain("")
          .doesNotHaveDuplicates();
      assertThatTheyFollowEachOther(call, attempts);
      assertThatItSaysWhatConventionsAsk(call, attempts.getLast());
    }
  }

  private static void assertThatTheyFollowEachOther(Span call, List<Span> attempts) {
    long before = call.getStartTimeUnixNano();
    for (Span attempt : attempts) {
      assertThat(attempt.getStartTimeUnixNano()).isGreaterThanOrEqualTo(before);
      assertThat(attempt.getEndTimeUnixNano()).isGreaterThan(attempt.getStartTimeUnixNano());
      before = attempt.getEndTimeUnixNano();
    }
    assertThat(call.getEndTimeUnixNano()).isGreaterThanOrEqualTo(before);
    double waited = Double.parseDouble(attribute(attempts.get(2), "forebay.waited_seconds"));
    long pause = attempts.get(2).getStartTimeUnixNano() - attempts.get(1).getEndTimeUnixNano();
    assertThat(waited).isPositive();
    assertThat(Math.round(waited * 1e9)).isBetween(pause - 1_000, pause + 1_000);
  }

  private static void assertThatItSaysWhatConventionsAsk(Span call, Span answered) {
    assertThat(call.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
    assertThat(attribute(call, "gen_ai.operation.name")).isEqualTo("chat");
    assertThat(attribute(call, "gen_ai.provider.name")).isEqualTo("aws.bedrock");
    assertThat(attribute(call, "gen_ai.request.model")).isEqualTo(Stack.MODEL);
    assertThat(attribute(call, "gen_ai.response.model")).isEqualTo(Stack.FALLBACK);
    assertThat(attribute(call, "gen_ai.usage.output_tokens")).isEqualTo("20");
    assertThat(attribute(call, "answer")).isEqualTo("fallback");
    assertThat(attribute(call, "aws.xray.annotations").split(",", -1)).contains("model_id");
    assertThat(attribute(call, "model_id")).isEqualTo(Stack.MODEL);
    String tokens = attribute(call, "token_count");
    assertThat(Long.parseLong(tokens)).isGreaterThan(20);
    assertThat(attribute(call, "aws.xray.metadata.forebay"))
        .isEqualTo("{\"token_count\":" + tokens + "}");
    assertThat(answered.getName()).isEqualTo("chat " + Stack.FALLBACK);
    assertThat(answered.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
    assertThat(attribute(answered, "cloud.region")).isEqualTo("us-west-2");
    assertThat(attribute(answered, "server.address")).isEqualTo("127.0.0.1");
    assertThat(attribute(answered, "token_count")).isEqualTo(tokens);
  }

  @Test
  void theTraceGoesOnUpstreamInBothFormsWithoutTouchingTheSignature() throws Exception {
    try (OtlpReceiver collector = new OtlpReceiver();
        HeaderKeeper upstream = new HeaderKeeper();
        Watched gateway = new Watched(stack, upstream.endpoint(), otlp(collector))) {
      String root = "1-" + TRACE.substring(0, 8) + "-" + TRACE.substring(8);
      gateway
          .client()
          .converse(with("X-Amzn-Trace-Id", "Root=" + root + ";Parent=" + CALLER + ";Sampled=1"));
      gateway.flush();

      String attempt = hex(collector.attempts().getFirst().getSpanId());
      Headers seen = upstream.seen().getFirst();
      assertThat(hex(collector.call().getTraceId())).isEqualTo(TRACE);
      assertThat(hex(collector.call().getParentSpanId())).isEqualTo(CALLER);
      assertThat(seen.get("traceparent")).containsExactly("00-" + TRACE + "-" + attempt + "-01");
      assertThat(seen.get("X-Amzn-Trace-Id"))
          .containsExactly("Root=" + root + ";Parent=" + attempt + ";Sampled=1");
      assertThat(seen.getFirst("Authorization"))
          .startsWith("AWS4-HMAC-SHA256 Credential=AKIDGATEWAY/")
          .doesNotContain("trace");
      assertThat(attribute(collector.attempts().getFirst(), "aws.request_id"))
          .isEqualTo("request-1");
    }
  }

  @Test
  void ofUnremarkableCallsAShareIsKeptAndThoseThatTheCallerSampled() throws Exception {
    try (OtlpReceiver collector = new OtlpReceiver();
        Watched gateway =
            new Watched(
                stack, stack.emulator().endpoint(), otlp(collector) + ", sample: 0.000001")) {
      gateway.client().converse(Calls.converse(Stack.MODEL));
      gateway.client().converse(with("traceparent", "00-" + TRACE + "-" + CALLER + "-00"));
      gateway.client().converse(with("traceparent", "00-" + TRACE + "-" + CALLER + "-01"));
      gateway.flush();

      assertThat(collector.spans()).hasSize(2);
      assertThat(attribute(collector.call(), "answer")).isEqualTo("primary");
    }
  }

  @Test
  void whatTheCallerDidNotSampleIsKeptAllTheSameWhenItIsRefused() throws Exception {
    stack.emulator().faults("[{\"throttle\": {\"reason\": \"day\"}}]");
    try (OtlpReceiver collector = new OtlpReceiver();
        Watched gateway =
            new Watched(
                stack, stack.emulator().endpoint(), otlp(collector) + ", sample: 0.000001")) {
      assertThatThrownBy(
              () ->
                  gateway
                      .client()
                      .converse(with("traceparent", "00-" + TRACE + "-" + CALLER + "-00")))
          .isInstanceOf(ThrottlingException.class);
      gateway.flush();

      Span call = collector.call();
      assertThat(call.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
      assertThat(attribute(call, "answer")).isEqualTo("refused");
      assertThat(attribute(call, "error.type")).isEqualTo("ThrottlingException");
      assertThat(attribute(call, "http.response.status_code")).isEqualTo("429");
    }
  }

  @Test
  void answersThatNoAttemptGaveHaveSpansToo() throws Exception {
    try (OtlpReceiver collector = new OtlpReceiver();
        Watched gateway =
            new Watched(
                stack,
                stack.emulator().endpoint(),
                otlp(collector) + ", sample: 1",
                "cache: { freshFor: 1m }\n    degraded: { message: Later. }")) {
      gateway.client().converse(Calls.converse(Stack.MODEL));
      gateway.client().converse(Calls.converse(Stack.MODEL));
      stack.emulator().faults("[{\"throttle\": {\"reason\": \"day\"}}]");
      gateway
          .client()
          .converse(
              Calls.converse(Stack.MODEL).toBuilder().messages(Calls.userSays("Else")).build());
      gateway.flush();

      assertThat(collector.spans())
          .filteredOn(span -> span.getName().equals("invoke_bedrock"))
          .extracting(span -> attribute(span, "answer"))
          .containsExactlyInAnyOrder("primary", "cached", "canned");
    }
  }

  @Test
  void aJobsCallBelongsToTheTraceThatAskedForIt(@TempDir Path folder) throws Exception {
    try (OtlpReceiver collector = new OtlpReceiver();
        HeaderKeeper upstream = new HeaderKeeper();
        QueuedGateway gateway =
            new QueuedGateway(
                stack,
                QueuedGateway.storeIn(folder),
                upstream.endpoint(),
                "",
                "telemetry: { " + otlp(collector) + " }")) {
      HttpResponse<byte[]> accepted =
          gateway.converse(
              "prefer", "respond-async", "traceparent", "00-" + TRACE + "-" + CALLER + "-01");
      String path = accepted.headers().firstValue("location").orElseThrow();
      await().until(() -> gateway.state(path).equals("done"));
      await().until(() -> collector.spans().size() == 2);

      assertThat(hex(collector.call().getTraceId())).isEqualTo(TRACE);
      assertThat(hex(collector.call().getParentSpanId())).isEqualTo(CALLER);
      assertThat(upstream.seen().getFirst().getFirst("traceparent")).contains(TRACE);
    }
  }

  @Test
  void aLoadBalancersTraceGoesOn() throws Exception {
    try (OtlpReceiver collector = new OtlpReceiver();
        HeaderKeeper upstream = new HeaderKeeper();
        Watched gateway =
            new Watched(stack, upstream.endpoint(), otlp(collector) + ", sample: 1")) {
      String root = "1-" + TRACE.substring(0, 8) + "-" + TRACE.substring(8);
      gateway.client().converse(with("X-Amzn-Trace-Id", "Root=" + root));
      gateway.flush();

      assertThat(hex(collector.call().getTraceId())).isEqualTo(TRACE);
      assertThat(collector.call().getParentSpanId().isEmpty()).isTrue();
      assertThat(upstream.seen().getFirst().getFirst("X-Amzn-Trace-Id"))
          .startsWith("Root=" + root + ";Parent=");
    }
  }

  @Test
  void aMeasurementNamesATraceThatIsKept() throws Exception {
    stack
        .emulator()
        .faults(
            "[{\"model\": \"%s\", \"throttle\": {\"reason\": \"day\"}}]".formatted(Stack.PRIMARY));
    try (OtlpReceiver collector = new OtlpReceiver();
        Watched gateway = watched(collector)) {
      gateway.client().converse(with("traceparent", "00-" + TRACE + "-" + CALLER + "-01"));

      assertThat(gateway.get("/metrics", "application/openmetrics-text; version=1.0.0").body())
          .containsPattern(
              "forebay_request_seconds_bucket\\{.*} 1 # \\{trace_id=\"" + TRACE + "\"}");
    }
  }

  private static Watched watched(OtlpReceiver collector) {
    return new Watched(stack, stack.emulator().endpoint(), otlp(collector));
  }

  static String otlp(OtlpReceiver collector) {
    return "otlp: \"%s\"".formatted(collector.endpoint());
  }

  private static ConverseRequest with(String header, String value) {
    return Calls.converse(Stack.MODEL).toBuilder()
        .overrideConfiguration(o -> o.putHeader(header, value))
        .build();
  }
}
