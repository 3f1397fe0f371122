package dev.forebay.emulator;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Mistral text completion. */
final class MistralDialect implements Dialect {
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
    return outputs(answer.text(), answer.stop().completion());
  }

  @Override
  public List<Part> stream(Answer answer) {
    List<Part> parts = new ArrayList<>();
    for (Answer.Piece piece : answer.pieces()) {
      parts.add(new Part("chunk", outputs(piece.text(), null), piece.before(), piece.after()));
    }
    int all = answer.outputTokens();
    ObjectNode last = outputs("", answer.stop().completion());
    parts.add(new Part("chunk", Dialect.withMetrics(last, answer), all, all));
    return parts;
  }

  private static ObjectNode outputs(String text, @Nullable String stopReason) {
    ObjectNode body = Json.object();
    ObjectNode output = body.putArray("outputs").addObject().put("text", text);
    if (stopReason == null) {
      output.putNull("stop_reason");
    } else {
      output.put("stop_reason", stopReason);
    }
    return body;
  }
}
