package dev.forebay.simulator.report;

import java.util.List;
import java.util.Locale;

/** A report as plain, aligned text: what a terminal shows. */
public final class TextTable {
  private TextTable() {}

  /** The whole report. */
  public static String write(Report report) {
    StringBuilder out = new StringBuilder();
    out.append(report.title()).append(" (").append(report.subtitle()).append(")\n");
    if (!report.description().isBlank()) {
      out.append(report.description().strip()).append('\n');
    }
    for (Section section : report.sections()) {
      out.append('\n');
      if (!section.label().isEmpty()) {
        out.append(section.label()).append('\n');
      }
      policies(section, out);
      if (!section.spreads().isEmpty()) {
        out.append('\n');
        spreads(section.spreads(), out);
      }
    }
    Section first = report.sections().getFirst();
    first
        .policy("forebay")
        .or(() -> first.policies().stream().findFirst())
        .ifPresent(policy -> details(policy, out));
    return out.toString();
  }

  private static void policies(Section section, StringBuilder out) {
    Rows rows = new Rows();
    rows.add(
        "policy",
        "goodput",
        "answered",
        "primary",
        "fallback",
        "refused",
        "gave up",
        "attempts/answer",
        "429s",
        "wasted tokens",
        "first token p50",
        "p95",
        "p99");
    boolean queued = section.policies().stream().anyMatch(p -> p.counts().queued() > 0);
    for (PolicyResult policy : section.policies()) {
      Counts counts = policy.counts();
      Quantiles first = policy.waits().firstContent();
      rows.add(
          policy.name(),
          percent(policy.goodput()),
          percent(counts.answeredShare()),
          share(counts.primary(), counts.calls()),
          share(counts.fallback(), counts.calls()),
          share(counts.refused(), counts.calls())
              + (queued ? " (+" + counts.queued() + " queued)" : ""),
          share(counts.gaveUp(), counts.calls()),
          number("%.2f", counts.attemptsPerAnswer()),
          Long.toString(counts.throttled()),
          tokens(counts.wastedTokens()),
          seconds(first.p50()),
          seconds(first.p95()),
          seconds(first.p99()));
    }
    rows.write(out);
    section.policies().stream()
        .filter(policy -> policy.fleet() != null)
        .forEach(policy -> out.append(FleetResult.line(policy)).append('\n'));
    section
        .bound()
        .ifPresent(
            bound ->
                out.append(
                    "oracle: at most %s of the %s tokens asked for (%s), or %.0f of %d calls%n"
                        .formatted(
                            tokens(bound.work()),
                            tokens(bound.offeredWork()),
                            percent(
                                bound.offeredWork() == 0
                                    ? 1
                                    : Math.min(1, bound.work() / bound.offeredWork())),
                            bound.calls(),
                            bound.offeredCalls())
                        .replace("\r", "")));
  }

  private static void spreads(List<Spread> spreads, StringBuilder out) {
    Rows rows = new Rows();
    rows.add(
        spreads.getFirst().seeds() + " seeds",
        "goodput mean",
        "worst",
        "answered mean",
        "worst",
        "attempts/answer mean",
        "worst",
        "first token p99 mean",
        "worst");
    for (Spread spread : spreads) {
      rows.add(
          spread.name(),
          percent(spread.meanGoodput()),
          percent(spread.worstGoodput()),
          percent(spread.meanAnswered()),
          percent(spread.worstAnswered()),
          number("%.2f", spread.meanAttemptsPerAnswer()),
          number("%.2f", spread.worstAttemptsPerAnswer()),
          seconds(spread.meanFirstContentP99()),
          seconds(spread.worstFirstContentP99()));
    }
    rows.write(out);
  }

  private static void details(PolicyResult policy, StringBuilder out) {
    out.append('\n');
    Rows classes = new Rows();
    classes.add(
        policy.name() + " by class",
        "priority",
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
      classes.add(
          kind.name(),
          kind.priority(),
          Long.toString(counts.calls()),
          percent(counts.answeredShare()),
          share(counts.fallback(), counts.calls()),
          share(counts.refused(), counts.calls()),
          share(counts.gaveUp(), counts.calls()),
          seconds(kind.waits().firstContent().p50()),
          seconds(kind.waits().firstContent().p99()),
          seconds(kind.waits().admission().p99()),
          seconds(kind.deadlineSeconds()));
    }
    classes.write(out);
    out.append('\n');
    Rows targets = new Rows();
    targets.add(
        policy.name() + " by target",
        "attempts",
        "while down",
        "429s",
        "tokens",
        "utilisation",
        "over-asked");
    for (TargetResult target : policy.targets()) {
      targets.add(
          target.name(),
          Long.toString(target.attempts()),
          Long.toString(target.attemptsWhileDown()),
          Long.toString(target.throttled()),
          tokens(target.costTokens()),
          percent(target.utilisation()),
          percent(target.overAdmission()));
    }
    targets.write(out);
  }

  /** A part of 1. */
  public static String percent(double part) {
    return Double.isNaN(part) ? "-" : number("%.1f %%", part * 100);
  }

  /** From one part to another. */
  public static String percents(Comparison.Range range) {
    return number("%.1f", range.least() * 100) + " to " + percent(range.most());
  }

  /** From one wait to another. */
  public static String seconds(Comparison.Range range) {
    return number("%.1f", range.least()) + " to " + number("%.1f s", range.most());
  }

  /** A part of a count. */
  public static String share(long part, long all) {
    return all == 0 ? "-" : percent((double) part / all);
  }

  /** A wait. */
  public static String seconds(double seconds) {
    return seconds >= 100 ? number("%.0f s", seconds) : number("%.2f s", seconds);
  }

  static String tokens(double tokens) {
    if (tokens >= 1e6) {
      return number("%.2f M", tokens / 1e6);
    }
    return tokens >= 1e4 ? number("%.0f k", tokens / 1e3) : number("%.0f", tokens);
  }

  /** A number, the same in every locale. */
  public static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
