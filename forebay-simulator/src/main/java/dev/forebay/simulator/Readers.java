package dev.forebay.simulator;

import dev.forebay.simulator.Curve.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Reads the small shapes that recur in a scenario. */
final class Readers {
  private Readers() {}

  static double seconds(Value value) {
    return value.duration().toNanos() / 1e9;
  }

  static double share(Value value) {
    double share = value.number(0);
    if (share > 1) {
      throw value.refuse("expected a share of 0 to 1", "0.3 is 30 %");
    }
    return share;
  }

  /** A bare value is a fixed one. */
  static Distribution distribution(Value value, ToDoubleFunction<Value> unit) {
    if (value.isScalar()) {
      return new Distribution.Fixed(unit.applyAsDouble(value));
    }
    Fields fields = value.fields("median", "p99", "min", "max");
    Optional<Double> median = fields.get("median", unit::applyAsDouble);
    Optional<Double> p99 = fields.get("p99", unit::applyAsDouble);
    Optional<Double> min = fields.get("min", unit::applyAsDouble);
    Optional<Double> max = fields.get("max", unit::applyAsDouble);
    if (median.isPresent() && p99.isPresent() && min.isEmpty() && max.isEmpty()) {
      if (median.get() <= 0 || p99.get() < median.get()) {
        throw value.refuse("expected 0 < median <= p99", "correct one of them");
      }
      return Distribution.LogNormal.of(median.get(), p99.get());
    }
    if (min.isPresent() && max.isPresent() && median.isEmpty() && p99.isEmpty()) {
      if (max.get() < min.get()) {
        throw value.refuse("expected min <= max", "swap them");
      }
      return new Distribution.Uniform(min.get(), max.get());
    }
    throw value.refuse("is no distribution", "give one value, or median and p99, or min and max");
  }

  /** A number for always; or points with a time and {@code unit}, with or without {@code curve}. */
  static Curve curve(Value value, String unit) {
    if (value.isScalar()) {
      return Curve.constant(value.number(0));
    }
    boolean linear = false;
    Value list = value;
    if (value.isMapping()) {
      Fields fields = value.fields("curve", "points");
      linear =
          fields.get(
              "curve",
              v -> v.choice(new String[] {"step", "linear"}, word -> word).equals("linear"),
              false);
      list = fields.get("points", v -> v).orElseThrow(() -> value.refuse("needs points", "add it"));
    }
    List<Point> points = new ArrayList<>();
    for (Value item : list.items()) {
      Fields fields = item.fields("at", unit);
      long at = fields.get("at", v -> v.duration().toNanos(), 0L);
      double level = fields.need(unit, v -> v.number(0), 0.0);
      if (!points.isEmpty() && at <= points.getLast().atNanos()) {
        throw item.refuse("is not later than the point before", "order the points by time");
      }
      points.add(new Point(at, level));
    }
    if (points.isEmpty()) {
      throw list.refuse("has no points", "add one, such as { at: 0s, " + unit + ": 10 }");
    }
    return new Curve(linear, points);
  }
}
