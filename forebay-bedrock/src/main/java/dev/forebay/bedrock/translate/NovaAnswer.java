package dev.forebay.bedrock.translate;

import dev.forebay.core.TokenUsage;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Nova's messages: Converse's shapes, each streamed event as a chunk under its name. */
final class NovaAnswer implements AnswerWriter {
  @Override
  public ObjectNode whole(List<Block> blocks, AnswerEnd ending) {
    ObjectNode body = Trees.object();
    ObjectNode message = body.putObject("output").putObject("message");
    ArrayNode content = message.putArray("content");
    for (Block block : blocks) {
      switch (block) {
        case Block.Text text -> Trees.addText(content, text.text());
        case Block.ToolUse use ->
            content
                .addObject()
                .putObject("toolUse")
                .put("toolUseId", use.id())
                .put("name", use.name())
                .set("input", use.input());
      }
    }
    message.put("role", "assistant");
    body.put("stopReason", ending.stop().word());
    body.set("usage", usage(ending.usage()));
    return body;
  }

  @Override
  public Chunks chunks(Consumer<ObjectNode> out) {
    return new Events(out);
  }

  private record Events(Consumer<ObjectNode> out) implements Chunks {
    @Override
    public void begin() {
      ObjectNode chunk = Trees.object();
      chunk.putObject("messageStart").put("role", "assistant");
      out.accept(chunk);
    }

    /** A text has no beginning of its own. */
    @Override
    public void beginText(int index) {}

    @Override
    public void text(int index, String text) {
      ObjectNode chunk = Trees.object();
      event(chunk, "contentBlockDelta", index).putObject("delta").put("text", text);
      out.accept(chunk);
    }

    @Override
    public void beginTool(int index, String id, String name) {
      ObjectNode chunk = Trees.object();
      event(chunk, "contentBlockStart", index)
          .putObject("start")
          .putObject("toolUse")
          .put("toolUseId", id)
          .put("name", name);
      out.accept(chunk);
    }

    @Override
    public void toolInput(int index, String json) {
      ObjectNode chunk = Trees.object();
      event(chunk, "contentBlockDelta", index)
          .putObject("delta")
          .putObject("toolUse")
          .put("input", json);
      out.accept(chunk);
    }

    @Override
    public void endBlock(int index) {
      ObjectNode chunk = Trees.object();
      event(chunk, "contentBlockStop", index);
      out.accept(chunk);
    }

    @Override
    public ObjectNode end(AnswerEnd ending) {
      ObjectNode stop = Trees.object();
      stop.putObject("messageStop").put("stopReason", ending.stop().word());
      out.accept(stop);
      ObjectNode last = Trees.object();
      ObjectNode metadata = last.putObject("metadata");
      metadata.set("usage", usage(ending.usage()));
      metadata.putObject("metrics");
      metadata.putObject("trace");
      return last;
    }

    private static ObjectNode event(ObjectNode chunk, String type, int index) {
      return chunk.putObject(type).put("contentBlockIndex", index);
    }
  }

  /** The total includes what was read from the cache and written to it. */
  private static ObjectNode usage(TokenUsage usage) {
    ObjectNode counts =
        Trees.object()
            .put("inputTokens", usage.input())
            .put("outputTokens", usage.output())
            .put("totalTokens", usage.total());
    if (usage.cacheRead() + usage.cacheWrite() > 0) {
      counts
          .put("cacheReadInputTokenCount", usage.cacheRead())
          .put("cacheWriteInputTokenCount", usage.cacheWrite());
    }
    return counts;
  }
}
