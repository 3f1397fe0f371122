package dev.forebay.simulator.report;

import java.util.List;

/**
 * How long callers waited for the first token, for each policy: p50 to p99 on a logarithmic axis.
 */
final class WaitChart {
  private static final int DOTS = 12;
  private static final double LEAST = 0.1;

  /** Room at both ends of the axis, for dots and labels. */
  private static final int END = 16;

  private WaitChart() {}

  /** For wide screens and for narrow ones; the page's style shows one of them. */
  static String draw(List<PolicyResult> policies) {
    return draw(policies, Sheet.WIDE) + draw(policies, Sheet.NARROW);
  }

  private static String draw(List<PolicyResult> policies, Sheet sheet) {
    double most = 1;
    for (PolicyResult policy : policies) {
      most = Math.max(most, policy.waits().firstContent().max());
    }
    int row = DOTS + 18 + sheet.nameHeight();
    int height = row * policies.size() + 30;
    Svg svg =
        new Svg(
            sheet.width(), height, sheet.style(), "Waits until the first token, for each policy");
    for (double at = LEAST; at <= most * 1.0001; at *= 10) {
      double x = x(sheet, at, most);
      svg.line(x, 4, x, height - 22, "grid-line");
      svg.text(x, height - 6, "middle", "", at < 1 ? "100 ms" : Math.round(at) + " s");
    }
    double top = 14;
    for (PolicyResult policy : policies) {
      Quantiles wait = policy.waits().firstContent();
      double y = top + sheet.nameHeight() + DOTS / 2.0;
      sheet.name(svg, policy.name(), top, DOTS);
      svg.line(x(sheet, wait.p50(), most), y, x(sheet, wait.p99(), most), y, "span");
      dot(svg, x(sheet, wait.p50(), most), y, 5, "f-primary", "p50", wait.p50());
      dot(svg, x(sheet, wait.p95(), most), y, 4, "f-fallback", "p95", wait.p95());
      dot(svg, x(sheet, wait.p99(), most), y, 4, "f-refused", "p99", wait.p99());
      sheet.value(
          svg, TextTable.seconds(wait.p50()) + ", " + TextTable.seconds(wait.p99()), top, DOTS);
      top += row;
    }
    return svg.end();
  }

  private static void dot(
      Svg svg, double x, double y, int radius, String style, String name, double seconds) {
    svg.circle(x, y, radius, style, name + " " + TextTable.seconds(seconds));
  }

  private static double x(Sheet sheet, double seconds, double most) {
    double part = Math.log(Math.max(seconds, LEAST) / LEAST) / Math.log(most / LEAST);
    return sheet.left() + END + part * (sheet.plot() - 2 * END);
  }
}
