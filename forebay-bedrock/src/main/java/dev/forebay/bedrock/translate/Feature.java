package dev.forebay.bedrock.translate;

/** Something that a call may need and that not every model has. */
enum Feature {
  SYSTEM("system", "takes no system prompt"),
  IMAGES("images", "takes no images"),
  DOCUMENTS("documents", "takes no documents"),
  VIDEO("video", "takes no video"),
  AUDIO("audio", "takes no audio"),
  TOOLS("tools", "takes no tools"),
  STREAMED_TOOLS("streamed-tools", "takes no tools in a stream"),
  ANY_TOOL("any-tool", "cannot be made to use some tool"),
  NAMED_TOOL("named-tool", "cannot be made to use a certain tool"),
  TOOL_ERRORS("tool-errors", "cannot be told that a tool failed"),
  CACHE("cache", "takes no cache points"),
  TOOL_CACHE("tool-cache", "takes no cache points among the tools"),
  REASONING("reasoning", "cannot be told how to reason"),
  PREFILL("prefill", "cannot go on from the beginning of its own answer"),
  TEMPERATURE_WITH_TOP_P("temperature-with-top-p", "takes no top_p beside a temperature"),
  STOP_SEQUENCES("stop-sequences", "takes no stop sequences");

  private final String key;
  private final String objection;

  Feature(String key, String objection) {
    this.key = key;
    this.objection = objection;
  }

  /** How the table of models calls it. */
  String key() {
    return key;
  }

  /** What is said of a model that lacks it. */
  String objection() {
    return objection;
  }
}
