package dev.forebay.telemetry.trace;

import static dev.forebay.telemetry.Story.ANONYMOUS;
import static dev.forebay.telemetry.Story.MODEL_FAULT;
import static dev.forebay.telemetry.Story.WELL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Outcome;
import dev.forebay.core.Step;
import dev.forebay.core.event.CallOrigin;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.journey.Journey;
import dev.forebay.core.telemetry.DroppedTelemetry;
import dev.forebay.core.telemetry.Places;
import dev.forebay.telemetry.Story;
import dev.forebay.testkit.ScriptedReply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TailSamplingTest {
  private static final String ID = "4bf92f3577b34da6a3ce929d0e0e4736";

  /** Its last 14 digits are the least there are, so that any share keeps it. */
  private static final String LUCKY = "4bf92f3577b34da6a300000000000000";

  static List<Arguments> unusual() {
    return List.of(
        kept("retry", story -> story.call(ANONYMOUS, ScriptedReply.throttled(), WELL)),
        kept("fallback", story -> story.call(ANONYMOUS, MODEL_FAULT)),
        kept("refusal", story -> story.call(ANONYMOUS, ScriptedReply.rejected(Outcome.About.CALL))),
        kept(
            "interruption",
            story ->
                story.call(
                    ANONYMOUS,
                    ScriptedReply.failed(Outcome.Fault.CONNECTION)
                        .after(Duration.ofSeconds(2))
                        .withContent(Duration.ofSeconds(1)))),
        kept(
            "degraded answer",
            story -> story.call(ANONYMOUS, () -> Step.Source.CANNED, MODEL_FAULT, MODEL_FAULT)),
        kept(
            "caller who left during a retry",
            story ->
                story.left(
                    Duration.ofSeconds(30), ScriptedReply.throttled(), ScriptedReply.hang())),
        kept(
            "unsampled retry",
            story ->
                story.call(
                    from("traceparent", "00-" + ID + "-00f067aa0ba902b7-00"),
                    ScriptedReply.throttled(),
                    WELL)),
        kept(
            "sampled by traceparent",
            story -> story.call(from("traceparent", "00-" + ID + "-00f067aa0ba902b7-01"), WELL)),
        kept(
            "sampled by X-Ray's header",
            story ->
                story.call(
                    from(
                        "x-amzn-trace-id",
                        "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1"),
                    WELL)));
  }

  static List<Arguments> usual() {
    return List.of(
        kept("plain answer", story -> story.call(ANONYMOUS, WELL)),
        kept("caller who left", story -> story.left(Duration.ofSeconds(3), ScriptedReply.hang())),
        kept(
            "load balancer's",
            story ->
                story.call(
                    from("x-amzn-trace-id", "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736"), WELL)),
        kept(
            "left to the gateway",
            story ->
                story.call(
                    from(
                        "x-amzn-trace-id",
                        "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=?"),
                    WELL)));
  }

  private static Arguments kept(String name, Function<Story, Journey> call) {
    return Arguments.argumentSet(name, call);
  }

  private static CallOrigin from(String header, String value) {
    return Story.from(Map.of(header, value));
  }

  @ParameterizedTest
  @MethodSource("unusual")
  void whatIsOfInterestIsKept(Function<Story, Journey> call) {
    Seen seen = seen(0, call);

    assertThat(seen.exporter().calls()).hasSize(1);
    assertThat(seen.exporter().spans()).hasSize(1 + seen.journey().attempts());
    assertThat(seen.journey().trace().keptId())
        .isEqualTo(seen.exporter().calls().getFirst().getTraceId());
  }

  @ParameterizedTest
  @MethodSource("usual")
  void ofTheRestAShareIs(Function<Story, Journey> call) {
    Seen none = seen(0, call);

    assertThat(none.exporter().spans()).isEmpty();
    assertThat(none.journey().trace().keptId()).isNull();
    assertThat(seen(1, call).exporter().calls()).hasSize(1);
  }

  @Test
  void whatTheCallerDidNotSampleIsOfNoShare() {
    CallOrigin unsampled = from("traceparent", "00-" + ID + "-00f067aa0ba902b7-00");

    assertThat(seen(1, story -> story.call(unsampled, WELL)).exporter().spans()).isEmpty();
  }

  @Test
  void theShareIsByTheTracesIdSoThatAllWhoSeeItDecideTheSame() {
    CallOrigin lucky =
        from("x-amzn-trace-id", "Root=1-" + LUCKY.substring(0, 8) + "-" + LUCKY.substring(8));

    assertThat(seen(1e-9, story -> story.call(lucky, WELL)).exporter().spans()).hasSize(2);
    assertThat(seen(0, story -> story.call(lucky, WELL)).exporter().spans()).isEmpty();
  }

  @Test
  void theShareIsAsLargeAsItIsSaidToBe() {
    int calls = 20_000;
    HeldExporter exporter = new HeldExporter();
    DroppedTelemetry dropped = new DroppedTelemetry();
    try (JourneyTracing tracing = tracing(exporter, 0.1, dropped)) {
      Story story = new Story(tracing, JourneyListener.NONE);
      for (int i = 0; i < calls; i++) {
        story.call(ANONYMOUS, WELL);
      }
    }

    // Ten standard deviations to either side.
    assertThat(exporter.calls().size() + dropped.of("test") / 2).isBetween(1_576L, 2_424L);
  }

  /** What became of a call. */
  private record Seen(Journey journey, HeldExporter exporter) {}

  private static Seen seen(double sample, Function<Story, Journey> call) {
    HeldExporter exporter = new HeldExporter();
    try (JourneyTracing tracing = tracing(exporter, sample, new DroppedTelemetry())) {
      return new Seen(call.apply(new Story(tracing, JourneyListener.NONE)), exporter);
    }
  }

  private static JourneyTracing tracing(
      HeldExporter exporter, double sample, DroppedTelemetry dropped) {
    return new JourneyTracing(Map.of("test", exporter), sample, "1", new Places(), dropped);
  }
}
