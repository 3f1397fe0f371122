package dev.forebay.cli.demo;

import dev.forebay.simulator.Scenario;
import dev.forebay.simulator.ScenarioFile;
import java.util.Optional;

/** A story of half a minute, with too many calls for both of its targets. */
public final class Tiny {
  /** As a file. */
  public static final String YAML =
      """
      name: tiny
      duration: 30s
      arrivals: 3
      mix:
        chat: { streaming: true, inputTokens: 300, maxTokens: 100, outputTokens: 20, deadline: 10s }
        extract: { priority: batch, inputTokens: 500, maxTokens: 50, outputTokens: 10, deadline: 20s }
      targets:
        first:
          model: anthropic.claude-sonnet-4-6
          quota: { tokensPerMinute: 10000, window: bucket }
          latency: { timeToFirstToken: 300ms, tokensPerSecond: 100 }
        second:
          model: anthropic.claude-opus-4-5-20251101-v1:0
          quota: { tokensPerMinute: 5000, window: bucket }
          latency: { timeToFirstToken: 300ms, tokensPerSecond: 100 }
      forebay:
        tiers: [[first], [second]]
      """;

  private Tiny() {}

  static Scenario scenario() {
    return ScenarioFile.parse(YAML, "tiny.yaml", Optional.empty());
  }
}
