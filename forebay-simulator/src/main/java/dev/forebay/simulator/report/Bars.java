package dev.forebay.simulator.report;

import java.util.List;

/** The headline: for each policy what became of its calls, as one bar, and its goodput. */
final class Bars {
  private static final int BAR = 22;

  private Bars() {}

  /** For wide screens and for narrow ones; the page's style shows one of them. */
  static String draw(Section section) {
    return draw(section, Sheet.WIDE) + draw(section, Sheet.NARROW);
  }

  private static String draw(Section section, Sheet sheet) {
    List<PolicyResult> policies = section.policies();
    int row = BAR + 12 + sheet.nameHeight();
    Svg svg =
        new Svg(
            sheet.width(),
            row * policies.size() + 26,
            sheet.style(),
            "What became of the calls, for each policy");
    svg.text(sheet.width(), 14, "end", "", "goodput, answered");
    double y = 24;
    for (PolicyResult policy : policies) {
      bar(svg, sheet, policy, y);
      y += row;
    }
    return svg.end();
  }

  private static void bar(Svg svg, Sheet sheet, PolicyResult policy, double top) {
    Counts counts = policy.counts();
    double y = top + sheet.nameHeight();
    sheet.name(svg, policy.name(), top, BAR);
    double x = sheet.left();
    String[] styles = {"f-primary", "f-fallback", "f-queued", "f-refused", "f-gaveup"};
    String[] names = {"primary", "fallback", "queued", "refused", "gave up"};
    long[] parts = {
      counts.primary(), counts.fallback(), counts.queued(), counts.refused(), counts.gaveUp()
    };
    for (int i = 0; i < parts.length; i++) {
      double part = counts.calls() == 0 ? 0 : (double) parts[i] / counts.calls() * sheet.plot();
      if (part > 0) {
        String title = names[i] + ": " + TextTable.share(parts[i], counts.calls());
        svg.rect(x, y, part, BAR, styles[i], title);
        x += part;
      }
    }
    String goodput = TextTable.percent(policy.goodput());
    String answered = TextTable.percent(counts.answeredShare());
    sheet.value(svg, goodput + ", " + answered, top, BAR);
  }
}
