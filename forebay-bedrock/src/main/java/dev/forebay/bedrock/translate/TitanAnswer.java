package dev.forebay.bedrock.translate;

import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** Titan's text. */
final class TitanAnswer implements AnswerWriter {
  @Override
  public ObjectNode whole(List<Block> blocks, AnswerEnd ending) throws UntranslatableException {
    ObjectNode body = Trees.object().put("inputTextTokenCount", ending.usage().input());
    body.putArray("results")
        .addObject()
        .put("tokenCount", ending.usage().output())
        .put("outputText", TextChunks.join(blocks))
        .put("completionReason", reason(ending.stop()));
    return body;
  }

  @Override
  public Chunks chunks(Consumer<ObjectNode> out) {
    return new TextChunks(out, TitanAnswer::chunk, TitanAnswer::last);
  }

  private static ObjectNode chunk(String text) {
    return Trees.object()
        .put("outputText", text)
        .put("index", 0)
        .putNull("totalOutputTextTokenCount")
        .putNull("completionReason")
        .putNull("inputTextTokenCount");
  }

  private static ObjectNode last(AnswerEnd ending) {
    return Trees.object()
        .put("outputText", "")
        .put("index", 0)
        .put("totalOutputTextTokenCount", ending.usage().output())
        .put("completionReason", reason(ending.stop()))
        .put("inputTextTokenCount", ending.usage().input());
  }

  private static String reason(StopReason stop) {
    return switch (stop) {
      case MAX_TOKENS, MODEL_CONTEXT_WINDOW_EXCEEDED -> "LENGTH";
      case STOP_SEQUENCE -> "STOP_CRITERIA_MET";
      case CONTENT_FILTERED, GUARDRAIL_INTERVENED -> "CONTENT_FILTERED";
      case END_TURN, TOOL_USE -> "FINISH";
    };
  }
}
