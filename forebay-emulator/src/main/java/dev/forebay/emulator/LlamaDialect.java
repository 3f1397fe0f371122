package dev.forebay.emulator;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Meta Llama. */
final class LlamaDialect implements Dialect {
  @Override
  public String requiredKey() {
    return "prompt";
  }

  @Override
  public String maxTokensPointer() {
    return "/max_gen_len";
  }

  @Override
  public ObjectNode whole(Answer answer, JsonNode request) {
    return chunk(answer.text(), answer.outputTokens())
        .put("prompt_token_count", answer.inputTokens())
        .put("stop_reason", answer.stop().completion());
  }

  /** The prompt's count is in the first chunk alone. */
  @Override
  public List<Part> stream(Answer answer) {
    List<Part> parts = new ArrayList<>();
    for (Answer.Piece piece : answer.pieces()) {
      ObjectNode chunk = chunk(piece.text(), piece.after()).putNull("stop_reason");
      if (piece.before() == 0) {
        chunk.put("prompt_token_count", answer.inputTokens());
      } else {
        chunk.putNull("prompt_token_count");
      }
      parts.add(new Part("chunk", chunk, piece.before(), piece.after()));
    }
    int all = answer.outputTokens();
    ObjectNode last =
        chunk("", all).putNull("prompt_token_count").put("stop_reason", answer.stop().completion());
    parts.add(new Part("chunk", Dialect.withMetrics(last, answer), all, all));
    return parts;
  }

  private static ObjectNode chunk(String text, int tokens) {
    return Json.object().put("generation", text).put("generation_token_count", tokens);
  }
}
