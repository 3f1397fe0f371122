package dev.forebay.emulator;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Amazon Nova: nearly Converse's shapes, each streamed event as a chunk under its name. Each piece
 * of a streamed text is a block of its own, with its own stop.
 */
final class NovaDialect implements Dialect {
  private final Dialect converse = new ConverseDialect(Family.NOVA);

  @Override
  public String requiredKey() {
    return converse.requiredKey();
  }

  @Override
  public String maxTokensPointer() {
    return converse.maxTokensPointer();
  }

  /** An older spelling, which the model takes as well. */
  @Override
  public String olderMaxTokensPointer() {
    return "/inferenceConfig/max_new_tokens";
  }

  @Override
  public ObjectNode whole(Answer answer, JsonNode request) {
    ObjectNode body = Json.object();
    ObjectNode message = body.putObject("output").putObject("message");
    ArrayNode content = message.putArray("content");
    Extras extras = answer.extras();
    if (extras.text()) {
      content.addObject().put("text", answer.text());
    }
    if (extras.tool() != null) {
      content
          .addObject()
          .putObject("toolUse")
          .put("name", extras.tool().name())
          .put("toolUseId", extras.tool().id())
          .set("input", Json.MAPPER.readTree(extras.tool().input()));
    }
    message.put("role", "assistant");
    body.put("stopReason", answer.stop().messages());
    ObjectNode usage = usage(answer);
    ObjectNode whole = body.putObject("usage");
    whole
        .put("inputTokens", answer.inputTokens())
        .put("outputTokens", answer.outputTokens())
        .put("totalTokens", answer.inputTokens() + extras.cached() + answer.outputTokens());
    usage.remove(List.of("inputTokens", "outputTokens"));
    whole.setAll(usage);
    return body;
  }

  @Override
  public List<Part> stream(Answer answer) {
    List<Part> parts = new ArrayList<>();
    ObjectNode start = Json.object();
    start.putObject("messageStart").put("role", "assistant");
    parts.add(new Part("chunk", start, 0, 0));
    int block = 0;
    Extras extras = answer.extras();
    int all = answer.outputTokens();
    if (extras.text()) {
      for (Answer.Piece piece : answer.pieces()) {
        ObjectNode text = Json.object().put("text", piece.text());
        parts.add(delta(block, text, piece.before(), piece.after()));
        parts.add(stop(block++, piece.after(), piece.after()));
      }
    }
    if (extras.tool() != null) {
      ObjectNode chunk = Json.object();
      ObjectNode begun = chunk.putObject("contentBlockStart");
      begun
          .putObject("start")
          .putObject("toolUse")
          .put("toolUseId", extras.tool().id())
          .put("name", extras.tool().name());
      begun.put("contentBlockIndex", block);
      parts.add(new Part("chunk", chunk, all, all));
      ObjectNode input = Json.object();
      input.putObject("toolUse").put("input", extras.tool().input());
      parts.add(delta(block, input, all, all));
      parts.add(stop(block, all, all));
    }
    ObjectNode end = Json.object();
    end.putObject("messageStop").put("stopReason", answer.stop().messages());
    parts.add(new Part("chunk", end, all, all));
    ObjectNode last = Json.object();
    ObjectNode metadata = last.putObject("metadata");
    metadata.set("usage", usage(answer));
    metadata.putObject("metrics");
    metadata.putObject("trace");
    Dialect.withMetrics(last, answer);
    last.withObjectProperty(Dialect.METRICS)
        .put("cacheReadInputTokenCount", extras.cacheRead())
        .put("cacheWriteInputTokenCount", extras.cacheWrite());
    parts.add(new Part("chunk", last, all, all));
    return parts;
  }

  private static Part delta(int block, ObjectNode delta, int due, int tokens) {
    ObjectNode chunk = Json.object();
    ObjectNode payload = chunk.putObject("contentBlockDelta");
    payload.set("delta", delta);
    payload.put("contentBlockIndex", block);
    return new Part("chunk", chunk, due, tokens);
  }

  private static Part stop(int block, int due, int tokens) {
    ObjectNode chunk = Json.object();
    chunk.putObject("contentBlockStop").put("contentBlockIndex", block);
    return new Part("chunk", chunk, due, tokens);
  }

  private static ObjectNode usage(Answer answer) {
    return Json.object()
        .put("inputTokens", answer.inputTokens())
        .put("outputTokens", answer.outputTokens())
        .put("cacheReadInputTokenCount", answer.extras().cacheRead())
        .put("cacheWriteInputTokenCount", answer.extras().cacheWrite());
  }
}
