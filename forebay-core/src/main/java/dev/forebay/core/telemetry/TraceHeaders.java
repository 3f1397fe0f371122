package dev.forebay.core.telemetry;

import java.util.function.BiConsumer;

/** The headers by which a target continues a trace: the W3C's, and AWS's own. */
public final class TraceHeaders {
  public static final String W3C = "traceparent";
  public static final String XRAY = "x-amzn-trace-id";

  private static final int TIME_DIGITS = 8;

  private TraceHeaders() {}

  /**
   * Sets both.
   *
   * @param traceId 32 hexadecimal digits
   * @param spanId 16 of them: the span that the target's is a child of
   */
  public static void write(
      String traceId, String spanId, boolean sampled, BiConsumer<String, String> header) {
    header.accept(W3C, "00-" + traceId + '-' + spanId + (sampled ? "-01" : "-00"));
    header.accept(
        XRAY,
        "Root=1-"
            + traceId.substring(0, TIME_DIGITS)
            + '-'
            + traceId.substring(TIME_DIGITS)
            + ";Parent="
            + spanId
            + (sampled ? ";Sampled=1" : ";Sampled=0"));
  }
}
