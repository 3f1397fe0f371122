package dev.forebay.core.telemetry;

import java.util.List;

/** A span that is being described, whichever library it belongs to. */
public interface SpanSink {
  void put(String key, String value);

  void put(String key, long value);

  void put(String key, double value);

  void put(String key, boolean value);

  void put(String key, List<String> values);

  /**
   * Something happened in the span.
   *
   * @param atNanos when, in the journey's nanoseconds
   */
  void happened(String event, long atNanos);

  /** The same, with a reason and a number: a {@code Long} or a {@code Double}. */
  void happened(String event, long atNanos, String key, Number value, String why);

  /** It ended with an error. */
  void failed(String why);

  /** It ended at that time of the journey. */
  void ended(long atNanos);
}
