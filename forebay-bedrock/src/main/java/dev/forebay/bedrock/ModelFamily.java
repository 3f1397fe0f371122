package dev.forebay.bedrock;

/**
 * A family of models whose InvokeModel bodies have one shape. Converse bodies are the same for all.
 */
public enum ModelFamily {
  /** Claude, by the Anthropic Messages API. */
  ANTHROPIC,
  /** Nova's text models. */
  NOVA,
  TITAN_TEXT,
  TITAN_EMBED,
  LLAMA,
  MISTRAL,
  /** Any other model, and any ARN that does not tell its model. */
  UNKNOWN;

  /**
   * The family that a model id, an inference profile's id ({@code us.}, {@code global.} and so on)
   * or an ARN names.
   */
  public static ModelFamily of(String modelId) {
    String id = modelId.startsWith("arn:") ? idIn(modelId) : modelId;
    ModelFamily family = ofBaseId(id);
    return family == UNKNOWN ? ofBaseId(id.substring(id.indexOf('.') + 1)) : family;
  }

  private static ModelFamily ofBaseId(String id) {
    if (id.startsWith("anthropic.")) {
      return ANTHROPIC;
    }
    if (id.startsWith("amazon.nova-")) {
      return isNovaText(id) ? NOVA : UNKNOWN;
    }
    if (id.startsWith("amazon.titan-text") || id.startsWith("amazon.titan-tg1")) {
      return TITAN_TEXT;
    }
    if (id.startsWith("amazon.titan-embed")) {
      return TITAN_EMBED;
    }
    if (id.startsWith("meta.llama")) {
      return LLAMA;
    }
    return id.startsWith("mistral.") ? MISTRAL : UNKNOWN;
  }

  /** Nova's makers of images, video, speech and embeddings have bodies of their own. */
  private static boolean isNovaText(String id) {
    return !(id.contains("-canvas")
        || id.contains("-reel")
        || id.contains("-sonic")
        || id.contains("-embed"));
  }

  /** What follows the resource type; empty unless that is a type whose resources name a model. */
  private static String idIn(String arn) {
    String[] parts = arn.split(":", 6);
    String resource = parts.length == 6 ? parts[5] : "";
    int slash = resource.indexOf('/');
    return switch (resource.substring(0, Math.max(0, slash))) {
      case "foundation-model", "inference-profile", "custom-model" -> resource.substring(slash + 1);
      default -> "";
    };
  }
}
