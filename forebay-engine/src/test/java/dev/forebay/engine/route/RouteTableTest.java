package dev.forebay.engine.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.ModelPath;
import dev.forebay.bedrock.Operation;
import dev.forebay.config.ConfigFile;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RouteTableTest {
  private static final RouteTable table =
      new RouteTable(
          ConfigFile.parse(
              """
              targets:
                sonnet-east: { region: us-east-1, model: us.anthropic.claude-sonnet-4-6 }
                sonnet-west: { region: us-west-2, model: anthropic.claude-sonnet-4-6 }
                haiku: { region: us-east-1, model: anthropic.claude-haiku-4-5-20251001-v1:0 }
                nova: { region: us-east-1, model: amazon.nova-lite-v1:0 }
                any: { region: us-east-1 }
              routes:
                anthropic.claude-sonnet-4-6: { tiers: [[sonnet-east, sonnet-west], [nova], [haiku]] }
                chat: { tiers: [[nova], [haiku]] }
                claude-by-another-name: { tiers: [[sonnet-east, sonnet-west]] }
                "*": { tiers: [[any], [haiku]] }
              """,
              "test",
              Map.of()));

  private static final RouteTable closed =
      new RouteTable(
          ConfigFile.parse(
              """
              targets: { one: { region: us-east-1, model: amazon.nova-lite-v1:0 } }
              routes: { first: { tiers: [[one]] }, second: { tiers: [[one]] } }
              """,
              "test",
              Map.of()));

  @Test
  void targetsThatAreNotTheModelItselfAreKnown() {
    assertThat(find("anthropic.claude-sonnet-4-6").others())
        .containsExactlyInAnyOrder("nova", "haiku");
    assertThat(find("claude-by-another-name").others()).isEmpty();
    assertThat(find("chat").others()).containsExactly("haiku");
  }

  @Test
  void bodiesAreWrittenForTheNamedModelOrElseForTheFirstTarget() {
    assertThat(find("anthropic.claude-sonnet-4-6").asked().family())
        .isEqualTo(ModelFamily.ANTHROPIC);
    assertThat(find("claude-by-another-name").asked().family()).isEqualTo(ModelFamily.ANTHROPIC);
    assertThat(find("chat").asked().family()).isEqualTo(ModelFamily.NOVA);
  }

  @Test
  void onTheRouteForAnyModelEachIdIsAModelOfItsOwn() {
    assertThat(find("meta.llama3-8b-instruct-v1:0").asked().family()).isEqualTo(ModelFamily.LLAMA);
    assertThat(find("meta.llama3-8b-instruct-v1:0").others()).containsExactly("haiku");
    assertThat(find("us.anthropic.claude-haiku-4-5-20251001-v1:0").others()).isEmpty();
    assertThat(find("meta.llama3-8b-instruct-v1:0").route().name()).isEqualTo("*");
  }

  @Test
  void aModelWithoutARouteIsRefusedWithTheListOfRoutes() {
    assertThat(closed.find(new ModelPath(Operation.CONVERSE, "other", "other"))).isEmpty();
    assertThat(closed.noRoute("other").message())
        .isEqualTo("No route for the model 'other'. Routes: first, second.");
  }

  private static RouteTable.Entry find(String model) {
    return table.find(new ModelPath(Operation.INVOKE, model, model)).orElseThrow();
  }
}
