package dev.forebay.simulator.report;

import java.util.List;

/**
 * How long callers waited for the first token, for each policy: p50 to p99 on a logarithmic axis.
 */
final class WaitChart {
  private static final int WIDTH = 1060;
  private static final int LEFT = 150;
  private static final int RIGHT = 190;
  private static final int ROW = 30;
  private static final double LEAST = 0.1;

  private WaitChart() {}

  static String draw(List<PolicyResult> policies) {
    double most = 1;
    for (PolicyResult policy : policies) {
      most = Math.max(most, policy.waits().firstContent().max());
    }
    int height = ROW * policies.size() + 30;
    Svg svg = new Svg(WIDTH, height, "Waits until the first token, for each policy");
    for (double at = LEAST; at <= most * 1.0001; at *= 10) {
      double x = x(at, most);
      svg.line(x, 4, x, height - 22, "grid-line");
      svg.text(x, height - 6, "middle", "", at < 1 ? "100 ms" : Math.round(at) + " s");
    }
    double y = 20;
    for (PolicyResult policy : policies) {
      Quantiles wait = policy.waits().firstContent();
      svg.text(LEFT - 12, y + 4, "end", "name", policy.name());
      svg.line(x(wait.p50(), most), y, x(wait.p99(), most), y, "span");
      svg.circle(x(wait.p50(), most), y, 5, "f-primary", "p50 " + TextTable.seconds(wait.p50()));
      svg.circle(x(wait.p95(), most), y, 4, "f-fallback", "p95 " + TextTable.seconds(wait.p95()));
      svg.circle(x(wait.p99(), most), y, 4, "f-refused", "p99 " + TextTable.seconds(wait.p99()));
      String text = TextTable.seconds(wait.p50()) + ", " + TextTable.seconds(wait.p99());
      svg.text(WIDTH, y + 4, "end", "value", text);
      y += ROW;
    }
    return svg.end();
  }

  private static double x(double seconds, double most) {
    double part = Math.log(Math.max(seconds, LEAST) / LEAST) / Math.log(most / LEAST);
    return LEFT + part * (WIDTH - LEFT - RIGHT);
  }
}
