package dev.forebay.emulator;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
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
    message.putArray("content").addObject().put("type", "text").put("text", answer.text());
    message.put("stop_reason", answer.stop().messages()).putNull("stop_sequence");
    message.set("usage", usage(answer, answer.outputTokens()));
    return message;
  }

  @Override
  public List<Part> stream(Answer answer) {
    int all = answer.outputTokens();
    List<Part> parts = new ArrayList<>();
    parts.add(new Part("chunk", start(answer), 0, 0));
    ObjectNode blockStart = typed("content_block_start").put("index", 0);
    blockStart.putObject("content_block").put("type", "text").put("text", "");
    parts.add(new Part("chunk", blockStart, 0, 0));
    for (Answer.Piece piece : answer.pieces()) {
      ObjectNode delta = typed("content_block_delta").put("index", 0);
      delta.putObject("delta").put("type", "text_delta").put("text", piece.text());
      parts.add(new Part("chunk", delta, piece.before(), piece.after()));
    }
    parts.add(new Part("chunk", typed("content_block_stop").put("index", 0), all, all));
    ObjectNode messageDelta = typed("message_delta");
    messageDelta
        .putObject("delta")
        .put("stop_reason", answer.stop().messages())
        .putNull("stop_sequence");
    messageDelta.putObject("usage").put("output_tokens", all);
    parts.add(new Part("chunk", messageDelta, all, all));
    ObjectNode stop = Dialect.withMetrics(typed("message_stop"), answer);
    parts.add(new Part("chunk", stop, all, all));
    return parts;
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
        .put("id", "msg_bdrk_" + answer.messageId())
        .put("type", "message")
        .put("role", "assistant")
        .put("model", base.replaceFirst("^anthropic\\.", "").replaceFirst("-v\\d+(:\\d+)?$", ""));
  }

  private static ObjectNode usage(Answer answer, int outputTokens) {
    return Json.object()
        .put("input_tokens", answer.inputTokens())
        .put("output_tokens", outputTokens);
  }

  private static ObjectNode typed(String type) {
    return Json.object().put("type", type);
  }
}
