package dev.forebay.simulator.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** A report as one HTML file, complete in itself: no script, nothing that is fetched. */
public final class HtmlReport {
  private static final List<String> ENDS =
      List.of("f-primary", "f-fallback", "f-refused", "f-gaveup");
  private static final List<String> STATES = List.of("f-closed", "f-half", "f-open");

  private final StringBuilder out = new StringBuilder();

  private HtmlReport() {}

  /** The whole report. */
  public static String write(Report report) {
    return new HtmlReport().page(report);
  }

  private String page(Report report) {
    String title = Svg.escape(report.title());
    out.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<title>Forebay: ")
        .append(title)
        .append("</title>\n<style>\n")
        .append(style())
        .append("</style></head><body><main>\n<h1>")
        .append(title)
        .append("</h1>\n<p>")
        .append(Svg.escape(report.description()))
        .append("</p>\n<p class=\"soft\">")
        .append(Svg.escape(report.subtitle()))
        .append("</p>\n");
    Findings.of(report)
        .ifPresent(
            text -> out.append("<p><strong>").append(Svg.escape(text)).append("</strong></p>\n"));
    report.warnings().forEach(this::warning);
    report.sections().forEach(this::section);
    if (!report.comparisons().isEmpty()) {
      heading("Measured and predicted");
      card(HtmlTables.comparisons(report.comparisons()));
    }
    return out.append("</main></body></html>\n").toString();
  }

  private void section(Section section) {
    heading(section.label().isEmpty() ? "What became of the calls" : section.label());
    legend(
        "f-primary", "answered by the primary",
        "f-fallback", "by a fallback",
        "f-queued", "queued for later",
        "f-refused", "refused",
        "f-gaveup", "caller gave up");
    card(Bars.draw(section));
    section.bound().ifPresent(this::bound);
    card(HtmlTables.policies(section));
    section.policies().stream()
        .filter(policy -> policy.fleet() != null)
        .forEach(
            policy ->
                out.append("<p class=\"soft\">")
                    .append(Svg.escape(FleetResult.line(policy)))
                    .append("</p>\n"));

    heading("Answered by whom, over time");
    legend(
        "f-primary", "primary",
        "f-fallback", "fallback",
        "f-refused", "refused",
        "f-gaveup", "gave up",
        "f-offered", "line: calls that arrive");
    double most = 0;
    for (PolicyResult policy : section.policies()) {
      most = Math.max(most, TimeChart.max(policy.series().offered()));
    }
    grid();
    for (PolicyResult policy : section.policies()) {
      titled(policy.name(), policy.about(), answers(policy.series(), most));
    }
    endGrid();

    heading("Waits until the first token");
    legend("f-primary", "p50", "f-fallback", "p95", "f-refused", "p99");
    card(WaitChart.draw(section.policies()));

    if (section.policies().stream().anyMatch(policy -> !policy.series().levels().isEmpty())) {
      quotas(section);
    }

    heading("By class and target");
    for (PolicyResult policy : section.policies()) {
      boolean ours = policy.name().equals("forebay");
      out.append(ours ? "<details open>" : "<details>")
          .append("<summary>")
          .append(Svg.escape(policy.name()))
          .append("</summary>\n");
      card(HtmlTables.classes(policy));
      card(HtmlTables.targets(policy));
      out.append("</details>\n");
    }
  }

  private void quotas(Section section) {
    heading("Quotas and circuits");
    legend(
        "f-primary", "part of the quota taken",
        "f-closed", "circuit closed",
        "f-half", "half open",
        "f-open", "open");
    grid();
    section.policies().forEach(this::levels);
    endGrid();
  }

  private void warning(String text) {
    out.append("<p><strong>").append(Svg.escape(text)).append("</strong></p>\n");
  }

  private void bound(Bound bound) {
    out.append("<p class=\"soft\">")
        .append(
            "Goodput is answered work as a part of the oracle's: %s of the %s tokens asked for."
                .formatted(TextTable.tokens(bound.work()), TextTable.tokens(bound.offeredWork())))
        .append("</p>\n");
  }

  private static String answers(Series series, double most) {
    return new TimeChart(series, most, 0, "/s", "Answers per second by who gave them")
        .stacked(
            List.of(series.primary(), series.fallback(), series.refused(), series.gaveUp()), ENDS)
        .line(series.offered(), "s-offered")
        .end();
  }

  private void levels(PolicyResult policy) {
    Series series = policy.series();
    for (int i = 0; i < series.levels().size(); i++) {
      Series.Line level = series.levels().get(i);
      boolean used =
          policy.targets().stream()
              .anyMatch(target -> target.name().equals(level.name()) && target.attempts() > 0);
      if (used) {
        TimeChart chart =
            new TimeChart(
                series,
                Math.max(1, TimeChart.max(level.values())),
                1,
                "",
                "The part of the quota of " + level.name() + " that is taken");
        chart.line(level.values(), "s-primary");
        chart.strip(0, level.name(), series.breakers().get(i).values(), STATES);
        titled(policy.name() + ": " + level.name(), "", chart.end());
      }
    }
  }

  private void heading(String text) {
    out.append("<h2>").append(Svg.escape(text)).append("</h2>\n");
  }

  private void legend(String... stylesAndNames) {
    out.append("<ul class=\"legend\">");
    for (int i = 0; i < stylesAndNames.length; i += 2) {
      out.append(
          "<li><i class=\"%s\"></i>%s</li>".formatted(stylesAndNames[i], stylesAndNames[i + 1]));
    }
    out.append("</ul>\n");
  }

  private void card(String content) {
    out.append("<div class=\"card\">").append(content).append("</div>\n");
  }

  private void titled(String title, String about, String chart) {
    out.append("<div class=\"card\"><h3>").append(Svg.escape(title)).append("</h3>");
    if (!about.isEmpty()) {
      out.append("<p class=\"about\">").append(Svg.escape(about)).append("</p>");
    }
    out.append(chart).append("</div>\n");
  }

  private void grid() {
    out.append("<div class=\"grid\">\n");
  }

  private void endGrid() {
    out.append("</div>\n");
  }

  private static String style() {
    try (InputStream in =
        Objects.requireNonNull(HtmlReport.class.getResourceAsStream("report.css"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
