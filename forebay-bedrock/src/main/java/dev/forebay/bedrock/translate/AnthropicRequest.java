package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.model.Feature;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Anthropic Messages. */
final class AnthropicRequest {
  private final ConverseDraft draft;
  private final AnthropicBlocks blocks;

  private AnthropicRequest(ConverseDraft draft) {
    this.draft = draft;
    this.blocks = new AnthropicBlocks(draft);
  }

  static void read(ObjectNode body, ConverseDraft draft) {
    AnthropicRequest request = new AnthropicRequest(draft);
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      request.field(field.getKey(), field.getValue());
    }
    request.blocks.lastCachePoint(body);
  }

  private void field(String name, JsonNode value) {
    switch (name) {
      case "messages" -> Trees.elements(value).forEach(this::message);
      case "system" -> blocks.texts(value, draft.system());
      case "max_tokens" -> draft.number("maxTokens", value);
      case "temperature" -> draft.number("temperature", value);
      case "top_p" -> draft.number("topP", value);
      case "top_k" -> draft.topK(value);
      case "stop_sequences" -> draft.stopSequences(value);
      case "tools" -> Trees.elements(value).forEach(this::tool);
      case "tool_choice" -> toolChoice(value);
      case "thinking" -> thinking(value);
      case "output_config" -> outputConfig(value);
      case "context_management", "speed", "inference_geo" -> makersField(value);
      case "cache_control" -> {} // once all is read
      case "anthropic_beta" -> {
        if (!Trees.isBlank(value)) {
          draft.needs(Feature.BETA_FLAGS);
        }
      }
      default -> draft.unknown("", name, value);
    }
  }

  private void message(JsonNode value) {
    String role = Trees.text(value, "role");
    if (role.equals("system")) {
      draft.needs(Feature.SYSTEM_MESSAGES);
    }
    if (!(value instanceof ObjectNode message)
        || !(role.equals("user") || role.equals("assistant"))) {
      draft.obstacle("a message of an unknown role");
      return;
    }
    draft.only(message, "a message's ", Set.of("role", "content"));
    blocks.read(message.path("content"), draft.message(role));
  }

  private void tool(JsonNode value) {
    String type = Trees.text(value, "type");
    if (!(value instanceof ObjectNode tool) || !(type.isEmpty() || type.equals("custom"))) {
      draft.obstacle("a tool of the model's own");
      return;
    }
    draft.only(
        tool,
        "a tool's ",
        Set.of(
            "type",
            "name",
            "description",
            "input_schema",
            "cache_control",
            "strict",
            "eager_input_streaming",
            "defer_loading",
            "allowed_callers"));
    RequestAdapter.MAKERS_TOOL_FIELDS.forEach(name -> makersField(tool.path(name)));
    ToolSpecs.add(
        draft,
        Trees.text(tool, "name"),
        Trees.text(tool, "description"),
        tool.path("input_schema"));
    ToolSpecs.strict(draft, tool.path("strict"));
    blocks.cachePoint(tool, draft.tools());
  }

  private void toolChoice(JsonNode value) {
    if (value.path("disable_parallel_tool_use").asBoolean(false)) {
      draft.obstacle("tool_choice.disable_parallel_tool_use");
    }
    ToolSpecs.choose(draft, Trees.text(value, "type"), Trees.text(value, "name"));
  }

  private void thinking(JsonNode value) {
    if (value.isNull()) {
      return;
    }
    switch (Trees.text(value, "type")) {
      case "disabled" -> draft.needs(Feature.THINKING_OFF);
      case "adaptive" -> draft.needs(Feature.ADAPTIVE_THINKING);
      default -> {
        draft.needs(Feature.REASONING);
        draft.needs(Feature.THINKING_BUDGET);
        draft.obstacle("thinking");
      }
    }
  }

  private void outputConfig(JsonNode value) {
    if (!(value instanceof ObjectNode config)) {
      draft.unknown("", "output_config", value);
      return;
    }
    makersField(config.path("effort"));
    if (!Trees.isBlank(config.path("format"))) {
      draft.needs(Feature.STRUCTURED_OUTPUT);
      draft.obstacle("a schema of the answer");
    }
    draft.only(config, "output_config.", Set.of("effort", "format"));
  }

  private void makersField(JsonNode value) {
    if (!Trees.isBlank(value)) {
      draft.needs(Feature.MAKERS_FIELDS);
    }
  }
}
