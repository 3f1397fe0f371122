package dev.forebay.simulator.report;

import java.util.List;

/**
 * What several policies made of the same calls.
 *
 * @param subtitle how it was run, such as the seed
 * @param sections one for each variant of the run; mostly there is one
 */
public record Report(String title, String description, String subtitle, List<Section> sections) {
  public Report {
    sections = List.copyOf(sections);
  }
}
