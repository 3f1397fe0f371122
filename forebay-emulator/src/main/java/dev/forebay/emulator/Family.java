package dev.forebay.emulator;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** A group of models that share InvokeModel's request and response bodies. */
public enum Family {
  /** Anthropic Messages. */
  CLAUDE("claude", "anthropic."),
  /** Amazon Nova, which speaks nearly as Converse does. */
  NOVA("nova", "amazon.nova"),
  /** Amazon Titan embeddings: unary only. */
  TITAN_EMBED("titan-embed", "amazon.titan-embed"),
  /** Amazon Titan text. */
  TITAN_TEXT("titan-text", "amazon.titan-t"),
  /** Meta Llama. */
  LLAMA("llama", "meta.llama"),
  /** Mistral text completion. */
  MISTRAL("mistral", "mistral."),
  /** OpenAI's chat completions, which most providers have. */
  CHAT(
      "chat",
      "openai.",
      "qwen.",
      "deepseek.",
      "google.",
      "minimax.",
      "moonshotai.",
      "moonshot.",
      "nvidia.",
      "writer.",
      "xai.",
      "zai.",
      "ai21.jamba",
      "mistral.mistral-large-3",
      "mistral.ministral",
      "mistral.magistral",
      "mistral.devstral",
      "mistral.voxtral"),
  /** Cohere's chat of Command R. */
  COHERE_CHAT("cohere-chat", "cohere.command-r"),
  /** DeepSeek R1's text completion. */
  DEEPSEEK_PROMPT("deepseek-prompt", "deepseek.r1");

  private final String key;

  @SuppressWarnings("ImmutableEnumChecker") // List.of makes no other.
  private final List<String> prefixes;

  Family(String key, String... prefixes) {
    this.key = key;
    this.prefixes = List.of(prefixes);
  }

  /** The name that configuration uses. */
  public String key() {
    return key;
  }

  boolean embeds() {
    return this == TITAN_EMBED;
  }

  /** The family of a base model id such as {@code anthropic.claude-opus-4-5-20251101-v1:0}. */
  static Optional<Family> of(ModelId model) {
    return Arrays.stream(values())
        .filter(family -> family.fits(model.base()) > 0)
        .max(Comparator.comparingInt(family -> family.fits(model.base())));
  }

  /** The family whose form a body of InvokeModel has; any will do for Converse. */
  static Family ofBody(JsonNode body) {
    if (body.has("anthropic_version")) {
      return CLAUDE;
    }
    if (body.has("inputText")) {
      return body.has("dimensions") || body.has("normalize") ? TITAN_EMBED : TITAN_TEXT;
    }
    if (body.has("message")) {
      return COHERE_CHAT;
    }
    if (body.has("prompt")) {
      return body.has("max_gen_len") ? LLAMA : MISTRAL;
    }
    if (body.has("inferenceConfig") || body.has("schemaVersion")) {
      return NOVA;
    }
    return body.at("/messages/0/content").isString() ? CHAT : NOVA;
  }

  /** The length of the longest prefix that the id has; 0 if it has none. */
  private int fits(String id) {
    return prefixes.stream().filter(id::startsWith).mapToInt(String::length).max().orElse(0);
  }
}
