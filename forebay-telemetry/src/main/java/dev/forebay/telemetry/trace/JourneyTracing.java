package dev.forebay.telemetry.trace;

import dev.forebay.core.Seam;
import dev.forebay.core.event.CallOrigin;
import dev.forebay.core.event.CallTrace;
import dev.forebay.core.event.CallTracing;
import dev.forebay.core.telemetry.DroppedTelemetry;
import dev.forebay.core.telemetry.Places;
import dev.forebay.core.telemetry.TraceHeaders;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.contrib.awsxray.AwsXrayIdGenerator;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes a span {@code invoke_bedrock} of calls and a child of each attempt, for OpenTelemetry and
 * AWS X-Ray alike. Only the end of a call shows whether it is of interest. Kept are calls with an
 * error, a fallback, a retry or a degraded answer, those that the caller sampled, and a share of
 * the rest. Thread-safe.
 */
public final class JourneyTracing implements CallTracing, AutoCloseable {
  private static final TextMapGetter<CallOrigin> CALLERS_HEADERS =
      new TextMapGetter<>() {
        @Override
        public @Nullable String get(@Nullable CallOrigin origin, String name) {
          return origin == null ? null : origin.headers().get(name.toLowerCase(Locale.ROOT));
        }
      };

  private final IdGenerator ids = AwsXrayIdGenerator.getInstance();
  private final TraceShare share;
  private final List<SpanQueue> destinations;

  /**
   * Traces from now on.
   *
   * @param exporters by the names under which dropped spans are counted; a slow one does not affect
   *     the others
   * @param sample the share of unremarkable calls that is kept, 0 to 1
   * @param version the gateway's
   */
  public JourneyTracing(
      Map<String, SpanExporter> exporters,
      double sample,
      String version,
      Places places,
      DroppedTelemetry dropped) {
    this.share = new TraceShare(sample);
    this.destinations =
        exporters.entrySet().stream()
            .map(
                each ->
                    new SpanQueue(
                        each.getKey(), each.getValue(), new SpanWriter(version, places), dropped))
            .toList();
  }

  @Override
  public CallTrace begin(CallOrigin origin) {
    return new TracedCall(this, origin);
  }

  /** An id that X-Ray accepts too. */
  String newTraceId() {
    return ids.generateTraceId();
  }

  String newSpanId() {
    return ids.generateSpanId();
  }

  /** The caller's decision; a share of what it left to us. */
  boolean isSampled(CallersTrace caller, String traceId) {
    return switch (caller.decision()) {
      case KEEP -> true;
      case DROP -> false;
      case LEFT_TO_US -> share.has(traceId);
    };
  }

  /** Where a caller names its trace in both ways, the standard's counts. */
  CallersTrace callersTrace(CallOrigin origin) {
    if (origin.headers().get(TraceHeaders.W3C) != null) {
      Context standard =
          W3CTraceContextPropagator.getInstance().extract(Context.root(), origin, CALLERS_HEADERS);
      SpanContext parent = Span.fromContext(standard).getSpanContext();
      if (parent.isValid()) {
        return CallersTrace.of(parent);
      }
    }
    String xray = origin.headers().get(TraceHeaders.XRAY);
    return xray == null ? CallersTrace.NONE : XrayHeader.read(xray);
  }

  void keep(KeptCall call) {
    destinations.forEach(each -> each.add(call));
  }

  @Seam("spans bear the time of day")
  long epochNanos() {
    Instant now = Instant.now();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }

  /** Sends what is kept, as far as that succeeds in a few seconds. */
  @Override
  public void close() {
    destinations.forEach(SpanQueue::close);
  }
}
