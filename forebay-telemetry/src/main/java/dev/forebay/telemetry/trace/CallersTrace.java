package dev.forebay.telemetry.trace;

import io.opentelemetry.api.trace.SpanContext;

/**
 * The trace that a caller's request belongs to.
 *
 * @param traceId empty if it named none
 * @param parent the caller's span; invalid if it named none, as load balancers do
 */
record CallersTrace(String traceId, SpanContext parent, Decision decision) {
  static final CallersTrace NONE =
      new CallersTrace("", SpanContext.getInvalid(), Decision.LEFT_TO_US);

  /** Whether the trace is to be kept. */
  enum Decision {
    KEEP,
    DROP,
    /** The caller did not say. */
    LEFT_TO_US
  }

  /** A span as the W3C's header names it, which always says whether it is sampled. */
  static CallersTrace of(SpanContext parent) {
    return new CallersTrace(
        parent.getTraceId(), parent, parent.isSampled() ? Decision.KEEP : Decision.DROP);
  }

  boolean isNamed() {
    return !traceId.isEmpty();
  }
}
