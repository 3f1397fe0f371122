package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.model.Feature;
import java.util.Optional;

/**
 * What is changed in a call so that a model takes it, without changing what its answer means: hints
 * of price, speed and style, another model's thinking blocks, and decoration.
 */
public enum Adaptation {
  /**
   * Marks of what to keep in the prompt cache are dropped, or last 5 minutes in place of 1 hour.
   */
  CACHE_MARKS("cache-marks"),
  /** {@code temperature}, {@code top_p} and {@code top_k} are dropped. */
  SAMPLING("sampling"),
  /** Thinking of earlier turns is dropped. */
  THINKING_HISTORY("thinking-history"),
  /** The request to think has another form, or is dropped where the model may think or not. */
  THINKING("thinking"),
  /** Decoration of tools' schemas is dropped, and references are resolved. */
  SCHEMA("schema"),
  /** Flags of beta features are dropped. */
  BETA("beta"),
  /** Fields that only their maker's own service knows are dropped. */
  FIELDS("fields"),
  /** The version of the body's form is the one that every model knows. */
  VERSION("version");

  private final String token;

  Adaptation(String token) {
    this.token = token;
  }

  /** Its name in the response header and in events. */
  public String token() {
    return token;
  }

  /** What is done for a model that lacks the feature; empty if nothing can be. */
  static Optional<Adaptation> of(Feature lacking) {
    return switch (lacking) {
      case CACHE, TOOL_CACHE, HOUR_CACHE -> Optional.of(CACHE_MARKS);
      case SAMPLING -> Optional.of(SAMPLING);
      case FOREIGN_THINKING, THINKING_HISTORY -> Optional.of(THINKING_HISTORY);
      case THINKING_BUDGET, ADAPTIVE_THINKING, THINKING_OFF, UNBEGUN_THINKING ->
          Optional.of(THINKING);
      case SCHEMA_KEYWORDS -> Optional.of(SCHEMA);
      case BETA_FLAGS -> Optional.of(BETA);
      case MAKERS_FIELDS -> Optional.of(FIELDS);
      case NEWER_VERSION -> Optional.of(VERSION);
      case SYSTEM,
          SYSTEM_MESSAGES,
          IMAGES,
          DOCUMENTS,
          RESULT_DOCUMENTS,
          VIDEO,
          AUDIO,
          TOOLS,
          STREAMED_TOOLS,
          ANY_TOOL,
          NAMED_TOOL,
          TOOL_ERRORS,
          STRICT_TOOLS,
          STRUCTURED_OUTPUT,
          SCHEMA_RULES,
          REASONING,
          PREFILL,
          TEMPERATURE_WITH_TOP_P,
          STOP_SEQUENCES,
          OTHER_STOP_SEQUENCES,
          PRIORITY_TIER,
          FLEX_TIER,
          RESERVED_TIER,
          INVOKE ->
          Optional.empty();
    };
  }
}
