package dev.forebay.bedrock.translate;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** DeepSeek R1's text completion. */
final class DeepSeekAnswer implements AnswerWriter {
  @Override
  public ObjectNode whole(List<Block> blocks, AnswerEnd ending) throws UntranslatableException {
    return choices(TextChunks.join(blocks), reason(ending));
  }

  @Override
  public Chunks chunks(Consumer<ObjectNode> out) {
    return new TextChunks(out, text -> choices(text, null), ending -> choices("", reason(ending)));
  }

  private static ObjectNode choices(String text, @Nullable String stopReason) {
    ObjectNode body = Trees.object();
    body.putArray("choices").addObject().put("text", text).put("stop_reason", stopReason);
    return body;
  }

  private static String reason(AnswerEnd ending) {
    return ending.stop().cutShort() ? "length" : "stop";
  }
}
