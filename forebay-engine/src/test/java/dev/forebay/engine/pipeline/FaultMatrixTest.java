package dev.forebay.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.bedrock.ModelPath;
import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.core.Tenant;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.engine.Headers;
import dev.forebay.engine.RecordingSink;
import dev.forebay.engine.ScriptedTransport;
import dev.forebay.engine.VirtualLoop;
import dev.forebay.testkit.CallEnd;
import dev.forebay.testkit.FaultCase;
import dev.forebay.testkit.ModelFaults;
import dev.forebay.testkit.StreamFrames;
import dev.forebay.testkit.TargetScript;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every fault of a target over a connection that works, for unary calls and streams, with a
 * fallback and without: each call ends as it should, by its deadline, once, and holds nothing.
 */
class FaultMatrixTest {
  private static final Duration DEADLINE = Duration.ofMillis(1_500);

  private final VirtualLoop loop = new VirtualLoop();
  private final List<JourneyEvent> ends = new ArrayList<>();

  static Stream<Arguments> cells() {
    return ModelFaults.all().stream()
        .flatMap(
            fault ->
                Stream.of(true, false)
                    .flatMap(
                        streaming ->
                            Stream.of(true, false)
                                .map(
                                    fallback ->
                                        Arguments.of(fault.name(), streaming, fallback, fault))));
  }

  @Test
  void thereAreManyFaults() {
    assertThat(ModelFaults.all()).hasSizeGreaterThanOrEqualTo(50);
  }

  @ParameterizedTest(name = "{0}, streaming {1}, fallback {2}")
  @MethodSource("cells")
  void eachCallEndsAsItShouldByItsDeadlineOnce(
      String name, boolean streaming, boolean fallback, FaultCase<TargetScript> fault) {
    RecordingSink sink = new RecordingSink();
    long[] endedAt = new long[1];
    CallEngine engine = engine(fault, streaming);

    engine.start(
        engine.open(loop),
        request(fallback ? "with-fallback" : "alone", streaming),
        sink,
        () -> endedAt[0] = loop.nanos());
    loop.runAll();

    assertThat(sink.ends()).isEqualTo(1);
    assertThat(sink.end()).isEqualTo(fault.expected(streaming, fallback));
    if (!(sink.end() instanceof CallEnd.Refusal)) {
      assertThat(sink.text()).as("that of one attempt").isEqualTo(StreamFrames.TEXT);
    }
    assertThat(Duration.ofNanos(endedAt[0])).isLessThanOrEqualTo(DEADLINE);
    assertThat(ends).hasSize(1);
    assertThat(engine.calls()).isZero();
    assertThat(engine.memory().held()).isZero();
  }

  private static CallEngine.Request request(String model, boolean streaming) {
    byte[] body =
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}"
            .getBytes(StandardCharsets.UTF_8);
    String operation = streaming ? "converse-stream" : "converse";
    ModelPath path = ModelPath.parse("/model/" + model + "/" + operation).orElseThrow();
    return new CallEngine.Request(path, new Headers(), body, Tenant.ANYONE);
  }

  private CallEngine engine(FaultCase<TargetScript> fault, boolean streaming) {
    String target =
        "{ region: us-east-1, model: amazon.nova-lite-v1:0, credentials: anonymous, timeouts: {"
            + " firstFrame: 400ms, firstToken: 400ms, idle: 300ms, total: 1200ms } }\n";
    String route =
        "deadline: %dms, retry: { maxAttempts: 3, baseDelay: 5ms, maxDelay: 5ms, jitter: none } }\n"
            .formatted(DEADLINE.toMillis());
    GatewayConfig config =
        ConfigFile.parse(
            "targets:\n  faulty: "
                + target
                + "  healthy: "
                + target
                + "routes:\n  alone: { tiers: [[faulty]], "
                + route
                + "  with-fallback: { tiers: [[faulty], [healthy]], "
                + route,
            "matrix.yaml",
            Map.of());
    return CallEngine.builder(
            config,
            (to, on) ->
                new ScriptedTransport(
                    loop,
                    (to.target().name().equals("healthy")
                            ? ModelFaults.answers(streaming)
                            : fault.script(streaming))
                        ::play),
            (millis, action) -> () -> {})
        .ticker(loop)
        .listener((journey, event) -> hear(event))
        .build();
  }

  private void hear(JourneyEvent event) {
    if (event instanceof JourneyEvent.Answered
        || event instanceof JourneyEvent.Interrupted
        || event instanceof JourneyEvent.Refused
        || event instanceof JourneyEvent.Served
        || event instanceof JourneyEvent.CallerLeft) {
      ends.add(event);
    }
  }
}
