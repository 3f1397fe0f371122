package dev.forebay.emulator;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Cohere's chat of Command R. */
final class CohereDialect implements Dialect {
  @Override
  public String requiredKey() {
    return "message";
  }

  @Override
  public String maxTokensPointer() {
    return "/max_tokens";
  }

  @Override
  public ObjectNode whole(Answer answer, JsonNode request) {
    ObjectNode body =
        Json.object()
            .put("response_id", answer.messageId())
            .put("text", answer.text())
            .put("generation_id", answer.messageId());
    ArrayNode history = body.putArray("chat_history");
    history.addAll(request.path("chat_history").values());
    history.addObject().put("role", "USER").put("message", request.path("message").asString(""));
    history.addObject().put("role", "CHATBOT").put("message", answer.text());
    return body.put("finish_reason", reason(answer));
  }

  @Override
  public List<Part> stream(Answer answer) {
    return stream(answer, Json.object());
  }

  @Override
  public List<Part> stream(Answer answer, JsonNode request) {
    List<Part> parts = new ArrayList<>();
    for (Answer.Piece piece : answer.pieces()) {
      ObjectNode chunk =
          Json.object()
              .put("is_finished", false)
              .put("event_type", "text-generation")
              .put("text", piece.text());
      parts.add(new Part("chunk", chunk, piece.before(), piece.after()));
    }
    int all = answer.outputTokens();
    ObjectNode last = Json.object().put("is_finished", true).put("event_type", "stream-end");
    ObjectNode response = whole(answer, request);
    ObjectNode meta = response.putObject("meta");
    meta.putObject("api_version").put("version", "1");
    tokens(meta.putObject("billed_units"), answer);
    tokens(meta.putObject("tokens"), answer);
    last.set("response", response);
    last.put("finish_reason", reason(answer));
    parts.add(new Part("chunk", Dialect.withMetrics(last, answer), all, all));
    return parts;
  }

  private static void tokens(ObjectNode into, Answer answer) {
    into.put("input_tokens", answer.inputTokens()).put("output_tokens", answer.outputTokens());
  }

  private static String reason(Answer answer) {
    return answer.stop() == Stop.MAX_TOKENS ? "MAX_TOKENS" : "COMPLETE";
  }
}
