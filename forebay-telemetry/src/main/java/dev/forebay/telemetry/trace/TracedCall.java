package dev.forebay.telemetry.trace;

import dev.forebay.core.Step;
import dev.forebay.core.event.CallOrigin;
import dev.forebay.core.event.CallTrace;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyView;
import dev.forebay.core.telemetry.SpanEvent;
import dev.forebay.core.telemetry.TraceHeaders;
import dev.forebay.telemetry.Unusual;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What is written down of one call while it is under way: its events, and the names of its spans,
 * which its targets get in a header. If it is to be kept, a copy is, of which spans are made later.
 * Lives where the call does.
 */
final class TracedCall implements CallTrace {
  /** More than a call with the default limits can have. */
  static final int MOST_EVENTS = 64;

  private final JourneyTracing tracing;
  private final CallOrigin origin;
  private final List<JourneyEvent> events = new ArrayList<>(6);
  private final List<KeptCall.Try> tries = new ArrayList<>(1);

  private CallersTrace caller = CallersTrace.NONE;
  private String traceId = "";
  private boolean sampled;
  private boolean kept;
  private boolean over;
  private long waitedNanos;

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
    for (KeptCall.Try each : tries) {
      if (each.number() == attempt.number()) {
        TraceHeaders.write(traceId, each.spanId(), sampled, header);
      }
    }
  }

  @Override
  public void on(JourneyView journey, JourneyEvent event) {
    if (over) {
      return;
    }
    if (traceId.isEmpty()) {
      caller = tracing.callersTrace(origin);
      traceId = caller.isNamed() ? caller.traceId() : tracing.newTraceId();
      sampled = tracing.isSampled(caller, traceId);
    }
    if (event instanceof JourneyEvent.AttemptStarted started) {
      attempt(journey, started);
    } else if (events.size() < MOST_EVENTS - 1 || journey.ended()) {
      events.add(event);
    }
    if (journey.ended()) {
      over = true;
      kept = sampled || Unusual.is(journey, event);
      if (kept) {
        tracing.keep(copy(journey, event));
      }
      events.clear();
    }
  }

  private void attempt(JourneyView journey, JourneyEvent.AttemptStarted event) {
    long waited = journey.waitedNanos();
    Step.Attempt attempt = event.attempt();
    tries.add(
        new KeptCall.Try(
            event.atNanos(),
            attempt.number(),
            attempt.target().name(),
            event.source(),
            event.hedge(),
            tracing.newSpanId(),
            waited - waitedNanos));
    waitedNanos = waited;
  }

  private KeptCall copy(JourneyView journey, JourneyEvent end) {
    return new KeptCall(
        caller.parent(),
        traceId,
        tracing.newSpanId(),
        origin.model(),
        origin.operation(),
        journey.route().name(),
        journey.call().priority().label(),
        journey.call().streaming(),
        journey.call().maxOutputTokens(),
        journey.startedAtNanos(),
        journey.waitedNanos(),
        tracing.epochNanos() - end.atNanos(),
        List.copyOf(tries),
        events.stream().map(SpanEvent::of).filter(Objects::nonNull).toList());
  }
}
