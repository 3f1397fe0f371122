package dev.forebay.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.simulator.report.Findings;
import dev.forebay.simulator.report.HtmlReport;
import dev.forebay.simulator.report.Report;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingsTest {
  @Test
  void theReportOpensWithItsResultInASentence() {
    Scenario scenario =
        Stories.parse(Stories.plain(8, 300_000, ""))
            .withPolicies(List.of(Policy.FOREBAY, Policy.RETRY));
    Report report = Simulator.run(scenario, 1);
    String text = Findings.of(report).orElseThrow();

    assertThat(text)
        .matches(
            "Forebay answered \\d+ % of the calls, \\d+ % of what the quotas allowed\\. retry answered"
                + " \\d+ % and was throttled \\d+ times as often\\.");
    String html = HtmlReport.write(report);
    assertThat(html.indexOf(text)).isBetween(0, html.indexOf("<h2"));
  }

  @Test
  void oneAloneIsNotCompared() {
    Scenario scenario =
        Stories.parse(Stories.plain(1, 300_000, "")).withPolicies(List.of(Policy.FOREBAY));

    assertThat(Findings.of(Simulator.run(scenario, 1))).isEmpty();
  }
}
