package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.model.Feature;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's chat completion, which Mistral's older one is a part of. */
final class ChatRequest {
  private static final Pattern IMAGE_URL =
      Pattern.compile("\\Adata:image/(png|jpeg|jpg|gif|webp);base64,");

  /** How gpt-oss puts its reasoning into the content of its answers. */
  private static final Pattern REASONING =
      Pattern.compile("\\A\\s*(?:<reasoning>.*?</reasoning>\\s*)++", Pattern.DOTALL);

  private static final Set<String> MESSAGE =
      Set.of(
          "role",
          "content",
          "tool_calls",
          "tool_call_id",
          "name",
          "reasoning",
          "reasoning_content",
          "refusal");

  private final ConverseDraft draft;

  private ChatRequest(ConverseDraft draft) {
    this.draft = draft;
  }

  static void read(ObjectNode body, ConverseDraft draft) {
    ChatRequest request = new ChatRequest(draft);
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      request.field(field.getKey(), field.getValue());
    }
    if (body.has("max_completion_tokens")) {
      // The later name counts, where a body has both.
      draft.number("maxTokens", body.path("max_completion_tokens"));
    }
  }

  private void field(String name, JsonNode value) {
    switch (name) {
      case "messages" -> Trees.elements(value).forEach(this::message);
      case "max_tokens" -> draft.number("maxTokens", value);
      case "max_completion_tokens" -> {}
      case "temperature" -> draft.number("temperature", value);
      case "top_p" -> draft.number("topP", value);
      case "top_k" -> draft.topK(value);
      case "stop" -> stop(value);
      case "tools" -> Trees.elements(value).forEach(this::tool);
      case "tool_choice" -> toolChoice(value);
      default -> setting(name, value);
    }
  }

  /** A setting of which Converse has none: harmless to leave out, or not. */
  private void setting(String name, JsonNode value) {
    switch (name) {
      // The path and the operation say these; who the user is, and what the maker may keep, does
      // not matter to another one's model.
      case "model",
          "stream",
          "stream_options",
          "user",
          "safety_identifier",
          "store",
          "prompt_cache_key",
          "prompt_cache_retention" -> {}
      // How a model comes to its answer, not what is asked of it; another one is steered otherwise.
      case "seed", "frequency_penalty", "presence_penalty" ->
          draft.leaveOut(name, value, Adaptation.SAMPLING);
      case "reasoning_effort" -> draft.leaveOut(name, value, Adaptation.THINKING);
      case "verbosity" -> draft.leaveOut(name, value, Adaptation.FIELDS);
      case "n" -> unless(value.isNumber() && value.asInt(0) == 1, name, value);
      case "logprobs" -> unless(value.isBoolean() && !value.asBoolean(), name, value);
      case "top_logprobs" -> unless(value.isNumber() && value.asInt(1) == 0, name, value);
      case "parallel_tool_calls" -> unless(value.isBoolean() && value.asBoolean(), name, value);
      case "logit_bias" -> unless(Trees.isBlank(value), name, value);
      case "response_format" -> unless(Trees.text(value, "type").equals("text"), name, value);
      case "modalities" ->
          unless(
              Trees.elements(value).stream().allMatch(m -> m.asString("").equals("text")),
              name,
              value);
      case "service_tier" ->
          unless(
              value.isString() && Set.of("auto", "default").contains(value.stringValue()),
              name,
              value);
      default -> draft.unknown("", name, value);
    }
  }

  private void unless(boolean harmless, String name, JsonNode value) {
    if (!harmless) {
      draft.unknown("", name, value);
    }
  }

  /** One sequence, or a list of them. */
  private void stop(JsonNode value) {
    if (value.isString()) {
      draft.stopSequences(Trees.object().putArray("stop").add(value.stringValue()));
    } else {
      draft.stopSequences(value);
    }
  }

  private void message(JsonNode value) {
    if (!(value instanceof ObjectNode message)) {
      draft.obstacle("a malformed message");
      return;
    }
    draft.only(message, "a message's ", MESSAGE);
    switch (Trees.text(message, "role")) {
      case "system", "developer" -> system(message.path("content"));
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
    ArrayNode blocks = Trees.object().putArray("content");
    content(content, blocks);
    for (JsonNode block : blocks.values()) {
      if (!block.has("text")) {
        draft.obstacle("a system prompt that is not text");
      }
    }
    draft.system().addAll(blocks);
  }

  /** The model's turn; its reasoning is its own, and none of what it said. */
  private void assistant(ObjectNode message) {
    List<JsonNode> calls = Trees.elements(message.path("tool_calls"));
    ArrayNode said = Trees.object().putArray("content");
    content(message.path("content"), said);
    content(message.path("refusal"), said);
    if (said.isEmpty() && calls.isEmpty()) {
      return;
    }
    ArrayNode blocks = draft.message("assistant");
    for (JsonNode block : said.values()) {
      if (block.has("text")) {
        text(withoutReasoning(Trees.text(block, "text")), blocks);
      } else {
        blocks.add(block);
      }
    }
    if (!Trees.isBlank(message.path("reasoning"))
        || !Trees.isBlank(message.path("reasoning_content"))) {
      draft.needs(Feature.FOREIGN_THINKING);
    }
    for (JsonNode call : calls) {
      JsonNode function = call.path("function");
      blocks.add(
          ToolSpecs.use(
              draft,
              Trees.text(call, "id"),
              Trees.text(function, "name"),
              arguments(function.path("arguments"))));
    }
  }

  private String withoutReasoning(String text) {
    Matcher reasoning = REASONING.matcher(text);
    if (!reasoning.lookingAt()) {
      return text;
    }
    draft.needs(Feature.FOREIGN_THINKING);
    return text.substring(reasoning.end());
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
      text(content.stringValue(), into);
      return;
    }
    if (!content.isMissingNode() && !content.isNull() && !content.isArray()) {
      draft.obstacle("malformed content");
    }
    for (JsonNode part : Trees.elements(content)) {
      switch (Trees.text(part, "type")) {
        case "text" -> text(Trees.text(part, "text"), into);
        case "refusal" -> text(Trees.text(part, "refusal"), into);
        case "image_url" -> image(part.path("image_url"), into);
        default -> draft.obstacle("content of another type than text or image");
      }
    }
  }

  private static void text(String text, ArrayNode into) {
    if (!text.isEmpty()) {
      Trees.addText(into, text);
    }
  }

  private void image(JsonNode value, ArrayNode into) {
    String url = value.isString() ? value.stringValue() : Trees.text(value, "url");
    Matcher data = IMAGE_URL.matcher(url);
    if (data.lookingAt()) {
      String format = data.group(1).equals("jpg") ? "jpeg" : data.group(1);
      into.add(Images.block(format, url.substring(data.end())));
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
    draft.only(known, "a tool's ", Set.of("name", "description", "parameters", "strict"));
    if (known.path("strict").asBoolean(false)) {
      draft.obstacle("strict tools");
    }
    JsonNode parameters = known.path("parameters");
    ToolSpecs.add(
        draft,
        Trees.text(known, "name"),
        Trees.text(known, "description"),
        parameters.isMissingNode() || parameters.isNull() ? noParameters() : parameters);
  }

  /** The schema of a function that has no parameters. */
  private static ObjectNode noParameters() {
    ObjectNode schema = Trees.object().put("type", "object");
    schema.putObject("properties");
    return schema;
  }

  private void toolChoice(JsonNode value) {
    String choice = value.isString() ? value.stringValue() : Trees.text(value, "type");
    if (value.isObject() && choice.isEmpty()) {
      draft.obstacle("a malformed tool_choice");
    }
    ToolSpecs.choose(draft, choice, Trees.text(value.path("function"), "name"));
  }

  /** The arguments come as a JSON text in a string; of a function that has none, perhaps empty. */
  private static JsonNode arguments(JsonNode value) {
    if (!value.isString()) {
      return value;
    }
    if (value.stringValue().isBlank()) {
      return Trees.object();
    }
    try {
      return Trees.read(value.stringValue());
    } catch (JacksonException e) {
      return value; // which is no object, and noted as such
    }
  }
}
