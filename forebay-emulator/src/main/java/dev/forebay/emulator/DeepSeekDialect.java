package dev.forebay.emulator;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** DeepSeek R1's text completion. */
final class DeepSeekDialect implements Dialect {
  @Override
  public String requiredKey() {
    return "prompt";
  }

  @Override
  public String maxTokensPointer() {
    return "/max_tokens";
  }

  @Override
  public ObjectNode whole(Answer answer, JsonNode request) {
    return choices(answer.text(), answer.stop().completion());
  }

  @Override
  public List<Part> stream(Answer answer) {
    List<Part> parts = new ArrayList<>();
    for (Answer.Piece piece : answer.pieces()) {
      parts.add(new Part("chunk", choices(piece.text(), null), piece.before(), piece.after()));
    }
    int all = answer.outputTokens();
    ObjectNode last = choices("", answer.stop().completion());
    parts.add(new Part("chunk", Dialect.withMetrics(last, answer), all, all));
    return parts;
  }

  private static ObjectNode choices(String text, @Nullable String stopReason) {
    ObjectNode body = Json.object();
    body.putArray("choices").addObject().put("text", text).put("stop_reason", stopReason);
    return body;
  }
}
