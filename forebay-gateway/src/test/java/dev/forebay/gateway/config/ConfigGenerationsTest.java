package dev.forebay.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.gateway.upstream.SignedTarget;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Configurations follow each other, and each stays for as long as calls need it. */
class ConfigGenerationsTest {
  private static final String TWO = "[[a], [b]]";

  private final Vertx vertx = Vertx.vertx();
  private final List<Set<SignedTarget>> needed = new ArrayList<>();
  private final ConfigSnapshot first =
      ConfigSnapshot.first(config("us-east-1", TWO, "60s"), vertx, 0);
  private final ConfigGenerations generations = new ConfigGenerations(first, needed::add);

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void aCallKeepsWhatItBeganWithUntilItIsOver() {
    ConfigSnapshot entered = generations.enter();
    ConfigSnapshot second = first.next(config("eu-west-1", TWO, "60s"), vertx, 0);
    generations.replace(second);

    assertThat(generations.enter()).isSameAs(second);
    assertThat(needed).as("the old target is still called").isEmpty();
    generations.leave(entered);

    assertThat(needed).hasSize(1);
    assertThat(needed.getFirst()).containsExactlyInAnyOrderElementsOf(second.targets());
    assertThat(needed.getFirst()).doesNotContain(access(first, "a")).contains(access(first, "b"));
  }

  @Test
  void whatNobodyCallsGoesAtOnce() {
    generations.leave(generations.enter());
    generations.replace(first.next(config("eu-west-1", TWO, "60s"), vertx, 0));

    assertThat(needed).hasSize(1);
  }

  @Test
  void targetsThatAreTheSameStayTheSame() {
    ConfigSnapshot second = first.next(config("eu-west-1", TWO, "30s"), vertx, 0);

    assertThat(access(second, "b")).isSameAs(access(first, "b"));
    assertThat(access(second, "a")).isNotSameAs(access(first, "a"));
  }

  @Test
  void keptAnswersAreForTheSameFirstTierAlone() {
    ConfigSnapshot longer = first.next(config("us-east-1", TWO, "90s"), vertx, 0);
    ConfigSnapshot withoutFallback = longer.next(config("us-east-1", "[[a, b]]", "90s"), vertx, 0);
    ConfigSnapshot elsewhere = longer.next(config("eu-west-1", TWO, "90s"), vertx, 0);

    assertThat(longer.edition("chat")).isEqualTo(first.edition("chat"));
    assertThat(withoutFallback.edition("chat")).isNotEqualTo(first.edition("chat"));
    assertThat(elsewhere.edition("chat")).isNotEqualTo(first.edition("chat"));
  }

  private static SignedTarget access(ConfigSnapshot snapshot, String name) {
    return snapshot.targets().stream()
        .filter(access -> access.config().target().name().equals(name))
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
