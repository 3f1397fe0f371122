package dev.forebay.emulator;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's chat completions, as gpt-oss and most providers since have them. Without tools. */
final class ChatDialect implements Dialect {
  /** The same for all answers, so that those of one seed are alike: 14 November 2023. */
  private static final long CREATED = 1_700_000_000;

  @Override
  public String requiredKey() {
    return "messages";
  }

  @Override
  public String maxTokensPointer() {
    return "/max_completion_tokens";
  }

  @Override
  public String olderMaxTokensPointer() {
    return "/max_tokens";
  }

  /** The body may name its model and whether it wants a stream, as the path does. */
  @Override
  public void check(JsonNode body, Call call) {
    JsonNode model = body.path("model");
    if (!isAbsent(model) && !model.asString("").equals(call.model().asked())) {
      throw new RefusedException(
          ErrorType.VALIDATION, "The model of the body is not that of the path.");
    }
    JsonNode stream = body.path("stream");
    if (!isAbsent(stream) && stream.asBoolean(false) != call.operation().streams()) {
      throw new RefusedException(
          ErrorType.VALIDATION, "The body's stream parameter does not fit the operation.");
    }
  }

  @Override
  public ObjectNode whole(Answer answer, JsonNode request) {
    ObjectNode body = head(answer, "chat.completion");
    ObjectNode choice = body.putArray("choices").addObject().put("index", 0);
    choice
        .putObject("message")
        .put("role", "assistant")
        .put("content", answer.text())
        .putNull("refusal");
    choice.putNull("logprobs").put("finish_reason", answer.stop().completion());
    body.set("usage", usage(answer));
    return body;
  }

  @Override
  public List<Part> stream(Answer answer) {
    return stream(answer, Json.object());
  }

  @Override
  public List<Part> stream(Answer answer, JsonNode request) {
    List<Part> parts = new ArrayList<>();
    ObjectNode role = Json.object().put("role", "assistant").put("content", "");
    parts.add(new Part("chunk", chunk(answer, role, null), 0, 0));
    for (Answer.Piece piece : answer.pieces()) {
      ObjectNode delta = Json.object().put("content", piece.text());
      parts.add(new Part("chunk", chunk(answer, delta, null), piece.before(), piece.after()));
    }
    int all = answer.outputTokens();
    ObjectNode last = chunk(answer, Json.object(), answer.stop().completion());
    if (request.path("stream_options").path("include_usage").asBoolean(false)) {
      parts.add(new Part("chunk", last, all, all));
      last = head(answer, "chat.completion.chunk");
      last.putArray("choices");
      last.set("usage", usage(answer));
    }
    parts.add(new Part("chunk", Dialect.withMetrics(last, answer), all, all));
    return parts;
  }

  private static ObjectNode chunk(Answer answer, ObjectNode delta, @Nullable String reason) {
    ObjectNode chunk = head(answer, "chat.completion.chunk");
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.put("finish_reason", reason);
    return chunk;
  }

  private static ObjectNode head(Answer answer, String object) {
    return Json.object()
        .put("id", "chatcmpl-" + answer.messageId())
        .put("object", object)
        .put("created", CREATED)
        .put("model", new ModelId(answer.modelId()).base());
  }

  private static ObjectNode usage(Answer answer) {
    return Json.object()
        .put("prompt_tokens", answer.inputTokens())
        .put("completion_tokens", answer.outputTokens())
        .put("total_tokens", answer.inputTokens() + answer.outputTokens());
  }

  private static boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }
}
