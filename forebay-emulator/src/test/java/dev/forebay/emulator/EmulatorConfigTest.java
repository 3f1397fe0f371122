package dev.forebay.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmulatorConfigTest {
  @Test
  void anEmptyDocumentHasTheDefaults() {
    EmulatorConfig config = EmulatorConfig.parse("{}");

    assertThat(config.host()).isEqualTo("127.0.0.1");
    assertThat(config.port()).isZero();
    assertThat(config.seed()).isEqualTo(1);
    assertThat(config.speed()).isEqualTo(1);
    assertThat(config.anyModel()).isFalse();
    assertThat(config.requireAuth()).isFalse();
    assertThat(config.models()).isEmpty();
    assertThat(config.faults()).isEmpty();
  }

  @Test
  void aModelWithoutKeysHasTheDefaults() {
    ModelConfig model =
        EmulatorConfig.parse("models: { amazon.nova-lite-v1:0: {} }")
            .models()
            .get("amazon.nova-lite-v1:0");

    assertThat(model)
        .isEqualTo(
            new ModelConfig(
                Family.NOVA,
                8192,
                new Quota(
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    1,
                    1,
                    Quota.Window.FIXED),
                new Latency(new Distribution.Fixed(250), new Distribution.Fixed(80)),
                new Distribution.LogNormal(200, 1200)));
  }

  @Test
  void everyKeyOfAModelIsRead() {
    ModelConfig model =
        EmulatorConfig.parse(
                """
                models:
                  "arn:aws:bedrock:us-east-1:1:application-inference-profile/abc":
                    family: llama
                    maxTokens: 512
                    quota:
                      requestsPerMinute: 10
                      tokensPerMinute: 20000
                      tokensPerDay: 0
                      burndown: 5
                      reserve: 2.5
                      window: sliding
                    latency:
                      timeToFirstToken: { min: 100ms, max: 2s }
                      tokensPerSecond: { fixed: 50 }
                    outputTokens: { median: 10, p99: 20 }
                """)
            .models()
            .values()
            .iterator()
            .next();

    assertThat(model)
        .isEqualTo(
            new ModelConfig(
                Family.LLAMA,
                512,
                new Quota(
                    OptionalLong.of(10),
                    OptionalLong.of(20_000),
                    OptionalLong.of(0),
                    5,
                    2.5,
                    Quota.Window.SLIDING),
                new Latency(new Distribution.Uniform(100, 2000), new Distribution.Fixed(50)),
                new Distribution.LogNormal(10, 20)));
  }

  @Test
  void theBuiltInConfigurationAnswersAnyModelOfAKnownFamily() {
    EmulatorConfig config = EmulatorConfig.defaults();

    assertThat(config.anyModel()).isTrue();
    assertThat(config.models()).containsKey("us.anthropic.claude-sonnet-4-6");
    Models models = new Models(config);
    assertThat(models.find(new ModelId("eu.meta.llama3-8b-instruct-v1:0"))).isPresent();
    for (String id :
        List.of(
            "us.openai.gpt-6-sol",
            "qwen.qwen3-32b-v1:0",
            "deepseek.v3.2",
            "google.gemma-3-27b-it",
            "minimax.minimax-m2.1",
            "moonshotai.kimi-k2.5",
            "nvidia.nemotron-nano-12b-v2",
            "us.writer.palmyra-x5-v1:0",
            "xai.grok-4.6",
            "zai.glm-4.7",
            "ai21.jamba-1-5-mini-v1:0",
            "mistral.mistral-large-3-675b-instruct")) {
      assertThat(models.find(new ModelId(id)).orElseThrow().config().family())
          .isEqualTo(Family.CHAT);
    }
    assertThat(models.find(new ModelId("us.deepseek.r1-v1:0")).orElseThrow().config().family())
        .isEqualTo(Family.DEEPSEEK_PROMPT);
    assertThat(models.find(new ModelId("acme.unheard-of-v1"))).isEmpty();
  }

  @Test
  void aFileIsReadAsItsText(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("emulator.yaml"), "seed: 77");

    assertThat(EmulatorConfig.load(file).seed()).isEqualTo(77);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "speeed: 2|1|1|speeed: unknown key; did you mean speed?",
        "seed: x|1|7|seed: expected a number",
        "seed: 1.5|1|7|seed: expected a whole number",
        "speed: 0|1|8|speed: expected more than 0",
        "port: 70000|1|7|port: expected a port of 0 to 65535, not 70000",
        "anyModel: maybe|1|11|anyModel: expected true or false",
        "models: [a]|1|9|models: expected a mapping",
        "'seed: 1\nseed: 2'|2|1|seed: this key stands here twice",
        "'models:\n  acme.x: {}'|2|11|needs the key family",
        "'models:\n  amazon.nova-x:\n    quota: { window: round }'|3|22"
            + "|models.amazon.nova-x.quota.window: expected one of fixed, sliding, bucket",
        "'models:\n  amazon.nova-x:\n    maxTokens: 0'|3|16|maxTokens: expected at least 1, not 0",
        "'otherModels:\n  latency: { timeToFirstToken: 300 }'|2|32"
            + "|otherModels.latency.timeToFirstToken: expected a duration such as 300ms",
        "'otherModels:\n  outputTokens: { median: 5 }'|2|17|expected fixed, or median and p99",
        "'otherModels:\n  outputTokens: { min: 5, max: 1 }'|2|17|expected min <= max",
        "'faults:\n  - { throtle: {} }'|2|7|faults[0].throtle: unknown key; did you mean throttle?",
        "'faults:\n  - { outage: {}, hang: {} }'|2|5|faults[0]: needs exactly one effect",
        "'faults:\n  - count: 1\n'|2|5|faults[0]: needs exactly one effect",
        "'faults:\n  - { error: { exception: Oops } }'|2|27|faults[0].error.exception: expected one",
        "'faults:\n  - { operation: converse, stall: {} }'|2|5|stall acts on streams",
        "'faults:\n  - { from: 5s, until: 2s, outage: {} }'|2|5|is not after from",
        "'faults:\n  - { probability: 2, outage: {} }'|2|20|expected a probability of 0 to 1",
        "'seed: [1'|1|9|while parsing a flow sequence",
      })
  void aMistakeIsRefusedAtItsPlace(String yaml, int line, int column, String message) {
    ConfigException refused =
        catchThrowableOfType(ConfigException.class, () -> EmulatorConfig.parse(yaml));

    assertThat(refused)
        .hasMessageContaining(message)
        .hasMessageEndingWith("(line " + line + ", column " + column + ")");
    assertThat(List.of(refused.line(), refused.column())).containsExactly(line, column);
  }
}
