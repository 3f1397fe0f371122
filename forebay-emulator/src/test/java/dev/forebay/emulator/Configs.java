package dev.forebay.emulator;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Configurations without latency. */
final class Configs {
  static final String CLAUDE = "anthropic.claude-opus-4-5-20251101-v1:0";
  static final String NOVA = "amazon.nova-lite-v1:0";
  static final String TITAN = "amazon.titan-text-express-v1";
  static final String EMBED = "amazon.titan-embed-text-v2:0";
  static final String LLAMA = "meta.llama3-8b-instruct-v1:0";
  static final String MISTRAL = "mistral.mistral-7b-instruct-v0:2";
  static final String CHAT = "openai.gpt-oss-20b-1:0";
  static final String COMMAND_R = "cohere.command-r-v1:0";
  static final String DEEPSEEK_R1 = "deepseek.r1-v1:0";

  private Configs() {}

  /** All families, 40 words per answer, at most 4096. */
  static EmulatorConfig quick() {
    Map<String, ModelConfig> models = new LinkedHashMap<>();
    for (String id :
        List.of(CLAUDE, NOVA, TITAN, EMBED, LLAMA, MISTRAL, CHAT, COMMAND_R, DEEPSEEK_R1)) {
      Family family = Family.of(new ModelId(id)).orElseThrow();
      models.put(id, model(family, Quota.UNLIMITED, Latency.NONE));
    }
    return of(models);
  }

  static EmulatorConfig of(Map<String, ModelConfig> models) {
    EmulatorConfig empty = EmulatorConfig.EMPTY;
    return new EmulatorConfig(
        empty.host(), 0, 42, 1, false, false, models, empty.otherModels(), List.of());
  }

  static EmulatorConfig claude(Quota quota, Latency latency) {
    return of(Map.of(CLAUDE, model(Family.CLAUDE, quota, latency)));
  }

  private static ModelConfig model(Family family, Quota quota, Latency latency) {
    return new ModelConfig(family, 4096, quota, latency, new Distribution.Fixed(40));
  }
}
