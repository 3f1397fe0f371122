package dev.forebay.bedrock;

import java.util.Set;

/** The parts of model ids, inference profiles' ids and ARNs. */
public final class ModelIds {
  private static final String ARN = "arn:";

  /** What inference profiles' ids begin with, and no provider is called. */
  private static final Set<String> GEOGRAPHIES =
      Set.of("us", "us-gov", "eu", "ap", "apac", "jp", "au", "ca", "sa", "global");

  /** Providers of Bedrock: a label before one of these is a geography, even one that is new. */
  private static final Set<String> PROVIDERS =
      Set.of(
          "ai21",
          "amazon",
          "anthropic",
          "cohere",
          "deepseek",
          "google",
          "luma",
          "meta",
          "minimax",
          "mistral",
          "moonshot",
          "moonshotai",
          "nvidia",
          "openai",
          "qwen",
          "stability",
          "twelvelabs",
          "writer",
          "xai",
          "zai");

  private ModelIds() {}

  /**
   * The id without a geography and without what an ARN puts before it: of an ARN that names no
   * model, what stands behind its last slash.
   */
  public static String base(String modelId) {
    String id = modelId.substring(modelId.lastIndexOf('/') + 1);
    return withoutGeography(id);
  }

  /**
   * Whether what is said of ids that begin so is said of the model. A beginning ends with a word:
   * "claude-opus-4" begins "claude-opus-4-1" but not "claude-opus-45".
   *
   * @param beginning of an id without a geography, or of a whole ARN
   */
  public static boolean fits(String modelId, String beginning) {
    String id = isArn(beginning) ? modelId : base(modelId);
    return id.startsWith(beginning)
        && !beginning.isEmpty()
        && (id.length() == beginning.length()
            || !Character.isLetterOrDigit(beginning.charAt(beginning.length() - 1))
            || !Character.isLetterOrDigit(id.charAt(beginning.length())));
  }

  /** Whether that is an ARN. */
  public static boolean isArn(String modelId) {
    return modelId.startsWith(ARN);
  }

  /** The model's own id; empty for an ARN whose resource type does not name one. */
  static String named(String modelId) {
    return withoutGeography(isArn(modelId) ? idIn(modelId) : modelId);
  }

  /** What stands before the first dot of a model's own id; empty if it has none. */
  static String provider(String id) {
    int dot = id.indexOf('.');
    return dot < 0 ? "" : id.substring(0, dot);
  }

  private static String withoutGeography(String id) {
    int dot = id.indexOf('.');
    if (dot < 0) {
      return id;
    }
    String rest = id.substring(dot + 1);
    boolean geography =
        GEOGRAPHIES.contains(id.substring(0, dot)) || PROVIDERS.contains(provider(rest));
    return geography ? rest : id;
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
