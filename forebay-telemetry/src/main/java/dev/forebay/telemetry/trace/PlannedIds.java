package dev.forebay.telemetry.trace;

import io.opentelemetry.sdk.trace.IdGenerator;

/** Gives spans the names that they have had since long before they were made. Not thread-safe. */
final class PlannedIds implements IdGenerator {
  private String traceId = "";
  private String spanId = "";

  /** The next span that is made has these. */
  void plan(String trace, String span) {
    traceId = trace;
    spanId = span;
  }

  @Override
  public String generateTraceId() {
    return traceId;
  }

  @Override
  public String generateSpanId() {
    return spanId;
  }
}
