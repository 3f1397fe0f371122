package dev.forebay.it;

import static dev.forebay.it.OtlpReceiver.attribute;
import static dev.forebay.it.OtlpReceiver.hex;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.testkit.StreamFrames;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A program with the library under the OpenTelemetry Java agent: the agent makes a span of each
 * call of the AWS SDK, and Forebay's spans are below that one. Propagators are the agent's default.
 */
@Order(Order.DEFAULT - 1)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class JavaAgentTest {
  private static final Path AGENT = Path.of("target/java-agent/opentelemetry-javaagent.jar");

  /** Those that see something of a call; the others only make the start of the agent longer. */
  private static final List<String> INSTRUMENTATIONS =
      List.of("opentelemetry-api", "aws-sdk", "apache-httpclient", "netty", "executors");

  @TempDir Path folder;

  @Test
  void programSdkCallAndAttemptsAreOneTraceAndTheTargetGetsIt() throws Exception {
    Set<String> refused = ConcurrentHashMap.newKeySet();
    try (OtlpReceiver collector = new OtlpReceiver();
        WireUpstream upstream =
            WireUpstream.answering(
                (connection, request) -> {
                  if (refused.add(traceparent(request).split("-", -1)[1])) {
                    connection.json(503, "{\"message\": \"Try again.\"}");
                  } else {
                    answer(connection, request);
                  }
                })) {
      run(collector, upstream);

      int calls = TracedProgram.Kind.values().length;
      assertThat(collector.spans()).hasSize(5 * calls);
      assertThat(upstream.seen()).hasSize(2 * calls);
      for (TracedProgram.Kind kind : TracedProgram.Kind.values()) {
        Span program = only(collector, span -> span.getName().equals(kind.name()));
        assertThat(program.getParentSpanId().isEmpty()).isTrue();
        Span sdk = only(collector, span -> isChild(span, program));
        assertThat(sdk.getName()).as(kind.name()).isEqualTo("chat " + TracedProgram.MODEL);
        Span call = only(collector, span -> isChild(span, sdk));
        assertThat(call.getName()).as(kind.name()).isEqualTo("invoke_bedrock");
        List<Span> attempts =
            collector.attempts().stream().filter(span -> isChild(span, call)).toList();
        assertThat(attempts)
            .as(kind.name())
            .extracting(attempt -> attribute(attempt, "outcome"))
            .containsExactly("unavailable", "succeeded");
        assertThat(upstream.seen().stream().filter(request -> isOf(request, program)))
            .as(kind.name())
            .extracting(request -> traceparent(request).split("-", -1)[2])
            .isEqualTo(attempts.stream().map(attempt -> hex(attempt.getSpanId())).toList());
      }
      assertThat(upstream.seen()).allSatisfy(JavaAgentTest::saysTheSameToAws);
    }
  }

  private static void answer(WireUpstream.Connection connection, WireUpstream.Seen request)
      throws IOException {
    if (request.path().endsWith("/converse-stream")) {
      connection.answer(
          200, "Content-Type: application/vnd.amazon.eventstream\r\n", StreamFrames.WHOLE_STREAM);
    } else {
      connection.json(200, WireUpstream.CONVERSE);
    }
  }

  private static Span only(OtlpReceiver collector, Predicate<Span> which) {
    List<Span> found = collector.spans().stream().filter(which).toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private static boolean isChild(Span span, Span parent) {
    return span.getTraceId().equals(parent.getTraceId())
        && span.getParentSpanId().equals(parent.getSpanId());
  }

  private static boolean isOf(WireUpstream.Seen request, Span program) {
    return traceparent(request).split("-", -1)[1].equals(hex(program.getTraceId()));
  }

  private static String traceparent(WireUpstream.Seen request) {
    return request.headers().getOrDefault("traceparent", "---");
  }

  private static void saysTheSameToAws(WireUpstream.Seen request) {
    String[] parts = traceparent(request).split("-", -1);
    assertThat(request.headers().get("x-amzn-trace-id"))
        .isEqualTo(
            "Root=1-%s-%s;Parent=%s;Sampled=1"
                .formatted(parts[1].substring(0, 8), parts[1].substring(8), parts[2]));
  }

  /** Returns when the program has ended, and with it the agent has exported all spans. */
  private void run(OtlpReceiver collector, WireUpstream upstream) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-javaagent:" + AGENT));
    command.add("-Dotel.exporter.otlp.endpoint=" + collector.endpoint());
    command.addAll(List.of("-Dotel.metrics.exporter=none", "-Dotel.logs.exporter=none"));
    command.add("-Dotel.instrumentation.common.default-enabled=false");
    INSTRUMENTATIONS.forEach(
        name -> command.add("-Dotel.instrumentation." + name + ".enabled=true"));
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.addAll(List.of(TracedProgram.class.getName(), upstream.endpoint()));
    Path said = folder.resolve("said");
    Process program =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    try {
      assertThat(program.waitFor(2, TimeUnit.MINUTES)).isTrue();
    } finally {
      program.destroyForcibly();
    }
    assertThat(program.exitValue()).as(Files.readString(said)).isZero();
  }
}
