package dev.forebay.simulator.report;

/** A report as one self-contained HTML file. */
public final class HtmlReport {
  private HtmlReport() {}

  /** The whole report. */
  public static String write(Report report) {
    return report.title();
  }
}
