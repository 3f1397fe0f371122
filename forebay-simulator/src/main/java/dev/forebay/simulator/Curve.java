package dev.forebay.simulator;

import java.util.List;

/**
 * A quantity over time, by points; before the first and after the last it is level.
 *
 * @param linear whether it runs straight from point to point, or holds until the next one
 */
public record Curve(boolean linear, List<Point> points) {
  /** A value at a time. */
  public record Point(long atNanos, double value) {}

  public Curve {
    points = List.copyOf(points);
  }

  static Curve constant(double value) {
    return new Curve(false, List.of(new Point(0, value)));
  }

  /** The value at a time. */
  public double at(long nanos) {
    Point before = points.getFirst();
    if (nanos <= before.atNanos()) {
      return before.value();
    }
    for (int i = 1; i < points.size(); i++) {
      Point next = points.get(i);
      if (nanos < next.atNanos()) {
        double part = (double) (nanos - before.atNanos()) / (next.atNanos() - before.atNanos());
        return linear ? before.value() + part * (next.value() - before.value()) : before.value();
      }
      before = next;
    }
    return before.value();
  }

  /** The largest value. */
  public double max() {
    return points.stream().mapToDouble(Point::value).max().orElse(0);
  }

  /** The least value within a span of time. */
  double minBetween(long fromNanos, long untilNanos) {
    double least = Math.min(at(fromNanos), linear ? at(untilNanos) : at(untilNanos - 1));
    for (Point point : points) {
      if (point.atNanos() >= fromNanos && point.atNanos() < untilNanos) {
        least = Math.min(least, point.value());
      }
    }
    return least;
  }
}
