package dev.forebay.emulator;

import java.util.Arrays;
import java.util.Optional;

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
  MISTRAL("mistral", "mistral.");

  private final String key;
  private final String prefix;

  Family(String key, String prefix) {
    this.key = key;
    this.prefix = prefix;
  }

  /** The name that configuration uses. */
  public String key() {
    return key;
  }

  boolean embeds() {
    return this == TITAN_EMBED;
  }

  /** The family of a base model id such as {@code anthropic.claude-3-haiku-20240307-v1:0}. */
  static Optional<Family> of(ModelId model) {
    return Arrays.stream(values())
        .filter(family -> model.base().startsWith(family.prefix))
        .findFirst();
  }
}
