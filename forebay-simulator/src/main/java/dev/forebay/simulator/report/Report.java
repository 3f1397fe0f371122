package dev.forebay.simulator.report;

import java.util.List;

/**
 * What several policies made of the same calls.
 *
 * @param subtitle how it was run, such as the seed
 * @param warnings what makes it doubtful; mostly nothing
 * @param sections one for each variant of the run; mostly there is one
 * @param comparisons measured against predicted; empty if only one of them was done
 */
public record Report(
    String title,
    String description,
    String subtitle,
    List<String> warnings,
    List<Section> sections,
    List<Comparison> comparisons) {
  public Report {
    warnings = List.copyOf(warnings);
    sections = List.copyOf(sections);
    comparisons = List.copyOf(comparisons);
  }

  /** One without any doubts and comparisons. */
  public Report(String title, String description, String subtitle, List<Section> sections) {
    this(title, description, subtitle, List.of(), sections, List.of());
  }
}
