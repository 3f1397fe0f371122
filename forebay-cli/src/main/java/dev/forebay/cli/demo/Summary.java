package dev.forebay.cli.demo;

import static dev.forebay.simulator.report.TextTable.number;
import static dev.forebay.simulator.report.TextTable.percent;
import static dev.forebay.simulator.report.TextTable.percents;
import static dev.forebay.simulator.report.TextTable.seconds;
import static dev.forebay.simulator.report.TextTable.share;

import dev.forebay.simulator.report.Comparison;
import dev.forebay.simulator.report.Counts;
import dev.forebay.simulator.report.Findings;
import dev.forebay.simulator.report.PolicyResult;
import dev.forebay.simulator.report.Quantiles;
import dev.forebay.simulator.report.Report;
import dev.forebay.simulator.report.Rows;
import dev.forebay.simulator.report.Section;

/** What is printed at the end. */
public final class Summary {
  private Summary() {}

  /** Measured, predicted, compared, and the result in a sentence. */
  public static String text(Report report) {
    StringBuilder out = new StringBuilder();
    out.append(report.title()).append(" (").append(report.subtitle()).append(")\n");
    report.warnings().forEach(warning -> out.append("WARNING: ").append(warning).append('\n'));
    for (Section section : report.sections()) {
      out.append('\n');
      results(section, out);
    }
    out.append('\n');
    Rows differences = new Rows();
    differences.add(
        "measured against predicted", "answered", "p50", "p99", "simulated again: answered", "p99");
    for (Comparison one : report.comparisons()) {
      differences.add(
          one.name(),
          number("%+.1f points", one.points()),
          number("%+.0f %%", one.p50Part() * 100),
          number("%+.0f %%", one.p99Part() * 100),
          percents(one.answeredByChance()),
          seconds(one.p99ByChance()));
    }
    differences.write(out);
    Findings.of(report).ifPresent(text -> out.append('\n').append(text).append('\n'));
    return out.toString();
  }

  private static void results(Section section, StringBuilder out) {
    Rows rows = new Rows();
    rows.add(
        section.label(),
        "answered",
        "primary",
        "fallback",
        "refused",
        "gave up",
        "queued, done later",
        "first token p50",
        "p99",
        "attempts/answer",
        "429s");
    for (PolicyResult policy : section.policies()) {
      Counts counts = policy.counts();
      Quantiles first = policy.waits().firstContent();
      rows.add(
          policy.name(),
          percent(counts.answeredShare()),
          share(counts.primary(), counts.calls()),
          share(counts.fallback(), counts.calls()),
          share(counts.refused(), counts.calls()),
          share(counts.gaveUp(), counts.calls()),
          counts.queued() == 0 ? "-" : share(counts.queued(), counts.calls()),
          seconds(first.p50()),
          seconds(first.p99()),
          number("%.2f", counts.attemptsPerAnswer()),
          Long.toString(counts.throttled()));
    }
    rows.write(out);
  }
}
