package dev.forebay.telemetry.trace;

import dev.forebay.core.Call;
import dev.forebay.core.CallOrigin;
import dev.forebay.core.CallTrace;
import dev.forebay.core.Journey;
import dev.forebay.core.JourneyEvent;
import dev.forebay.core.Step;
import io.opentelemetry.api.trace.SpanContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What is written down of one call while it is under way: its events, and the names of its spans,
 * which its targets are told. Spans are made of it later, if it is kept. Lives where the call does,
 * and changes no more when the call has ended.
 */
final class TracedCall implements CallTrace {
  /** More than a call with the default limits can have. */
  private static final int MOST_EVENTS = 64;

  /**
   * An attempt's span.
   *
   * @param waitedNanos since the attempt before, or since the call began
   */
  record Try(JourneyEvent.AttemptStarted began, String spanId, long waitedNanos) {}

  private final JourneyTracing tracing;
  private final CallOrigin origin;
  private final List<JourneyEvent> events = new ArrayList<>(6);
  private final List<Try> tries = new ArrayList<>(1);

  private SpanContext parent = SpanContext.getInvalid();
  private String traceId = "";
  private String spanId = "";
  private boolean sampled;
  private boolean kept;
  private boolean broken;
  private String route = "";
  private @Nullable Call call;
  private long startedAtNanos;
  private long waitedNanos;
  private long epochOffset;

  TracedCall(JourneyTracing tracing, CallOrigin origin) {
    this.tracing = tracing;
    this.origin = origin;
  }

  @Override
  public CallOrigin origin() {
    return origin;
  }

  @Override
  public @Nullable String keptId() {
    return kept ? traceId : null;
  }

  @Override
  public void name(Step.Attempt attempt, BiConsumer<String, String> header) {
    for (Try each : tries) {
      if (each.began().attempt().number() == attempt.number()) {
        header.accept(
            "traceparent", "00-" + traceId + '-' + each.spanId() + (sampled ? "-01" : "-00"));
        header.accept(XrayHeader.NAME, XrayHeader.write(traceId, each.spanId(), sampled));
      }
    }
  }

  @Override
  public void on(Journey journey, JourneyEvent event) {
    if (broken) {
      return;
    }
    try {
      follow(journey, event);
    } catch (RuntimeException | LinkageError e) {
      broken = true;
      tracing.broken(e);
    }
  }

  private void follow(Journey journey, JourneyEvent event) {
    if (traceId.isEmpty()) {
      parent = tracing.callersSpan(origin);
      traceId = parent.isValid() ? parent.getTraceId() : tracing.newTraceId();
      sampled = tracing.isSampled(parent, traceId);
    }
    if (events.size() < MOST_EVENTS) {
      events.add(event);
    }
    switch (event) {
      case JourneyEvent.AttemptStarted e -> {
        long waited = journey.waitedNanos();
        tries.add(new Try(e, tracing.newSpanId(), waited - waitedNanos));
        waitedNanos = waited;
      }
      case JourneyEvent.Answered e -> end(journey, e, e.answer().source() == Step.Source.FALLBACK);
      case JourneyEvent.Interrupted e -> end(journey, e, true);
      case JourneyEvent.Refused e -> end(journey, e, true);
      case JourneyEvent.Served e ->
          end(journey, e, e.instead() != null || e.source() == Step.Source.FALLBACK);
      case JourneyEvent.CallerLeft e -> end(journey, e, false);
      case JourneyEvent.Sent e -> {}
      case JourneyEvent.Responded e -> {}
      case JourneyEvent.ContentStarted e -> {}
      case JourneyEvent.AttemptEnded e -> {}
      case JourneyEvent.Waiting e -> {}
      case JourneyEvent.Switched e -> {}
    }
  }

  private void end(Journey journey, JourneyEvent event, boolean interesting) {
    kept = interesting || sampled || journey.attempts() > 1;
    if (kept) {
      if (!events.getLast().equals(event)) {
        events.set(MOST_EVENTS - 1, event);
      }
      route = journey.route().name();
      call = journey.call();
      startedAtNanos = journey.startedAtNanos();
      waitedNanos = journey.waitedNanos();
      spanId = tracing.newSpanId();
      epochOffset = tracing.epochNanos() - event.atNanos();
      tracing.keep(this);
    }
  }

  SpanContext parent() {
    return parent;
  }

  String traceId() {
    return traceId;
  }

  String spanId() {
    return spanId;
  }

  /** What happened, the end last. */
  List<JourneyEvent> events() {
    return events;
  }

  List<Try> tries() {
    return tries;
  }

  String route() {
    return route;
  }

  Call call() {
    if (call == null) {
      throw new IllegalStateException("the call is not kept");
    }
    return call;
  }

  long waitedNanos() {
    return waitedNanos;
  }

  long startedAtNanos() {
    return startedAtNanos;
  }

  /** A time of the journey as a time of day. */
  long epoch(long nanos) {
    return nanos + epochOffset;
  }
}
