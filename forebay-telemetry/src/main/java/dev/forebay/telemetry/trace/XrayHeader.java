package dev.forebay.telemetry.trace;

import dev.forebay.core.telemetry.XrayTrace;
import dev.forebay.telemetry.trace.CallersTrace.Decision;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;

/** AWS's own way to name a trace. */
final class XrayHeader {
  private XrayHeader() {}

  /** The trace that it names. */
  static CallersTrace read(String header) {
    XrayTrace named = XrayTrace.read(header);
    if (named == null) {
      return CallersTrace.NONE;
    }
    Decision decision = decision(named);
    return new CallersTrace(named.traceId(), span(named, decision), decision);
  }

  private static Decision decision(XrayTrace named) {
    if (named.sampled() == null) {
      return Decision.LEFT_TO_US;
    }
    return named.sampled() ? Decision.KEEP : Decision.DROP;
  }

  private static SpanContext span(XrayTrace named, Decision decision) {
    if (named.spanId().isEmpty()) {
      return SpanContext.getInvalid();
    }
    TraceFlags flags =
        decision == Decision.KEEP ? TraceFlags.getSampled() : TraceFlags.getDefault();
    return SpanContext.createFromRemoteParent(
        named.traceId(), named.spanId(), flags, TraceState.getDefault());
  }
}
