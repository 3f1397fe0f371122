package dev.forebay.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnusedTargetTest {
  @Test
  void itIsAWarningWithItsPlace() {
    GatewayConfig config =
        Examples.parse(
            """
            targets:
              a: {region: us-east-1, model: m}
              spare: {region: us-west-2, model: m}
            routes:
              chat: {tiers: [[a]]}
            """);
    assertThat(config.targets()).containsKey("spare");
    assertThat(config.warnings())
        .extracting(Problem::toString)
        .containsExactly(
            "forebay.yaml:3:3: targets.spare: no route uses this target; use it or remove it");
  }
}
