package dev.forebay.simulator.report;

import java.util.List;

/** A chart over time, with what all of them share: axes, stacked areas, lines, strips. */
final class TimeChart {
  private static final int WIDTH = 520;
  private static final int HEIGHT = 190;
  private static final int LEFT = 44;
  private static final int RIGHT = 8;
  private static final int TOP = 8;
  private static final int BOTTOM = 20;

  /** A label in the middle of its place needs so much room, or the edge would cut it off. */
  private static final int EDGE = 24;

  private final Svg svg;
  private final Series series;
  private final double most;
  private final double plotBottom;
  private final int steps;

  /**
   * An empty chart.
   *
   * @param most the top of the vertical axis
   * @param strips how many strips there will be below
   */
  TimeChart(Series series, double most, int strips, String unit, String label) {
    this.series = series;
    this.most = most <= 0 ? 1 : most;
    this.steps = series.offered().size();
    int height = HEIGHT + strips * 16;
    this.plotBottom = HEIGHT - BOTTOM;
    this.svg = new Svg(WIDTH, height, "time", label);
    for (int i = 0; i <= 2; i++) {
      double value = this.most * i / 2;
      svg.line(LEFT, y(value), WIDTH - RIGHT, y(value), i == 0 ? "axis" : "grid-line");
      svg.text(LEFT - 6, y(value) + 4, "end", "", tick(value) + (i == 2 ? unit : ""));
    }
    double seconds = steps * series.stepSeconds();
    double every = niceSeconds(seconds / 5);
    for (double at = 0; at <= seconds + 1e-9; at += every) {
      double x = LEFT + at / Math.max(1e-9, seconds) * (WIDTH - LEFT - RIGHT);
      boolean atEdge = x > WIDTH - RIGHT - EDGE;
      svg.text(atEdge ? WIDTH : x, plotBottom + 14, atEdge ? "end" : "middle", "", clock(at));
    }
  }

  /** Areas on top of each other, the first at the bottom. */
  TimeChart stacked(List<List<Double>> layers, List<String> styles) {
    double[] below = new double[steps];
    for (int layer = 0; layer < layers.size(); layer++) {
      double[] above = new double[steps];
      boolean any = false;
      for (int i = 0; i < steps; i++) {
        double value = layers.get(layer).get(i);
        any |= value > 0;
        above[i] = below[i] + value;
      }
      if (any) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < steps; i++) {
          points.append(i == 0 ? 'M' : 'L').append(point(i, above[i]));
        }
        for (int i = steps - 1; i >= 0; i--) {
          points.append('L').append(point(i, below[i]));
        }
        svg.path(points.append('Z'), styles.get(layer));
      }
      below = above;
    }
    return this;
  }

  TimeChart line(List<Double> values, String style) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < steps; i++) {
      points.append(i == 0 ? 'M' : 'L').append(point(i, Math.min(values.get(i), most)));
    }
    svg.path(points, style);
    return this;
  }

  /** States over time as a strip of colours: 0, 1 and 2. */
  TimeChart strip(int row, String name, List<Double> values, List<String> styles) {
    double top = HEIGHT + row * 16.0;
    int from = 0;
    for (int i = 1; i <= steps; i++) {
      if (i == steps || !values.get(i).equals(values.get(from))) {
        int state = (int) Math.round(values.get(from));
        double width = Math.max(1, x(i) - x(from));
        String title = name + " " + clock(from * series.stepSeconds());
        svg.rect(x(from), top, width, 10, styles.get(Math.clamp(state, 0, 2)), title);
        from = i;
      }
    }
    svg.text(LEFT - 6, top + 9, "end", "", "circuit");
    return this;
  }

  String end() {
    return svg.end();
  }

  static double max(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
  }

  static String clock(double seconds) {
    long whole = Math.round(seconds);
    return whole % 60 == 0 ? whole / 60 + " min" : whole + " s";
  }

  /** The next round number of seconds. */
  private static double niceSeconds(double least) {
    for (double nice : new double[] {1, 5, 10, 30, 60, 120, 300, 600, 1200, 3600, 7200}) {
      if (nice >= least) {
        return nice;
      }
    }
    return 3600 * Math.ceil(least / 3600);
  }

  private static String tick(double value) {
    return TextTable.number(value >= 10 || value == 0 ? "%.0f" : "%.2g", value);
  }

  private String point(int step, double value) {
    return Svg.at(x(step)) + " " + Svg.at(y(value));
  }

  private double x(int step) {
    return LEFT + (double) step / Math.max(1, steps) * (WIDTH - LEFT - RIGHT);
  }

  private double y(double value) {
    return plotBottom - value / most * (plotBottom - TOP);
  }
}
