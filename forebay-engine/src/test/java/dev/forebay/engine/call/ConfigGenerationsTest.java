package dev.forebay.engine.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.engine.Scheduler;
import dev.forebay.engine.upstream.SignedTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Configurations follow each other, and each stays for as long as calls need it. */
class ConfigGenerationsTest {
  private static final String TWO = "[[a], [b]]";

  private static final Scheduler NEVER = (millis, action) -> () -> {};

  private final List<Set<SignedTarget>> needed = new ArrayList<>();
  private final RoutingSnapshot first =
      new RoutingSnapshot(config("us-east-1", TWO, "60s"), null, NEVER);
  private final ConfigGenerations<RoutingSnapshot> generations =
      new ConfigGenerations<>(first, needed::add);

  @Test
  void aCallKeepsWhatItBeganWithUntilItIsOver() {
    RoutingSnapshot entered = generations.enter();
    RoutingSnapshot second = new RoutingSnapshot(config("eu-west-1", TWO, "60s"), first, NEVER);
    generations.replace(second);

    assertThat(generations.enter()).isSameAs(second);
    assertThat(needed).as("the old target is still called").isEmpty();
    generations.leave(entered);

    assertThat(needed).hasSize(1);
    assertThat(needed.getFirst()).containsExactlyInAnyOrderElementsOf(second.targets());
    assertThat(needed.getFirst())
        .doesNotContain(signedTarget(first, "a"))
        .contains(signedTarget(first, "b"));
  }

  @Test
  void aGenerationWithoutCallsEndsAtOnce() {
    generations.leave(generations.enter());
    generations.replace(new RoutingSnapshot(config("eu-west-1", TWO, "60s"), first, NEVER));

    assertThat(needed).hasSize(1);
  }

  @Test
  void targetsThatAreTheSameStayTheSame() {
    RoutingSnapshot second = new RoutingSnapshot(config("eu-west-1", TWO, "30s"), first, NEVER);

    assertThat(signedTarget(second, "b")).isSameAs(signedTarget(first, "b"));
    assertThat(signedTarget(second, "a")).isNotSameAs(signedTarget(first, "a"));
  }

  @Test
  void keptAnswersAreForTheSameFirstTierAlone() {
    RoutingSnapshot longer = new RoutingSnapshot(config("us-east-1", TWO, "90s"), first, NEVER);
    RoutingSnapshot withoutFallback =
        new RoutingSnapshot(config("us-east-1", "[[a, b]]", "90s"), longer, NEVER);
    RoutingSnapshot elsewhere = new RoutingSnapshot(config("eu-west-1", TWO, "90s"), longer, NEVER);

    assertThat(longer.edition("chat")).isEqualTo(first.edition("chat"));
    assertThat(withoutFallback.edition("chat")).isNotEqualTo(first.edition("chat"));
    assertThat(elsewhere.edition("chat")).isNotEqualTo(first.edition("chat"));
  }

  private static SignedTarget signedTarget(RoutingSnapshot snapshot, String name) {
    return snapshot.targets().stream()
        .filter(signed -> signed.config().target().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static GatewayConfig config(String region, String tiers, String deadline) {
    return ConfigFile.parse(
        """
        targets:
          a: { region: %s, model: m, credentials: anonymous }
          b: { region: us-east-1, model: n, credentials: anonymous }
        routes:
          chat: { tiers: %s, deadline: %s }
        """
            .formatted(region, tiers, deadline),
        "test.yaml",
        Map.of());
  }
}
