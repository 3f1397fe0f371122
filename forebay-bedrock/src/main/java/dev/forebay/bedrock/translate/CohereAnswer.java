package dev.forebay.bedrock.translate;

import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Cohere's chat of Command R.
 *
 * @param id the answer's id
 * @param history the turns before the answer
 */
record CohereAnswer(String id, JsonNode history) implements AnswerWriter {
  @Override
  public ObjectNode whole(List<Block> blocks, AnswerEnd ending) throws UntranslatableException {
    return response(TextChunks.join(blocks), ending);
  }

  @Override
  public Chunks chunks(Consumer<ObjectNode> out) {
    StringBuilder said = new StringBuilder();
    return new TextChunks(
        out,
        text -> {
          said.append(text);
          return Trees.object()
              .put("is_finished", false)
              .put("event_type", "text-generation")
              .put("text", text);
        },
        ending -> {
          ObjectNode last =
              Trees.object()
                  .put("is_finished", true)
                  .put("event_type", "stream-end")
                  .put("finish_reason", reason(ending.stop()));
          last.set("response", response(said.toString(), ending));
          return last;
        });
  }

  private ObjectNode response(String text, AnswerEnd ending) {
    ObjectNode body =
        Trees.object().put("response_id", id).put("text", text).put("generation_id", id);
    ArrayNode turns = body.putArray("chat_history");
    turns.addAll(Trees.elements(history));
    turns.addObject().put("role", "CHATBOT").put("message", text);
    return body.put("finish_reason", reason(ending.stop()));
  }

  private static String reason(StopReason stop) {
    return switch (stop) {
      case END_TURN, TOOL_USE -> "COMPLETE";
      case STOP_SEQUENCE -> "STOP_SEQUENCE";
      case MAX_TOKENS, MODEL_CONTEXT_WINDOW_EXCEEDED -> "MAX_TOKENS";
      case CONTENT_FILTERED, GUARDRAIL_INTERVENED -> "ERROR_TOXIC";
    };
  }
}
