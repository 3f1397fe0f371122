package dev.forebay.emulator;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Converse and ConverseStream. */
final class ConverseDialect implements Dialect {
  @Override
  public String requiredKey() {
    return "messages";
  }

  @Override
  public RefusedException nothingSaid() {
    return new RefusedException(
        ErrorType.VALIDATION,
        "A conversation must start with a user message. Try again with a conversation that starts"
            + " with a user message.");
  }

  @Override
  public String maxTokensPointer() {
    return "/inferenceConfig/maxTokens";
  }

  @Override
  public ObjectNode whole(Answer answer, JsonNode request) {
    ObjectNode body = Json.object();
    body.putObject("metrics").put("latencyMs", answer.whole().toMillis());
    ObjectNode message = body.putObject("output").putObject("message");
    message.putArray("content").addObject().put("text", answer.text());
    message.put("role", "assistant");
    body.put("stopReason", answer.stop().messages());
    body.set("usage", usage(answer));
    return body;
  }

  /** A text block has no contentBlockStart; the metadata come after messageStop. */
  @Override
  public List<Part> stream(Answer answer) {
    List<Part> parts = new ArrayList<>();
    parts.add(new Part("messageStart", Json.object().put("role", "assistant"), 0, 0));
    for (Answer.Piece piece : answer.pieces()) {
      ObjectNode delta = Json.object().put("contentBlockIndex", 0);
      delta.putObject("delta").put("text", piece.text());
      parts.add(new Part("contentBlockDelta", delta, piece.before(), piece.after()));
    }
    int all = answer.outputTokens();
    parts.add(new Part("contentBlockStop", Json.object().put("contentBlockIndex", 0), all, all));
    ObjectNode stop = Json.object().put("stopReason", answer.stop().messages());
    parts.add(new Part("messageStop", stop, all, all));
    ObjectNode metadata = Json.object();
    metadata.set("usage", usage(answer));
    metadata.putObject("metrics").put("latencyMs", answer.whole().toMillis());
    parts.add(new Part("metadata", metadata, all, all));
    return parts;
  }

  static ObjectNode usage(Answer answer) {
    return Json.object()
        .put("inputTokens", answer.inputTokens())
        .put("outputTokens", answer.outputTokens())
        .put("totalTokens", answer.inputTokens() + answer.outputTokens());
  }
}
