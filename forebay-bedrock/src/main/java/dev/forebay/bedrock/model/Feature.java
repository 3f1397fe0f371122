package dev.forebay.bedrock.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Something that a call may need and that not every model has. */
public enum Feature {
  SYSTEM("system", "takes no system prompt"),
  SYSTEM_MESSAGES("system-messages", "takes no system messages among the others"),
  IMAGES("images", "takes no images"),
  DOCUMENTS("documents", "takes no documents"),
  RESULT_DOCUMENTS("result-documents", "takes no documents in a tool's result"),
  VIDEO("video", "takes no video"),
  AUDIO("audio", "takes no audio"),
  TOOLS("tools", "takes no tools"),
  STREAMED_TOOLS("streamed-tools", "takes no tools in a stream"),
  ANY_TOOL("any-tool", "cannot be made to use some tool"),
  NAMED_TOOL("named-tool", "cannot be made to use a certain tool"),
  TOOL_ERRORS("tool-errors", "takes no errors of tools"),
  STRICT_TOOLS("strict-tools", "takes no strict tools"),
  STRUCTURED_OUTPUT("structured-output", "takes no schema of its answer"),
  SCHEMA_KEYWORDS("schema-keywords", "takes only type, properties and required in a tool's schema"),
  SCHEMA_RULES("schema-rules", "takes no rules at the top of a tool's schema"),
  CACHE("cache", "takes no cache points"),
  TOOL_CACHE("tool-cache", "takes no cache points among the tools"),
  HOUR_CACHE("cache-1h", "takes no cache points that last an hour"),
  REASONING("reasoning", "takes no settings of reasoning"),
  THINKING_BUDGET("thinking-budget", "takes no budget for its thinking"),
  ADAPTIVE_THINKING("adaptive-thinking", "cannot choose by itself how much to think"),
  THINKING_OFF("thinking-off", "cannot switch its thinking off"),
  FOREIGN_THINKING("foreign-thinking", "takes no thinking of other models"),
  THINKING_HISTORY("thinking-history", "takes no thinking of earlier turns"),
  UNBEGUN_THINKING("unbegun-thinking", "cannot think on in a turn that began without thinking"),
  PREFILL("prefill", "cannot go on from the beginning of its own answer"),
  SAMPLING("sampling", "takes no temperature, top_p or top_k"),
  TEMPERATURE_WITH_TOP_P("temperature-with-top-p", "takes no top_p beside a temperature"),
  STOP_SEQUENCES("stop-sequences", "takes no stop sequences"),
  OTHER_STOP_SEQUENCES("other-stop-sequences", "takes no stop sequences but bars and \"User:\""),
  PRIORITY_TIER("priority-tier", "has no priority tier"),
  FLEX_TIER("flex-tier", "has no flex tier"),
  RESERVED_TIER("reserved-tier", "has no reserved tier"),
  BETA_FLAGS("beta-flags", "takes no flags of beta features"),
  MAKERS_FIELDS("makers-fields", "takes no fields of its maker's own service"),
  NEWER_VERSION("newer-version", "takes no other version than bedrock-2023-05-31"),
  INVOKE("invoke", "is not served by InvokeModel");

  private final String key;
  private final String objection;

  Feature(String key, String objection) {
    this.key = key;
    this.objection = objection;
  }

  /** Its name in the table of models and in a configuration. */
  public String key() {
    return key;
  }

  /** What is said of a model that lacks it. */
  public String objection() {
    return objection;
  }

  /** The feature of that name. */
  public static Optional<Feature> of(String key) {
    return Arrays.stream(values()).filter(feature -> feature.key.equals(key)).findFirst();
  }

  /** All names. */
  public static List<String> keys() {
    return Arrays.stream(values()).map(Feature::key).toList();
  }
}
