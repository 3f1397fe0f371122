package dev.forebay.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.model.Capabilities;
import dev.forebay.bedrock.model.Feature;
import dev.forebay.bedrock.model.ModelTable;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelsTest {
  private static final String OPUS = "us.anthropic.claude-opus-5-20260801-v1:0";

  @Test
  void anEntryOverridesOnlyWhatItNames() {
    Capabilities known = ModelTable.builtIn().of(OPUS);
    Capabilities found = with("anthropic.claude-opus-5: {maxOutputTokens: 9000, has: sampling}");

    assertThat(found.maxOutputTokens()).isEqualTo(9_000);
    assertThat(found.has(Feature.SAMPLING)).isTrue();
    assertThat(found.contextTokens()).isEqualTo(known.contextTokens());
    assertThat(found.has(Feature.PREFILL)).isFalse();
    assertThat(found.burndown()).isEqualTo(10);
  }

  @Test
  void everyMemberCanBeGiven() {
    ModelsConfig models = Examples.parse(Examples.full()).models();
    Capabilities found = models.table().of(OPUS);

    assertThat(found.maxOutputTokens()).isEqualTo(64_000);
    assertThat(found.contextTokens()).isEqualTo(500_000);
    assertThat(found.maxTopK()).isZero();
    assertThat(found.maxStopSequences()).isEqualTo(4);
    assertThat(found.has(Feature.STOP_SEQUENCES)).isFalse();
    assertThat(found.burndown()).isEqualTo(3);
    assertThat(found.endOfLife()).contains(LocalDate.of(2027, 9, 1));
    assertThat(
            models
                .families()
                .of("arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc"))
        .isEqualTo(ModelFamily.ANTHROPIC);
  }

  @Test
  void noneAtAllIsFine() {
    assertThat(Examples.parse(Examples.SMALLEST + "models: {}\n").models())
        .isEqualTo(ModelsConfig.BUILT_IN);
    assertThat(Examples.parse(Examples.SMALLEST).models()).isEqualTo(ModelsConfig.BUILT_IN);
  }

  @ParameterizedTest
  @CsvSource({
    "models: {m: {burndown: 4}}, 4",
    "burndown: {m: {rate: 6}}, 6",
    "'models: {m: {maxOutputTokens: 9}}\nburndown: {m: {rate: 6}}', 6",
    "models: {}, 1",
  })
  void aTargetsQuotaCostsWhatItsModelDoes(String text, double burndown) {
    GatewayConfig config = Examples.parse(Examples.SMALLEST + text + "\n");

    assertThat(config.targets().get("a"))
        .extracting(target -> target.target().quota().burndown())
        .isEqualTo(burndown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "m: {maxOutputTokn: 1} | models.m: unknown key 'maxOutputTokn'; did you mean 'maxOutputTokens'?",
        "m: {lacks: [tols]} | models.m.lacks[0]: unknown feature 'tols'; did you mean 'tools'?",
        "m: {has: promptcaching} | models.m.has: unknown feature 'promptcaching'; known here: system",
        "m: {lacks: [tools], has: [tools]} | models.m.has[0]: 'tools' is in lacks as well; keep one of them",
        "us.acme.m: {topK: 1} | models.'us.acme.m': has a geography",
        "m: {family: antropic} | models.m.family: unknown family 'antropic'; did you mean 'anthropic'?",
        "m: {topK: -1} | models.m.topK: '-1' is out of range",
        "m: {endOfLife: soon} | models.m.endOfLife: 'soon' is no date",
        "'m: {burndown: 2}}\nburndown: {m: {rate: 3}' | burndown.m: the rate of these models is in models as well",
        "m: 4 | models.m: ",
      })
  void nonsenseIsRefusedWithItsPlace(String entries, String problem) {
    assertThat(Examples.refusal(Examples.SMALLEST + "models: {" + entries + "}\n"))
        .startsWith("forebay.yaml:")
        .contains(problem);
  }

  private static Capabilities with(String entry) {
    return Examples.parse(Examples.SMALLEST + "models: {" + entry + "}\n")
        .models()
        .table()
        .of(OPUS);
  }
}
