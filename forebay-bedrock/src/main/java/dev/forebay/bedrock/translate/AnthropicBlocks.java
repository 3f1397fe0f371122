package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.model.Feature;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The content blocks of Anthropic Messages. */
final class AnthropicBlocks {
  private static final Set<String> SOURCE = Set.of("type", "media_type", "data");

  private final ConverseDraft draft;

  AnthropicBlocks(ConverseDraft draft) {
    this.draft = draft;
  }

  /** Reads a message's content: a text, or a list of blocks. */
  void read(JsonNode content, ArrayNode into) {
    if (content.isString()) {
      Trees.addText(into, content.stringValue());
    } else if (content.isArray()) {
      content.values().forEach(block -> block(block, into));
    } else if (!content.isMissingNode() && !content.isNull()) {
      draft.obstacle("malformed content");
    }
  }

  /** Reads what may hold texts alone. */
  void texts(JsonNode content, ArrayNode into) {
    for (JsonNode block : Trees.elements(content)) {
      if (!Trees.text(block, "type").equals("text")) {
        draft.obstacle("a system prompt that is not text");
      }
    }
    read(content, into);
  }

  /** A mark that what comes before it may be kept in the cache. */
  void cachePoint(ObjectNode marked, ArrayNode into) {
    JsonNode mark = marked.path("cache_control");
    if (mark.isMissingNode() || mark.isNull()) {
      return;
    }
    ObjectNode point = into.addObject().putObject("cachePoint").put("type", "default");
    String ttl = Trees.text(mark, "ttl");
    if (!ttl.isEmpty() && !ttl.equals("5m")) {
      point.put("ttl", ttl);
    }
    if (!Trees.text(mark, "type").equals("ephemeral")) {
      draft.obstacle("a cache_control that is not ephemeral");
    }
  }

  /** A mark of the whole request stands for one at its end. */
  void lastCachePoint(ObjectNode body) {
    if (draft.converse().path("messages") instanceof ArrayNode messages
        && !messages.isEmpty()
        && messages.get(messages.size() - 1).path("content") instanceof ArrayNode last) {
      cachePoint(body, last);
    }
  }

  private void block(JsonNode value, ArrayNode into) {
    if (!(value instanceof ObjectNode block)) {
      draft.obstacle("malformed content");
      return;
    }
    switch (Trees.text(block, "type")) {
      case "text" -> text(block, into);
      case "image" -> into.add(image(block));
      case "document" -> into.add(document(block));
      case "tool_use" -> into.add(toolUse(block));
      case "tool_result" -> into.add(toolResult(block));
      case "thinking", "redacted_thinking" -> draft.needs(Feature.FOREIGN_THINKING);
      default ->
          draft.obstacle("a content block of another type than text, image, document or tool");
    }
    cachePoint(block, into);
  }

  private void text(ObjectNode block, ArrayNode into) {
    draft.only(block, "a text's ", Set.of("type", "text", "cache_control", "citations"));
    if (!Trees.isBlank(block.path("citations"))) {
      draft.obstacle("citations");
    }
    Trees.addText(into, Trees.text(block, "text"));
  }

  private ObjectNode image(ObjectNode block) {
    draft.only(block, "an image's ", Set.of("type", "source", "cache_control"));
    JsonNode source = source(block);
    String type = Trees.text(source, "media_type");
    String format = type.startsWith("image/") ? type.substring("image/".length()) : "";
    if (!Trees.text(source, "type").equals("base64") || !Images.isFormat(format)) {
      draft.obstacle("an image that is not in the request as PNG, JPEG, GIF or WebP");
    }
    return Images.block(format, Trees.text(source, "data"));
  }

  private ObjectNode document(ObjectNode block) {
    draft.only(
        block, "a document's ", Set.of("type", "source", "title", "citations", "cache_control"));
    if (block.path("citations").path("enabled").asBoolean(false)) {
      draft.obstacle("citations");
    }
    JsonNode source = source(block);
    String data = Trees.text(source, "data");
    ObjectNode document = Trees.object();
    ObjectNode inner = document.putObject("document");
    switch (Trees.text(source, "type") + " " + Trees.text(source, "media_type")) {
      case "base64 application/pdf" -> inner.put("format", "pdf");
      case "text text/plain" -> {
        inner.put("format", "txt");
        data = Base64.getEncoder().encodeToString(data.getBytes(StandardCharsets.UTF_8));
      }
      default -> draft.obstacle("a document that is not in the request as PDF or plain text");
    }
    inner.put("name", documentName(Trees.text(block, "title")));
    inner.putObject("source").put("bytes", data);
    return document;
  }

  /** Converse takes few signs in a document's name, and no document without one. */
  private static String documentName(String title) {
    String plain = title.replaceAll("[^a-zA-Z0-9()\\[\\]-]+", " ").trim();
    return plain.isEmpty()
        ? "document"
        : plain.substring(0, Math.min(DocumentNames.MAX_LENGTH, plain.length())).trim();
  }

  private ObjectNode toolUse(ObjectNode block) {
    draft.only(block, "a tool use's ", Set.of("type", "id", "name", "input", "cache_control"));
    return ToolSpecs.use(
        draft, Trees.text(block, "id"), Trees.text(block, "name"), block.path("input"));
  }

  private ObjectNode toolResult(ObjectNode block) {
    draft.only(
        block,
        "a tool result's ",
        Set.of("type", "tool_use_id", "content", "is_error", "cache_control"));
    for (JsonNode inner : Trees.elements(block.path("content"))) {
      switch (Trees.text(inner, "type")) {
        case "text", "image", "document" -> {}
        default -> draft.obstacle("a tool result of another type than text, image or document");
      }
    }
    ObjectNode result = ToolSpecs.result(draft, Trees.text(block, "tool_use_id"));
    ObjectNode inner = result.withObjectProperty("toolResult");
    read(block.path("content"), inner.withArrayProperty("content"));
    if (block.path("is_error").asBoolean(false)) {
      inner.put("status", "error");
    }
    return result;
  }

  private JsonNode source(ObjectNode block) {
    JsonNode source = block.path("source");
    if (source instanceof ObjectNode known) {
      draft.only(known, "a source's ", SOURCE);
    }
    return source;
  }
}
