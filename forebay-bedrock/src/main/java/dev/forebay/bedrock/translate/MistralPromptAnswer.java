package dev.forebay.bedrock.translate;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Mistral's text completion. */
final class MistralPromptAnswer implements AnswerWriter {
  @Override
  public ObjectNode whole(List<Block> blocks, AnswerEnd ending) throws UntranslatableException {
    return outputs(TextChunks.join(blocks), reason(ending));
  }

  @Override
  public Chunks chunks(Consumer<ObjectNode> out) {
    return new TextChunks(out, text -> outputs(text, null), ending -> outputs("", reason(ending)));
  }

  private static ObjectNode outputs(String text, @Nullable String stopReason) {
    ObjectNode body = Trees.object();
    body.putArray("outputs").addObject().put("text", text).put("stop_reason", stopReason);
    return body;
  }

  private static String reason(AnswerEnd ending) {
    return ending.stop().cutShort() ? "length" : "stop";
  }
}
