package dev.forebay.emulator;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Amazon Titan text. */
final class TitanTextDialect implements Dialect {
  @Override
  public String requiredKey() {
    return "inputText";
  }

  @Override
  public String maxTokensPointer() {
    return "/textGenerationConfig/maxTokenCount";
  }

  @Override
  public ObjectNode whole(Answer answer, JsonNode request) {
    ObjectNode body = Json.object().put("inputTextTokenCount", answer.inputTokens());
    body.putArray("results")
        .addObject()
        .put("tokenCount", answer.outputTokens())
        .put("outputText", answer.text())
        .put("completionReason", answer.stop().titan());
    return body;
  }

  @Override
  public List<Part> stream(Answer answer) {
    List<Part> parts = new ArrayList<>();
    for (Answer.Piece piece : answer.pieces()) {
      ObjectNode chunk = chunk(answer, piece.text());
      chunk.putNull("totalOutputTextTokenCount").putNull("completionReason");
      parts.add(new Part("chunk", chunk, piece.before(), piece.after()));
    }
    int all = answer.outputTokens();
    ObjectNode last = chunk(answer, "");
    last.put("totalOutputTextTokenCount", all).put("completionReason", answer.stop().titan());
    parts.add(new Part("chunk", Dialect.withMetrics(last, answer), all, all));
    return parts;
  }

  private static ObjectNode chunk(Answer answer, String text) {
    return Json.object()
        .put("outputText", text)
        .put("index", 0)
        .put("inputTextTokenCount", answer.inputTokens());
  }
}
