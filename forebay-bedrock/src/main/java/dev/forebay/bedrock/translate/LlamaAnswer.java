package dev.forebay.bedrock.translate;

import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** Llama's generation. */
final class LlamaAnswer implements AnswerWriter {
  @Override
  public ObjectNode whole(List<Block> blocks, AnswerEnd ending) throws UntranslatableException {
    return last(TextChunks.join(blocks), ending);
  }

  @Override
  public Chunks chunks(Consumer<ObjectNode> out) {
    return new TextChunks(out, LlamaAnswer::chunk, ending -> last("", ending));
  }

  /** How many tokens a chunk holds is not known before the end. */
  private static ObjectNode chunk(String text) {
    return Trees.object()
        .put("generation", text)
        .putNull("prompt_token_count")
        .putNull("generation_token_count")
        .putNull("stop_reason");
  }

  private static ObjectNode last(String text, AnswerEnd ending) {
    return Trees.object()
        .put("generation", text)
        .put("prompt_token_count", ending.usage().input())
        .put("generation_token_count", ending.usage().output())
        .put("stop_reason", ending.stop().cutShort() ? "length" : "stop");
  }
}
