package dev.forebay.simulator.report;

import java.util.List;

/** The tables of the HTML report. */
final class HtmlTables {
  private HtmlTables() {}

  static String policies(Section section) {
    Table table =
        new Table(
            "policy",
            "goodput",
            "goodput by calls",
            "answered",
            "attempts per answer",
            "429s",
            "wasted attempts",
            "wasted tokens",
            "cost",
            "answer p50",
            "answer p99");
    for (PolicyResult policy : section.policies()) {
      Counts counts = policy.counts();
      Quantiles answer = policy.waits().answer();
      table.row(
          policy.name().equals("forebay") ? " class=\"ours\"" : "",
          policy.name(),
          TextTable.percent(policy.goodput()),
          TextTable.percent(policy.goodputByCalls()),
          counts.answered() + " of " + counts.calls(),
          TextTable.number("%.2f", counts.attemptsPerAnswer()),
          Long.toString(counts.throttled()),
          Long.toString(counts.wastedAttempts()),
          TextTable.tokens(counts.wastedTokens()),
          TextTable.tokens(counts.costTokens()),
          TextTable.seconds(answer.p50()),
          TextTable.seconds(answer.p99()));
    }
    return table.close();
  }

  static String classes(PolicyResult policy) {
    Table table =
        new Table(
            policy.name() + " by class",
            "priority",
            "tenant",
            "calls",
            "answered",
            "fallback",
            "refused",
            "gave up",
            "first token p50",
            "p99",
            "admission p99",
            "deadline");
    for (ClassResult kind : policy.classes()) {
      Counts counts = kind.counts();
      table.row(
          "",
          kind.name(),
          kind.priority(),
          kind.tenant(),
          Long.toString(counts.calls()),
          TextTable.percent(counts.answeredShare()),
          TextTable.share(counts.fallback(), counts.calls()),
          TextTable.share(counts.refused(), counts.calls()),
          TextTable.share(counts.gaveUp(), counts.calls()),
          TextTable.seconds(kind.waits().firstContent().p50()),
          TextTable.seconds(kind.waits().firstContent().p99()),
          TextTable.seconds(kind.waits().admission().p99()),
          TextTable.seconds(kind.deadlineSeconds()));
    }
    return table.close();
  }

  static String targets(PolicyResult policy) {
    Table table =
        new Table(
            policy.name() + " by target",
            "attempts",
            "while down",
            "429s",
            "tokens",
            "utilisation",
            "over-asked");
    for (TargetResult target : policy.targets()) {
      table.row(
          "",
          target.name(),
          Long.toString(target.attempts()),
          Long.toString(target.attemptsWhileDown()),
          Long.toString(target.throttled()),
          TextTable.tokens(target.costTokens()),
          TextTable.percent(target.utilisation()),
          TextTable.percent(target.overAdmission()));
    }
    return table.close();
  }

  static String comparisons(List<Comparison> comparisons) {
    Table table =
        new Table(
            "policy",
            "answered",
            "predicted",
            "points",
            "by chance",
            "first token p50",
            "predicted",
            "difference",
            "first token p99",
            "predicted",
            "difference",
            "by chance");
    for (Comparison one : comparisons) {
      table.row(
          one.name().equals("forebay") ? " class=\"ours\"" : "",
          one.name(),
          TextTable.percent(one.answered()),
          TextTable.percent(one.answeredPredicted()),
          TextTable.number("%+.1f", one.points()),
          TextTable.percents(one.answeredByChance()),
          TextTable.seconds(one.p50()),
          TextTable.seconds(one.p50Predicted()),
          TextTable.number("%+.0f %%", one.p50Part() * 100),
          TextTable.seconds(one.p99()),
          TextTable.seconds(one.p99Predicted()),
          TextTable.number("%+.0f %%", one.p99Part() * 100),
          TextTable.seconds(one.p99ByChance()));
    }
    return table.close();
  }

  /** Each cell knows its heading, which stands beside it where the screen is narrow. */
  private static final class Table {
    private final String[] heads;
    private final StringBuilder out = new StringBuilder("<div class=\"scroll\"><table><thead><tr>");

    Table(String... heads) {
      this.heads = heads.clone();
      for (String head : heads) {
        out.append("<th>").append(Svg.escape(head)).append("</th>");
      }
      out.append("</tr></thead><tbody>\n");
    }

    void row(String attributes, String... cells) {
      out.append("<tr").append(attributes).append('>');
      for (int i = 0; i < cells.length; i++) {
        out.append("<td data-label=\"")
            .append(Svg.escape(heads[i]))
            .append("\">")
            .append(Svg.escape(cells[i]))
            .append("</td>");
      }
      out.append("</tr>\n");
    }

    String close() {
      return out.append("</tbody></table></div>\n").toString();
    }
  }
}
