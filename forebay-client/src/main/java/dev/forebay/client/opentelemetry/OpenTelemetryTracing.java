package dev.forebay.client.opentelemetry;

import dev.forebay.core.event.CallOrigin;
import dev.forebay.core.event.CallTrace;
import dev.forebay.core.event.CallTracing;
import dev.forebay.core.telemetry.TraceHeaders;
import dev.forebay.core.telemetry.XrayTrace;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes a span {@code invoke_bedrock} of each call and a child of each attempt, by OpenTelemetry's
 * API, with the names and attributes of the gateway's spans. The call's kind is {@code INTERNAL},
 * as it sends nothing by itself; the attempts' is {@code CLIENT}.
 *
 * <p>The parent is the current span of the thread that makes the call. If the request names a span
 * of the same trace in a header that the propagators read, or in {@code x-amzn-trace-id} as
 * instrumentations of the AWS SDK do, that one is nearer and is the parent. Requests to targets
 * carry {@code traceparent} and {@code x-amzn-trace-id} of the attempt's span, and what else the
 * propagators write. Thread-safe.
 */
public final class OpenTelemetryTracing implements CallTracing {
  private static final TextMapGetter<CallOrigin> CALLERS_HEADERS =
      new TextMapGetter<>() {
        @Override
        public @Nullable String get(@Nullable CallOrigin origin, String name) {
          return origin == null ? null : origin.headers().get(name.toLowerCase(Locale.ROOT));
        }
      };

  private final Tracer tracer;
  private final TextMapPropagator propagator;

  /**
   * Spans by a program's OpenTelemetry.
   *
   * @param openTelemetry such as {@code GlobalOpenTelemetry.get()}
   */
  public OpenTelemetryTracing(OpenTelemetry openTelemetry) {
    Objects.requireNonNull(openTelemetry, "openTelemetry");
    this.tracer = openTelemetry.getTracer("dev.forebay");
    this.propagator = openTelemetry.getPropagators().getTextMapPropagator();
  }

  @Override
  public CallTrace begin(CallOrigin origin) {
    return new LiveCall(tracer, propagator, parent(origin), origin);
  }

  private Context parent(CallOrigin origin) {
    Context current = Context.current();
    SpanContext here = Span.fromContext(current).getSpanContext();
    Context named = propagator.extract(current, origin, CALLERS_HEADERS);
    if (Span.fromContext(named).getSpanContext().equals(here)) {
      named = namedForAws(current, here, origin);
    }
    SpanContext there = Span.fromContext(named).getSpanContext();
    boolean joins = !here.isValid() || here.getTraceId().equals(there.getTraceId());
    return joins ? named : current;
  }

  /**
   * The span in AWS's own header, by which instrumentations of the AWS SDK name theirs, whatever
   * the propagators read.
   */
  private static Context namedForAws(Context current, SpanContext here, CallOrigin origin) {
    String header = origin.headers().get(TraceHeaders.XRAY);
    XrayTrace trace = header == null ? null : XrayTrace.read(header);
    // Samplers take a parent that says nothing for one that is dropped.
    if (trace == null || trace.spanId().isEmpty() || trace.sampled() == null) {
      return current;
    }
    SpanContext there =
        SpanContext.createFromRemoteParent(
            trace.traceId(),
            trace.spanId(),
            trace.sampled() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
            here.getTraceState());
    return current.with(Span.wrap(there));
  }
}
