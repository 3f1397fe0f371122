package dev.forebay.telemetry.trace;

import dev.forebay.core.Step;
import dev.forebay.core.telemetry.SpanEvent;
import io.opentelemetry.api.trace.SpanContext;
import java.util.List;

/**
 * A call that has ended and is kept: all that its spans are made of, and nothing that holds on to
 * the call itself.
 *
 * @param parent the caller's span; invalid if it named none
 * @param model as the caller named it
 * @param operation Bedrock's name of it
 * @param plannedOutputTokens the caller's limit, or what is planned with if it gave none
 * @param epochOffset what makes a time of the journey a time of day
 * @param moments what happened, the end last
 */
record KeptCall(
    SpanContext parent,
    String traceId,
    String spanId,
    String model,
    String operation,
    String route,
    String priority,
    boolean streaming,
    int plannedOutputTokens,
    long startedAtNanos,
    long waitedNanos,
    long epochOffset,
    List<Try> tries,
    List<SpanEvent> moments) {

  /**
   * An attempt.
   *
   * @param waitedNanos since the attempt before, or since the call began
   */
  record Try(
      long atNanos,
      int number,
      String target,
      Step.Source source,
      boolean hedge,
      String spanId,
      long waitedNanos) {}

  /** A time of the journey as a time of day. */
  long epoch(long nanos) {
    return nanos + epochOffset;
  }

  /** How many spans it makes. */
  int spans() {
    return 1 + tries.size();
  }
}
