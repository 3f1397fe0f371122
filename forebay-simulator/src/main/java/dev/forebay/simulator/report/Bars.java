package dev.forebay.simulator.report;

import java.util.List;

/** The headline: for each policy what became of its calls, as one bar, and its goodput. */
final class Bars {
  private static final int WIDTH = 1060;
  private static final int LEFT = 150;
  private static final int RIGHT = 190;
  private static final int ROW = 34;

  private Bars() {}

  static String draw(Section section) {
    List<PolicyResult> policies = section.policies();
    Svg svg =
        new Svg(WIDTH, ROW * policies.size() + 26, "What became of the calls, for each policy");
    svg.text(WIDTH, 14, "end", "", "goodput, answered");
    double y = 24;
    for (PolicyResult policy : policies) {
      bar(svg, policy, y);
      y += ROW;
    }
    return svg.end();
  }

  private static void bar(Svg svg, PolicyResult policy, double y) {
    Counts counts = policy.counts();
    double width = WIDTH - LEFT - RIGHT;
    svg.text(LEFT - 12, y + 17, "end", "name", policy.name());
    double x = LEFT;
    String[] styles = {"f-primary", "f-fallback", "f-queued", "f-refused", "f-gaveup"};
    String[] names = {"primary", "fallback", "queued", "refused", "gave up"};
    long[] parts = {
      counts.primary(), counts.fallback(), counts.queued(), counts.refused(), counts.gaveUp()
    };
    for (int i = 0; i < parts.length; i++) {
      double part = counts.calls() == 0 ? 0 : (double) parts[i] / counts.calls() * width;
      if (part > 0) {
        String title = names[i] + ": " + TextTable.share(parts[i], counts.calls());
        svg.rect(x, y, part, 22, styles[i], title);
        x += part;
      }
    }
    String goodput = TextTable.percent(policy.goodput());
    String answered = TextTable.percent(counts.answeredShare());
    svg.text(WIDTH, y + 17, "end", "value", goodput + ", " + answered);
  }
}
