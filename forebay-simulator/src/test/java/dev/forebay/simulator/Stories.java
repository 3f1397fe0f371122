package dev.forebay.simulator;

import java.util.Optional;
import java.util.random.RandomGenerator;

/** Scenarios for tests. */
final class Stories {
  private Stories() {}

  static Scenario parse(String text) {
    return ScenarioFile.parse(text, "test.yaml", Optional.empty());
  }

  /** One kind of calls of 1,000 tokens in and 200 out, one target, no spread anywhere. */
  static String plain(double perSecond, long tokensPerMinute, String more) {
    return """
    name: plain
    duration: 5m
    arrivals: %s
    mix:
      chat: { priority: interactive, streaming: true, inputTokens: 1000, maxTokens: 1000, outputTokens: 200, deadline: 30s }
    targets:
      main:
        quota: { tokensPerMinute: %d, burndown: 5 }
        latency: { timeToFirstToken: 1s, tokensPerSecond: 100 }
    %s
    """
        .formatted(perSecond, tokensPerMinute, more);
  }

  /** Anything that a scenario may be. */
  static Scenario random(RandomGenerator random) {
    StringBuilder text = new StringBuilder("name: random\nduration: 5m\n");
    text.append("arrivals:\n");
    for (int minute = 0; minute < 5; minute++) {
      text.append("  - { at: %dm, perSecond: %d }\n".formatted(minute, 1 + random.nextInt(20)));
    }
    text.append("mix:\n");
    for (int i = 0; i < 1 + random.nextInt(3); i++) {
      text.append(
          """
            kind%d:
              weight: %d
              priority: %s
              streaming: %s
              inputTokens: { median: %d, p99: 9000 }
              maxTokens: %d
              outputTokens: { median: %d, p99: 900 }
              deadline: %ds
          """
              .formatted(
                  i,
                  1 + random.nextInt(5),
                  pick(random, "interactive", "standard", "batch"),
                  random.nextBoolean(),
                  100 + random.nextInt(4000),
                  200 + random.nextInt(4000),
                  20 + random.nextInt(400),
                  20 + random.nextInt(100)));
    }
    text.append("targets:\n");
    for (int i = 0; i < 1 + random.nextInt(3); i++) {
      text.append(
          """
            target%d:
              quota: { requestsPerMinute: %d, tokensPerMinute: %d, burndown: %d, window: %s }
              othersLoad: %d
              faults:
                - { from: %ds, until: %ds, what: %s }
          """
              .formatted(
                  i,
                  100 + random.nextInt(1000),
                  200_000 + random.nextInt(1_500_000),
                  1 + random.nextInt(5),
                  pick(random, "fixed", "sliding", "bucket"),
                  random.nextInt(100_000),
                  random.nextInt(100),
                  150 + random.nextInt(100),
                  pick(random, "outage", "throttle", "slow, timeToFirstToken: 3", "hang")));
    }
    return parse(text.toString());
  }

  private static String pick(RandomGenerator random, String... words) {
    return words[random.nextInt(words.length)];
  }
}
