package dev.forebay.telemetry.trace;

import dev.forebay.core.event.TargetLocation;
import dev.forebay.core.telemetry.CallSpans;
import dev.forebay.core.telemetry.Places;
import dev.forebay.core.telemetry.SpanEvent;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the spans of calls that have ended, for OpenTelemetry's exporters. Not thread-safe: one
 * thread makes all of them.
 */
final class SpanWriter {
  private final Resource resource;
  private final Places places;

  SpanWriter(String version, Places places) {
    this.places = places;
    this.resource =
        Resource.getDefault()
            .merge(
                Resource.create(
                    Attributes.of(
                        AttributeKey.stringKey("service.name"),
                        "forebay",
                        AttributeKey.stringKey("service.version"),
                        version)));
  }

  /** The call's span, and its attempts' in their order. */
  List<SpanData> spans(KeptCall of) {
    List<SpanData> made = new ArrayList<>(of.spans());
    // One whose end was more than there was room for ends with its call.
    long end = of.epoch(of.moments().getLast().atNanos());
    MadeSpan call = begin(of, end);
    made.add(call);
    List<MadeSpan> attempts = new ArrayList<>(of.tries().size());
    for (KeptCall.Try each : of.tries()) {
      MadeSpan attempt = begin(of, each, call.getSpanContext(), end);
      attempts.add(attempt);
      made.add(attempt);
    }
    for (SpanEvent moment : of.moments()) {
      CallSpans.tell(
          moment, call, attempt(moment, of, attempts), of.startedAtNanos(), answering(moment, of));
    }
    return made;
  }

  private static SpanContext context(KeptCall of, String spanId) {
    return SpanContext.create(
        of.traceId(), spanId, TraceFlags.getSampled(), of.parent().getTraceState());
  }

  private MadeSpan begin(KeptCall of, long end) {
    MadeSpan span =
        new MadeSpan(
            resource,
            CallSpans.NAME,
            SpanKind.SERVER,
            context(of, of.spanId()),
            of.parent(),
            of.epoch(of.startedAtNanos()),
            end,
            of.epochOffset());
    CallSpans.begin(span, of.model(), of.operation());
    CallSpans.routed(span, of.route(), of.priority(), of.streaming(), of.plannedOutputTokens());
    CallSpans.sum(span, of.tries().size(), of.waitedNanos());
    return span;
  }

  private MadeSpan begin(KeptCall of, KeptCall.Try one, SpanContext call, long end) {
    TargetLocation place = places.of(one.target());
    String model = CallSpans.modelAt(place, of.model());
    MadeSpan span =
        new MadeSpan(
            resource,
            CallSpans.attemptName(model, of.operation()),
            SpanKind.CLIENT,
            context(of, one.spanId()),
            call,
            of.epoch(one.atNanos()),
            end,
            of.epochOffset());
    CallSpans.beginAttempt(
        span,
        model,
        of.operation(),
        one.target(),
        one.number(),
        one.source(),
        one.hedge(),
        one.waitedNanos(),
        place);
    return span;
  }

  /** The span of the attempt that an event is about; null if there is none. */
  private static @Nullable MadeSpan attempt(
      SpanEvent event, KeptCall call, List<MadeSpan> attempts) {
    return switch (event) {
      case SpanEvent.Sent e -> of(e.attempt(), call, attempts);
      case SpanEvent.Responded e -> of(e.attempt(), call, attempts);
      case SpanEvent.ContentStarted e -> of(e.attempt(), call, attempts);
      case SpanEvent.AttemptEnded e -> of(e.attempt(), call, attempts);
      default -> null;
    };
  }

  private String answering(SpanEvent event, KeptCall call) {
    return event instanceof SpanEvent.Answered answered
        ? CallSpans.modelAt(places.of(answered.target()), call.model())
        : "";
  }

  /** Null for one whose start there was no room for. */
  private static @Nullable MadeSpan of(int number, KeptCall call, List<MadeSpan> attempts) {
    for (int i = 0; i < attempts.size(); i++) {
      if (call.tries().get(i).number() == number) {
        return attempts.get(i);
      }
    }
    return null;
  }
}
