package dev.forebay.client.opentelemetry;

import dev.forebay.core.Step;
import dev.forebay.core.event.CallOrigin;
import dev.forebay.core.event.CallTrace;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyView;
import dev.forebay.core.event.TargetLocation;
import dev.forebay.core.telemetry.CallSpans;
import dev.forebay.core.telemetry.SpanEvent;
import dev.forebay.core.telemetry.TraceHeaders;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The spans of one call while it is under way. Belongs to its call. */
final class LiveCall implements CallTrace {
  private static final TextMapSetter<BiConsumer<String, String>> TARGETS_HEADERS =
      (header, name, value) -> {
        if (header != null) {
          header.accept(name, value);
        }
      };

  private final Tracer tracer;
  private final TextMapPropagator propagator;
  private final CallOrigin origin;
  private final LiveSpan call;
  private final Map<Integer, LiveSpan> attempts = new HashMap<>();
  private boolean routed;
  private long waitedNanos;

  LiveCall(Tracer tracer, TextMapPropagator propagator, Context parent, CallOrigin origin) {
    this.tracer = tracer;
    this.propagator = propagator;
    this.origin = origin;
    this.call = begin(CallSpans.NAME, SpanKind.INTERNAL, parent);
    CallSpans.begin(call, origin.model(), origin.operation());
  }

  private LiveSpan begin(String name, SpanKind kind, Context parent) {
    return new LiveSpan(
        tracer.spanBuilder(name).setSpanKind(kind).setParent(parent).startSpan(), parent);
  }

  @Override
  public CallOrigin origin() {
    return origin;
  }

  @Override
  public @Nullable String keptId() {
    SpanContext context = call.context();
    return context.isSampled() ? context.getTraceId() : null;
  }

  @Override
  public void name(Step.Attempt attempt, BiConsumer<String, String> header) {
    LiveSpan span = attempts.get(attempt.number());
    if (span == null || !span.context().isValid()) {
      return;
    }
    SpanContext context = span.context();
    TraceHeaders.write(context.getTraceId(), context.getSpanId(), context.isSampled(), header);
    propagator.inject(span.inContext(), header, TARGETS_HEADERS);
  }

  @Override
  public void on(JourneyView journey, JourneyEvent event) {
    if (!routed) {
      routed = true;
      CallSpans.routed(
          call,
          journey.route().name(),
          journey.call().priority().label(),
          journey.call().streaming(),
          journey.call().maxOutputTokens());
    }
    if (event instanceof JourneyEvent.AttemptStarted started) {
      attempt(journey, started);
    }
    SpanEvent moment = SpanEvent.of(event);
    if (moment != null) {
      CallSpans.tell(moment, call, about(event), journey.startedAtNanos(), answering(event));
    }
    if (journey.ended()) {
      CallSpans.sum(call, journey.attempts(), journey.waitedNanos());
      attempts.values().forEach(each -> each.ended(event.atNanos()));
      call.ended(event.atNanos());
    }
  }

  private void attempt(JourneyView journey, JourneyEvent.AttemptStarted event) {
    Step.Attempt attempt = event.attempt();
    String target = attempt.target().name();
    TargetLocation place = origin.places().of(target);
    String model = CallSpans.modelAt(place, origin.model());
    LiveSpan span =
        begin(CallSpans.attemptName(model, origin.operation()), SpanKind.CLIENT, call.inContext());
    long waited = journey.waitedNanos();
    CallSpans.beginAttempt(
        span,
        model,
        origin.operation(),
        target,
        attempt.number(),
        event.source(),
        event.hedge(),
        waited - waitedNanos,
        place);
    waitedNanos = waited;
    attempts.put(attempt.number(), span);
  }

  private @Nullable LiveSpan about(JourneyEvent event) {
    return switch (event) {
      case JourneyEvent.Sent e -> attempts.get(e.attempt().number());
      case JourneyEvent.Responded e -> attempts.get(e.attempt().number());
      case JourneyEvent.ContentStarted e -> attempts.get(e.attempt().number());
      case JourneyEvent.AttemptEnded e -> attempts.get(e.attempt().number());
      default -> null;
    };
  }

  private String answering(JourneyEvent event) {
    return event instanceof JourneyEvent.Answered answered
        ? CallSpans.modelAt(origin.places().of(answered.answer().target().name()), origin.model())
        : "";
  }
}
