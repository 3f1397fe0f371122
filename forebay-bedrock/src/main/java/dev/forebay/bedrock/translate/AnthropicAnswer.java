package dev.forebay.bedrock.translate;

import dev.forebay.core.TokenUsage;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Anthropic Messages.
 *
 * @param id the message's id
 * @param model the model that answers
 * @param onlyStop the request's stop sequence if it has just one, since Converse does not say which
 */
record AnthropicAnswer(String id, String model, @Nullable String onlyStop) implements AnswerWriter {
  /** Answers to that Converse request. */
  static AnthropicAnswer to(ObjectNode request, String id, String model) {
    JsonNode stops = request.path("inferenceConfig").path("stopSequences");
    return new AnthropicAnswer(id, model, stops.size() == 1 ? stops.path(0).asString("") : null);
  }

  @Override
  public ObjectNode whole(List<Block> blocks, AnswerEnd ending) {
    ObjectNode message = message();
    ArrayNode content = message.putArray("content");
    for (Block block : blocks) {
      switch (block) {
        case Block.Text text -> content.add(typed("text").put("text", text.text()));
        case Block.ToolUse use ->
            content.add(
                typed("tool_use")
                    .put("id", use.id())
                    .put("name", use.name())
                    .set("input", use.input()));
      }
    }
    putStop(message, ending.stop());
    message.set("usage", usage(ending.usage()));
    return message;
  }

  @Override
  public Chunks chunks(Consumer<ObjectNode> out) {
    return new Events(this, out);
  }

  private record Events(AnthropicAnswer answer, Consumer<ObjectNode> out) implements Chunks {
    /** The input is counted at the end only, and then corrected by {@code message_delta}. */
    @Override
    public void begin() {
      ObjectNode message = answer.message();
      message.putArray("content");
      message.putNull("stop_reason").putNull("stop_sequence");
      message.set("usage", usage(TokenUsage.NONE));
      ObjectNode start = typed("message_start");
      start.set("message", message);
      out.accept(start);
    }

    @Override
    public void beginText(int index) {
      beginBlock(index, typed("text").put("text", ""));
    }

    @Override
    public void text(int index, String text) {
      delta(index, typed("text_delta").put("text", text));
    }

    @Override
    public void beginTool(int index, String id, String name) {
      ObjectNode block = typed("tool_use").put("id", id).put("name", name);
      block.putObject("input");
      beginBlock(index, block);
    }

    @Override
    public void toolInput(int index, String json) {
      delta(index, typed("input_json_delta").put("partial_json", json));
    }

    @Override
    public void endBlock(int index) {
      out.accept(typed("content_block_stop").put("index", index));
    }

    @Override
    public ObjectNode end(AnswerEnd ending) {
      ObjectNode delta = typed("message_delta");
      answer.putStop(delta.putObject("delta"), ending.stop());
      delta.set("usage", usage(ending.usage()));
      out.accept(delta);
      return typed("message_stop");
    }

    private void beginBlock(int index, ObjectNode block) {
      ObjectNode start = typed("content_block_start").put("index", index);
      start.set("content_block", block);
      out.accept(start);
    }

    private void delta(int index, ObjectNode delta) {
      ObjectNode event = typed("content_block_delta").put("index", index);
      event.set("delta", delta);
      out.accept(event);
    }
  }

  private ObjectNode message() {
    return Trees.object()
        .put("id", id)
        .put("type", "message")
        .put("role", "assistant")
        .put("model", model);
  }

  private void putStop(ObjectNode holder, StopReason stop) {
    String reason =
        switch (stop) {
          case END_TURN, TOOL_USE, MAX_TOKENS, STOP_SEQUENCE, MODEL_CONTEXT_WINDOW_EXCEEDED ->
              stop.word();
          case CONTENT_FILTERED -> "refusal";
          // The guardrail's own words are the answer then.
          case GUARDRAIL_INTERVENED -> "end_turn";
        };
    holder.put("stop_reason", reason);
    holder.put("stop_sequence", stop == StopReason.STOP_SEQUENCE ? onlyStop : null);
  }

  private static ObjectNode usage(TokenUsage usage) {
    ObjectNode counts =
        Trees.object().put("input_tokens", usage.input()).put("output_tokens", usage.output());
    if (usage.cacheRead() + usage.cacheWrite() > 0) {
      counts
          .put("cache_read_input_tokens", usage.cacheRead())
          .put("cache_creation_input_tokens", usage.cacheWrite());
    }
    return counts;
  }

  private static ObjectNode typed(String type) {
    return Trees.object().put("type", type);
  }
}
