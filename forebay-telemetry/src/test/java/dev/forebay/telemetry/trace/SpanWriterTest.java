package dev.forebay.telemetry.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.forebay.core.Outcome;
import dev.forebay.core.Step;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.event.TargetLocation;
import dev.forebay.core.journey.Journey;
import dev.forebay.core.telemetry.DroppedTelemetry;
import dev.forebay.core.telemetry.Places;
import dev.forebay.telemetry.Story;
import dev.forebay.testkit.ScriptedReply;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpanWriterTest {
  private static final String ID = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "00f067aa0ba902b7";
  private static final String SONNET = "us.anthropic.claude-sonnet-4-6";
  private static final String HAIKU = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
  private static final ScriptedReply SLOW_THROTTLE =
      ScriptedReply.throttled().after(Duration.ofMillis(40));
  private static final ScriptedReply SERVICE_FAULT = ScriptedReply.failed(Outcome.Fault.SERVICE);
  private static final ScriptedReply SLOW_FAULT = Story.MODEL_FAULT.after(Duration.ofMillis(70));

  private final List<JourneyEvent> events = new ArrayList<>();
  private final HeldExporter exporter = new HeldExporter();
  private final JourneyListener notes = (journey, event) -> events.add(event);

  @ParameterizedTest
  @ValueSource(strings = {"traceparent", "x-amzn-trace-id"})
  void aThrottleTwoFaultsAndAFallbackAreOneCallAndFourAttemptsInTheCallersTrace(String header) {
    String value =
        header.equals("traceparent")
            ? "00-" + ID + "-" + CALLER + "-01"
            : "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=" + CALLER + ";Sampled=1";
    run(story -> ladder(story, Map.of(header, value)));

    assertThat(exporter.spans()).hasSize(5).extracting(SpanData::getTraceId).containsOnly(ID);
    assertThat(call().getParentSpanId()).isEqualTo(CALLER);
    assertThat(call().getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(attempts())
        .hasSize(4)
        .allSatisfy(
            span -> {
              assertThat(span.getParentSpanId()).isEqualTo(call().getSpanId());
              assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
            })
        .extracting(SpanData::getName)
        .containsExactly("chat " + SONNET, "chat " + SONNET, "chat " + SONNET, "chat " + HAIKU);
    assertThat(exporter.spans()).extracting(SpanData::getSpanId).doesNotHaveDuplicates();
    assertThat(attempts())
        .extracting(span -> text(span, "outcome"))
        .containsExactly("throttled", "failed", "failed", "succeeded");
  }

  @Test
  void timesAreThoseOfTheJourneyToTheNanosecond() {
    Journey journey = run(story -> ladder(story, Map.of()));

    long offset = call().getStartEpochNanos() - journey.startedAtNanos();
    assertThat(call().getEndEpochNanos() - offset).isEqualTo(events.getLast().atNanos());
    assertThat(attempts())
        .extracting(span -> span.getStartEpochNanos() - offset)
        .containsExactlyElementsOf(times(JourneyEvent.AttemptStarted.class));
    assertThat(attempts())
        .extracting(span -> span.getEndEpochNanos() - offset)
        .containsExactlyElementsOf(times(JourneyEvent.AttemptEnded.class));
    assertThat(events(call(), "waiting"))
        .extracting(event -> event.getEpochNanos() - offset)
        .containsExactlyElementsOf(times(JourneyEvent.Waiting.class));
    assertThat(events(call(), "fallback"))
        .extracting(event -> event.getEpochNanos() - offset)
        .containsExactlyElementsOf(times(JourneyEvent.Switched.class));
  }

  @Test
  void theWaitsBeforeAttemptsAddUpToTheCalls() {
    Journey journey = run(story -> ladder(story, Map.of()));

    List<Double> waits =
        attempts().stream()
            .map(span -> span.getAttributes().get(number("forebay.waited_seconds")))
            .toList();
    assertThat(waits.getFirst()).isZero();
    assertThat(waits.get(1)).as("a throttle may be chance").isZero();
    assertThat(waits.get(2)).isPositive();
    assertThat(waits.stream().mapToDouble(each -> each).sum())
        .isCloseTo(journey.waitedNanos() / 1e9, within(1e-9));
  }

  @Test
  void aCallSaysWhatItWasAndWhatXrayIsToIndex() {
    run(story -> ladder(story, Map.of()));

    assertThat(attributes(call()))
        .containsEntry("gen_ai.operation.name", "chat")
        .containsEntry("gen_ai.provider.name", "aws.bedrock")
        .containsEntry("gen_ai.request.model", "anthropic.claude-sonnet-4-6")
        .containsEntry("gen_ai.response.model", HAIKU)
        .containsEntry("gen_ai.usage.input_tokens", 100L)
        .containsEntry("gen_ai.usage.output_tokens", 50L)
        .containsEntry("http.response.status_code", 200L)
        .containsEntry("aws.operation", "converse")
        .containsEntry("route", "chat")
        .containsEntry("target", "haiku")
        .containsEntry("answer", "fallback")
        .containsEntry("forebay.attempts", 4L)
        .containsEntry("model_id", "anthropic.claude-sonnet-4-6")
        .containsEntry("token_count", 150L)
        .containsEntry("aws.xray.metadata.forebay", "{\"token_count\":150}")
        .containsEntry("aws.xray.annotations", List.of("model_id", "route", "answer", "target"));
    assertThat(call().getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
  }

  @Test
  void anAttemptSaysWhereItWentAndHowItEnded() {
    run(story -> ladder(story, Map.of()));

    SpanData throttled = attempts().getFirst();
    assertThat(attributes(throttled))
        .containsEntry("target", "sonnet")
        .containsEntry("model_id", SONNET)
        .containsEntry("server.address", "bedrock.example")
        .containsEntry("server.port", 443L)
        .containsEntry("cloud.region", "us-east-1")
        .containsEntry("error.type", "ThrottlingException")
        .containsEntry("forebay.attempt", 1L)
        .containsEntry("forebay.source", "primary")
        .containsEntry("aws.xray.annotations", List.of("model_id", "target", "outcome"));
    assertThat(throttled.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(throttled.getStatus().getDescription()).isEqualTo("429 ThrottlingException");
    assertThat(attributes(attempts().getLast()))
        .containsEntry("forebay.source", "fallback")
        .containsEntry("token_count", 150L)
        .doesNotContainKey("error.type");
  }

  @Test
  void everyAnnotationThatIsIndexedIsAKeyThatXrayTakes() {
    run(story -> ladder(story, Map.of()));

    assertThat(exporter.spans())
        .flatExtracting(
            span -> span.getAttributes().get(AttributeKey.stringArrayKey("aws.xray.annotations")))
        .allSatisfy(key -> assertThat(key.toString()).matches("[A-Za-z0-9_]+"));
  }

  @Test
  void aRefusalIsAnErrorAndNamesNoMessage() {
    run(story -> story.call(Story.ANONYMOUS, ScriptedReply.rejected(Outcome.About.CALL)));

    assertThat(call().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(attributes(call()))
        .containsEntry("answer", "refused")
        .containsEntry("error.type", "ValidationException")
        .containsEntry("http.response.status_code", 400L);
    assertThat(exporter.spans().toString()).doesNotContain("scripted ValidationException");
  }

  @Test
  void anAnswerThatStandsForAnErrorSaysForWhich() {
    run(
        story ->
            story.call(
                Story.ANONYMOUS, () -> Step.Source.CANNED, Story.MODEL_FAULT, Story.MODEL_FAULT));

    assertThat(attributes(call()))
        .containsEntry("answer", "canned")
        .containsEntry("error.type", "ModelErrorException")
        .containsEntry("http.response.status_code", 200L)
        .containsKey("forebay.why");
  }

  @Test
  void aStreamSaysWhenItsFirstContentCame() {
    run(
        story ->
            story.call(
                Story.ANONYMOUS,
                ScriptedReply.throttled(),
                ScriptedReply.stream(Duration.ofMillis(300), Duration.ofSeconds(2))));

    SpanData answered = attempts().getLast();
    assertThat(attributes(answered)).containsEntry("gen_ai.response.time_to_first_chunk", 0.3);
    EventData content = events(answered, "first content").getFirst();
    assertThat(content.getEpochNanos() - answered.getStartEpochNanos()).isEqualTo(300_000_000);
    double sinceStart = (content.getEpochNanos() - call().getStartEpochNanos()) / 1e9;
    assertThat(attributes(call())).containsEntry("gen_ai.response.time_to_first_chunk", sinceStart);
  }

  @Test
  void anAttemptThatWasGivenUpEndsWithItsCall() {
    run(
        story ->
            story.left(Duration.ofSeconds(8), ScriptedReply.throttled(), ScriptedReply.hang()));

    assertThat(attributes(attempts().getLast()))
        .containsEntry("outcome", "cancelled")
        .containsEntry("error.type", "cancelled");
    assertThat(attributes(call()))
        .containsEntry("answer", "cancelled")
        .doesNotContainKey("http.response.status_code");
    assertThat(attempts().getLast().getEndEpochNanos()).isEqualTo(call().getEndEpochNanos());
  }

  private static Journey ladder(Story story, Map<String, String> headers) {
    return story.call(Story.from(headers), SLOW_THROTTLE, SERVICE_FAULT, SLOW_FAULT);
  }

  private Journey run(Function<Story, Journey> call) {
    Places places = new Places();
    places.put("sonnet", new TargetLocation("us-east-1", SONNET, "bedrock.example", 443));
    places.put("haiku", new TargetLocation("us-west-2", HAIKU, "bedrock.example", 443));
    try (JourneyTracing tracing =
        new JourneyTracing(Map.of("test", exporter), 0, "1.2.3", places, new DroppedTelemetry())) {
      return call.apply(new Story(tracing, notes));
    }
  }

  private SpanData call() {
    assertThat(exporter.calls()).hasSize(1);
    return exporter.calls().getFirst();
  }

  private List<SpanData> attempts() {
    AttributeKey<Long> order = AttributeKey.longKey("forebay.attempt");
    return exporter.spans().stream()
        .filter(span -> span.getAttributes().get(order) != null)
        .sorted((one, other) -> Long.compare(one.getStartEpochNanos(), other.getStartEpochNanos()))
        .toList();
  }

  private List<Long> times(Class<? extends JourneyEvent> kind) {
    return events.stream().filter(kind::isInstance).map(JourneyEvent::atNanos).toList();
  }

  private static List<EventData> events(SpanData span, String name) {
    return span.getEvents().stream().filter(event -> event.getName().equals(name)).toList();
  }

  private static String text(SpanData span, String key) {
    return String.valueOf(span.getAttributes().get(AttributeKey.stringKey(key)));
  }

  private static AttributeKey<Double> number(String key) {
    return AttributeKey.doubleKey(key);
  }

  private static Map<String, Object> attributes(SpanData span) {
    return span.getAttributes().asMap().entrySet().stream()
        .collect(Collectors.toMap(each -> each.getKey().getKey(), Map.Entry::getValue));
  }
}
