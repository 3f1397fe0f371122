package dev.forebay.emulator;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Anthropic Messages. */
final class ClaudeDialect implements Dialect {
  @Override
  public String requiredKey() {
    return "messages";
  }

  @Override
  public RefusedException nothingSaid() {
    return new RefusedException(ErrorType.VALIDATION, "messages: at least one message is required");
  }

  @Override
  public String maxTokensPointer() {
    return "/max_tokens";
  }

  @Override
  public ObjectNode whole(Answer answer, JsonNode request) {
    ObjectNode message = message(answer);
    ArrayNode content = message.putArray("content");
    Extras extras = answer.extras();
    if (extras.reasoning() != null) {
      content
          .addObject()
          .put("type", "thinking")
          .put("thinking", extras.reasoning())
          .put("signature", Extras.SIGNATURE);
    }
    if (extras.text()) {
      content.addObject().put("type", "text").put("text", answer.text());
    }
    if (extras.tool() != null) {
      content
          .addObject()
          .put("type", "tool_use")
          .put("id", toolId(extras.tool()))
          .put("name", extras.tool().name())
          .set("input", Json.MAPPER.readTree(extras.tool().input()));
    }
    message.put("stop_reason", answer.stop().messages()).putNull("stop_sequence");
    message.set("usage", usage(answer, answer.outputTokens()));
    return message;
  }

  @Override
  public List<Part> stream(Answer answer) {
    int all = answer.outputTokens();
    List<Part> parts = new ArrayList<>();
    parts.add(new Part("chunk", start(answer), 0, 0));
    int block = 0;
    Extras extras = answer.extras();
    if (extras.reasoning() != null) {
      ObjectNode thinking =
          Json.object().put("type", "thinking").put("thinking", "").put("signature", "");
      parts.add(blockStart(block, thinking, 0));
      for (String piece : extras.reasoning().split("(?<= )", -1)) {
        ObjectNode delta = typed("thinking_delta").put("thinking", piece);
        parts.add(blockDelta(block, delta, 0, 0));
      }
      ObjectNode signature = typed("signature_delta").put("signature", Extras.SIGNATURE);
      parts.add(blockDelta(block, signature, 0, 0));
      parts.add(blockStop(block++, 0));
    }
    if (extras.text()) {
      parts.add(blockStart(block, typed("text").put("text", ""), 0));
      for (Answer.Piece piece : answer.pieces()) {
        ObjectNode delta = typed("text_delta").put("text", piece.text());
        parts.add(blockDelta(block, delta, piece.before(), piece.after()));
      }
      parts.add(blockStop(block++, all));
    }
    if (extras.tool() != null) {
      ObjectNode tool =
          typed("tool_use").put("id", toolId(extras.tool())).put("name", extras.tool().name());
      tool.putObject("input");
      parts.add(blockStart(block, tool, all));
      for (String piece : extras.tool().parts()) {
        ObjectNode delta = typed("input_json_delta").put("partial_json", piece);
        parts.add(blockDelta(block, delta, all, all));
      }
      parts.add(blockStop(block, all));
    }
    ObjectNode messageDelta = typed("message_delta");
    messageDelta
        .putObject("delta")
        .put("stop_reason", answer.stop().messages())
        .putNull("stop_sequence");
    messageDelta
        .putObject("usage")
        .put("input_tokens", answer.inputTokens())
        .put("cache_creation_input_tokens", extras.cacheWrite())
        .put("cache_read_input_tokens", extras.cacheRead())
        .put("output_tokens", all);
    parts.add(new Part("chunk", messageDelta, all, all));
    ObjectNode stop = Dialect.withMetrics(typed("message_stop"), answer);
    parts.add(new Part("chunk", stop, all, all));
    return parts;
  }

  private static String toolId(Extras.ToolUse tool) {
    return tool.id().replaceFirst("^tooluse_", "toolu_bdrk_");
  }

  private static Part blockStart(int block, ObjectNode content, int due) {
    ObjectNode start = typed("content_block_start").put("index", block);
    start.set("content_block", content);
    return new Part("chunk", start, due, due);
  }

  private static Part blockDelta(int block, ObjectNode delta, int due, int tokens) {
    ObjectNode payload = typed("content_block_delta").put("index", block);
    payload.set("delta", delta);
    return new Part("chunk", payload, due, tokens);
  }

  private static Part blockStop(int block, int due) {
    return new Part("chunk", typed("content_block_stop").put("index", block), due, due);
  }

  private static ObjectNode start(Answer answer) {
    ObjectNode start = typed("message_start");
    ObjectNode message = message(answer);
    message.putArray("content");
    message.putNull("stop_reason").putNull("stop_sequence");
    message.set("usage", usage(answer, 1));
    start.set("message", message);
    return start;
  }

  private static ObjectNode message(Answer answer) {
    String base = new ModelId(answer.modelId()).base();
    return Json.object()
        .put("model", base.replaceFirst("^anthropic\\.", "").replaceFirst("-v\\d+(:\\d+)?$", ""))
        .put("id", "msg_bdrk_" + answer.messageId())
        .put("type", "message")
        .put("role", "assistant");
  }

  private static ObjectNode usage(Answer answer, int outputTokens) {
    Extras extras = answer.extras();
    ObjectNode usage =
        Json.object()
            .put("input_tokens", answer.inputTokens())
            .put("cache_creation_input_tokens", extras.cacheWrite())
            .put("cache_read_input_tokens", extras.cacheRead());
    usage
        .putObject("cache_creation")
        .put("ephemeral_5m_input_tokens", extras.cacheWrite())
        .put("ephemeral_1h_input_tokens", 0);
    return usage.put("output_tokens", outputTokens);
  }

  private static ObjectNode typed(String type) {
    return Json.object().put("type", type);
  }
}
