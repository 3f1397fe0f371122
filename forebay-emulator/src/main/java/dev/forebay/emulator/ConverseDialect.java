package dev.forebay.emulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Converse and ConverseStream. The keys of all objects are in their order. */
final class ConverseDialect implements Dialect {
  private final Family family;

  ConverseDialect(Family family) {
    this.family = family;
  }

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
    ArrayNode content = message.putArray("content");
    Extras extras = answer.extras();
    if (extras.reasoning() != null) {
      ObjectNode reasoning =
          content.addObject().putObject("reasoningContent").putObject("reasoningText");
      if (signs()) {
        reasoning.put("signature", Extras.SIGNATURE);
      }
      reasoning.put("text", extras.reasoning());
    }
    if (extras.text() && extras.cites()) {
      ObjectNode cited = content.addObject().putObject("citationsContent");
      cited.putArray("citations").add(citation());
      cited.putArray("content").addObject().put("text", answer.text());
    } else if (extras.text()) {
      content.addObject().put("text", answer.text());
    }
    if (extras.tool() != null) {
      content
          .addObject()
          .putObject("toolUse")
          .put("name", extras.tool().name())
          .put("toolUseId", extras.tool().id())
          .set("input", Json.MAPPER.readTree(extras.tool().input()));
    }
    message.put("role", "assistant");
    body.put("stopReason", answer.stop().messages());
    trace(answer, request, body);
    body.set("usage", usage(answer));
    return Sorted.of(body);
  }

  @Override
  public List<Part> stream(Answer answer) {
    return stream(answer, Json.object());
  }

  /** A text block has no contentBlockStart; the metadata come after messageStop. */
  @Override
  public List<Part> stream(Answer answer, JsonNode request) {
    List<Part> parts = new ArrayList<>();
    parts.add(new Part("messageStart", Json.object().put("role", "assistant"), 0, 0));
    int block = 0;
    Extras extras = answer.extras();
    if (extras.reasoning() != null) {
      for (String piece : extras.reasoning().split("(?<= )", -1)) {
        parts.add(delta(block, Json.object().set("reasoningContent", text(piece)), 0, 0));
      }
      if (signs()) {
        ObjectNode signature = Json.object().put("signature", Extras.SIGNATURE);
        parts.add(delta(block, Json.object().set("reasoningContent", signature), 0, 0));
      }
      parts.add(stop(block++, 0));
    }
    int all = answer.outputTokens();
    if (extras.text()) {
      if (extras.cites()) {
        parts.add(delta(block, Json.object().set("citation", citation()), 0, 0));
      }
      for (Answer.Piece piece : answer.pieces()) {
        parts.add(delta(block, text(piece.text()), piece.before(), piece.after()));
      }
      parts.add(stop(block++, all));
    }
    if (extras.tool() != null) {
      ObjectNode start = Json.object().put("contentBlockIndex", block);
      start
          .putObject("start")
          .putObject("toolUse")
          .put("name", extras.tool().name())
          .put("toolUseId", extras.tool().id());
      parts.add(new Part("contentBlockStart", start, all, all));
      for (String piece : extras.tool().parts()) {
        ObjectNode input = Json.object().put("input", piece);
        parts.add(delta(block, Json.object().set("toolUse", input), all, all));
      }
      parts.add(stop(block, all));
    }
    ObjectNode stop = Json.object().put("stopReason", answer.stop().messages());
    parts.add(new Part("messageStop", stop, all, all));
    ObjectNode metadata = Json.object();
    metadata.putObject("metrics").put("latencyMs", answer.whole().toMillis());
    trace(answer, request, metadata);
    metadata.set("usage", usage(answer));
    parts.add(new Part("metadata", metadata, all, all));
    return parts;
  }

  private static ObjectNode text(String text) {
    return Json.object().put("text", text);
  }

  private static Part delta(int block, JsonNode delta, int due, int tokens) {
    ObjectNode payload = Json.object().put("contentBlockIndex", block);
    payload.set("delta", delta);
    return new Part("contentBlockDelta", payload, due, tokens);
  }

  private static Part stop(int block, int tokens) {
    ObjectNode payload = Json.object().put("contentBlockIndex", block);
    return new Part("contentBlockStop", payload, tokens, tokens);
  }

  private static ObjectNode citation() {
    ObjectNode citation = Json.object();
    citation
        .putObject("location")
        .putObject("documentChar")
        .put("documentIndex", 0)
        .put("end", 8)
        .put("start", 0);
    citation.putArray("sourceContent").addObject().put("text", "Emulated");
    return citation.put("title", "document");
  }

  /** Only Claude signs what it thinks. */
  private boolean signs() {
    return family == Family.CLAUDE;
  }

  /** What a guardrail did, if the request wants to know. */
  private static void trace(Answer answer, JsonNode request, ObjectNode into) {
    boolean wanted =
        request
            .at("/guardrailConfig/trace")
            .asString("")
            .toLowerCase(Locale.ROOT)
            .startsWith("enabled");
    if (answer.extras().intervened() && wanted) {
      String id = request.at("/guardrailConfig/guardrailIdentifier").asString("guardrail");
      into.set("trace", Guardrails.trace(id, "inputAssessment"));
    }
  }

  /** Cached tokens are no input; Claude always counts the cache, others when it was used. */
  private ObjectNode usage(Answer answer) {
    Extras extras = answer.extras();
    ObjectNode usage = Json.object();
    if (family == Family.CLAUDE || extras.cached() > 0) {
      usage
          .put("cacheReadInputTokenCount", extras.cacheRead())
          .put("cacheReadInputTokens", extras.cacheRead())
          .put("cacheWriteInputTokenCount", extras.cacheWrite())
          .put("cacheWriteInputTokens", extras.cacheWrite());
    }
    usage.put("inputTokens", answer.inputTokens()).put("outputTokens", answer.outputTokens());
    if (family != Family.TITAN_TEXT) {
      usage.putObject("serverToolUsage");
    }
    return usage.put("totalTokens", answer.inputTokens() + extras.cached() + answer.outputTokens());
  }
}
