package dev.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.bedrock.ModelPath;
import dev.forebay.bedrock.Operation;
import dev.forebay.config.ConfigFile;
import dev.forebay.core.Route;
import dev.forebay.core.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RouteTableTest {
  private static final String TARGETS =
      """
      targets:
        sonnet: { region: us-east-1, model: us.anthropic.claude-sonnet-4-20250514-v1:0 }
        haiku: { region: us-east-1, model: anthropic.claude-3-haiku-20240307-v1:0 }
        nova: { region: us-east-1, model: amazon.nova-lite-v1:0 }
      """;

  private static final RouteTable table =
      new RouteTable(
          ConfigFile.parse(
              TARGETS
                  + """
                  routes:
                    anthropic.claude-sonnet-4: { tiers: [[sonnet], [nova], [haiku]] }
                    chat: { tiers: [[sonnet], [nova, haiku]] }
                  """,
              "test",
              Map.of()));

  @Test
  void converseMayFallBackToAnyModel() {
    assertThat(targets("anthropic.claude-sonnet-4", Operation.CONVERSE_STREAM))
        .containsExactly(List.of("sonnet"), List.of("nova"), List.of("haiku"));
  }

  @Test
  void invokeStaysInTheFamilyThatTheBodyIsWrittenFor() {
    assertThat(targets("anthropic.claude-sonnet-4", Operation.INVOKE))
        .containsExactly(List.of("sonnet"), List.of("haiku"));
    assertThat(targets("chat", Operation.INVOKE_STREAM))
        .containsExactly(List.of("sonnet"), List.of("haiku"));
  }

  @Test
  void aModelWithoutARouteIsRefusedWithTheListOfRoutes() {
    assertThat(table.find(path("other", Operation.CONVERSE))).isEmpty();
    assertThat(table.noRoute("other").message())
        .isEqualTo("No route for the model 'other'. Routes: anthropic.claude-sonnet-4, chat.");
  }

  private static List<List<String>> targets(String model, Operation operation) {
    Optional<Route> route = table.find(path(model, operation));
    return route.orElseThrow().tiers().stream()
        .map(tier -> tier.targets().stream().map(Target::name).toList())
        .toList();
  }

  private static ModelPath path(String model, Operation operation) {
    return new ModelPath(operation, model, model);
  }
}
