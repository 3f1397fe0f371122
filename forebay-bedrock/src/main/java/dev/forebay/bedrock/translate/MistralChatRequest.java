package dev.forebay.bedrock.translate;

import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Mistral's chat completion: messages and tools as OpenAI has them. */
final class MistralChatRequest {
  private static final Pattern IMAGE_URL =
      Pattern.compile("\\Adata:image/(png|jpeg|gif|webp);base64,");

  private final Draft draft;

  private MistralChatRequest(Draft draft) {
    this.draft = draft;
  }

  static void read(ObjectNode body, Draft draft) {
    MistralChatRequest request = new MistralChatRequest(draft);
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      request.field(field.getKey(), field.getValue());
    }
  }

  private void field(String name, JsonNode value) {
    switch (name) {
      case "messages" -> Trees.elements(value).forEach(this::message);
      case "max_tokens" -> draft.number("maxTokens", value);
      case "temperature" -> draft.number("temperature", value);
      case "top_p" -> draft.number("topP", value);
      case "stop" -> draft.stopSequences(value);
      case "tools" -> Trees.elements(value).forEach(this::tool);
      case "tool_choice" -> toolChoice(value);
      default -> draft.unknown("", name, value);
    }
  }

  private void message(JsonNode value) {
    if (!(value instanceof ObjectNode message)) {
      draft.obstacle("a malformed message");
      return;
    }
    draft.only(
        message, "a message's ", Set.of("role", "content", "tool_calls", "tool_call_id", "name"));
    switch (Trees.text(message, "role")) {
      case "system" -> system(message.path("content"));
      case "user" -> content(message.path("content"), draft.message("user"));
      case "assistant" -> assistant(message);
      case "tool" -> toolResult(message);
      default -> draft.obstacle("a message of an unknown role");
    }
  }

  private void system(JsonNode content) {
    if (draft.converse().has("messages")) {
      draft.obstacle("a system prompt in the midst of the conversation");
    }
    content(content, draft.system());
  }

  private void assistant(ObjectNode message) {
    ArrayNode blocks = draft.message("assistant");
    content(message.path("content"), blocks);
    for (JsonNode call : Trees.elements(message.path("tool_calls"))) {
      JsonNode function = call.path("function");
      blocks.add(
          ToolSpecs.use(
              draft,
              Trees.text(call, "id"),
              Trees.text(function, "name"),
              arguments(function.path("arguments"))));
    }
  }

  private void toolResult(ObjectNode message) {
    ObjectNode result = ToolSpecs.result(draft, Trees.text(message, "tool_call_id"));
    content(
        message.path("content"),
        result.withObjectProperty("toolResult").withArrayProperty("content"));
    draft.message("user").add(result);
  }

  /** A text, or a list of texts and images; an empty text is none. */
  private void content(JsonNode content, ArrayNode into) {
    if (content.isString()) {
      if (!content.stringValue().isEmpty()) {
        Trees.addText(into, content.stringValue());
      }
      return;
    }
    for (JsonNode part : Trees.elements(content)) {
      switch (Trees.text(part, "type")) {
        case "text" -> Trees.addText(into, Trees.text(part, "text"));
        case "image_url" -> image(part.path("image_url"), into);
        default -> draft.obstacle("content of another type than text or image");
      }
    }
  }

  private void image(JsonNode value, ArrayNode into) {
    String url = value.isString() ? value.stringValue() : Trees.text(value, "url");
    Matcher data = IMAGE_URL.matcher(url);
    if (data.lookingAt()) {
      into.add(Images.block(data.group(1), url.substring(data.end())));
    } else {
      draft.obstacle("an image that is not in the request as PNG, JPEG, GIF or WebP");
    }
  }

  private void tool(JsonNode value) {
    JsonNode function = value.path("function");
    if (!(function instanceof ObjectNode known)) {
      draft.obstacle("a tool of the model's own");
      return;
    }
    draft.only(known, "a tool's ", Set.of("name", "description", "parameters"));
    ToolSpecs.add(
        draft,
        Trees.text(known, "name"),
        Trees.text(known, "description"),
        known.path("parameters"));
  }

  private void toolChoice(JsonNode value) {
    String choice = value.isString() ? value.stringValue() : Trees.text(value, "type");
    ToolSpecs.choose(draft, choice, Trees.text(value.path("function"), "name"));
  }

  /** The arguments come as a JSON text in a string. */
  private static JsonNode arguments(JsonNode value) {
    if (!value.isString()) {
      return value;
    }
    try {
      return Trees.read(value.stringValue());
    } catch (JacksonException e) {
      return value; // which is no object, and noted as such
    }
  }
}
