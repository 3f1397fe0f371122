package dev.forebay.cloudwatch;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What CloudWatch keeps apart and charges for: a metric with one value for each of its dimensions.
 *
 * @param unit as CloudWatch spells it
 * @param dimensions by name, in their order
 */
record Series(String metric, String unit, Map<String, String> dimensions) {
  /** CloudWatch refuses longer values. */
  private static final int LONGEST = 1_024;

  Series {
    Map<String, String> bounded = new LinkedHashMap<>();
    dimensions.forEach(
        (name, value) ->
            bounded.put(name, value.length() > LONGEST ? value.substring(0, LONGEST) : value));
    dimensions = Collections.unmodifiableMap(bounded);
  }

  static Series of(String metric, String unit) {
    return new Series(metric, unit, Map.of());
  }

  static Series of(String metric, String unit, String dimension, String value) {
    return new Series(metric, unit, Map.of(dimension, value));
  }

  static Series of(
      String metric, String unit, String first, String value, String second, String other) {
    Map<String, String> both = new LinkedHashMap<>();
    both.put(first, value);
    both.put(second, other);
    return new Series(metric, unit, both);
  }
}
