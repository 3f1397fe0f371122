package dev.forebay.it;

import dev.forebay.client.Forebay;
import dev.forebay.client.opentelemetry.OpenTelemetryTracing;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;

/** A program with the library and spans of its own: one for each of its three calls. */
final class TracedProgram {
  /** The names of its spans. */
  enum Kind {
    BLOCKING,
    ASYNC,
    STREAM
  }

  static final String MODEL = "anthropic.claude-sonnet-4-6";

  private TracedProgram() {}

  /** Its argument is the address of all targets. */
  public static void main(String[] arguments) {
    try (Forebay forebay =
            Forebay.builder()
                .endpoint(URI.create(arguments[0]))
                .credentials("anonymous")
                .tracing(new OpenTelemetryTracing(GlobalOpenTelemetry.get()))
                .route(MODEL)
                .primary("us." + MODEL, Region.US_EAST_1)
                .retryDelay(Duration.ofMillis(1), Duration.ofMillis(5))
                .and()
                .build();
        BedrockRuntimeClient blocking = forebay.bedrockRuntime();
        BedrockRuntimeAsyncClient async = forebay.bedrockRuntimeAsync()) {
      inSpan(Kind.BLOCKING, () -> blocking.converse(Calls.converse(MODEL)));
      inSpan(Kind.ASYNC, () -> async.converse(Calls.converse(MODEL)).join());
      inSpan(
          Kind.STREAM,
          () ->
              async
                  .converseStream(
                      Calls.converseStream(MODEL),
                      ConverseStreamResponseHandler.builder().subscriber(event -> {}).build())
                  .join());
    }
  }

  private static void inSpan(Kind kind, Runnable call) {
    Span span = GlobalOpenTelemetry.getTracer("program").spanBuilder(kind.name()).startSpan();
    try {
      Context.current().with(span).wrap(call).run();
    } finally {
      span.end();
    }
  }
}
