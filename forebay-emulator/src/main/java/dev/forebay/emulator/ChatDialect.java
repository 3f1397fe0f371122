package dev.forebay.emulator;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's chat completions, as gpt-oss and most providers since have them. */
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
    ObjectNode message = choice.putObject("message").put("role", "assistant");
    if (answer.extras().text()) {
      message.put("content", answer.text());
    } else {
      message.putNull("content");
    }
    message.putNull("refusal");
    if (answer.extras().tool() != null) {
      message.putArray("tool_calls").add(call(answer.extras().tool()));
    }
    choice.putNull("logprobs").put("finish_reason", answer.stop().completion());
    body.set("usage", usage(answer));
    return Sorted.of(body);
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
    if (answer.extras().text()) {
      for (Answer.Piece piece : answer.pieces()) {
        ObjectNode delta = Json.object().put("content", piece.text());
        parts.add(new Part("chunk", chunk(answer, delta, null), piece.before(), piece.after()));
      }
    }
    int all = answer.outputTokens();
    if (answer.extras().tool() != null) {
      ObjectNode delta = Json.object();
      delta.putArray("tool_calls").add(call(answer.extras().tool()).put("index", 0));
      parts.add(new Part("chunk", chunk(answer, delta, null), all, all));
    }
    ObjectNode last = chunk(answer, Json.object(), answer.stop().completion());
    if (request.path("stream_options").path("include_usage").asBoolean(false)) {
      parts.add(new Part("chunk", last, all, all));
      last = head(answer, "chat.completion.chunk");
      last.putArray("choices");
      last.set("usage", usage(answer));
    }
    parts.add(new Part("chunk", Dialect.withMetrics(last, answer), all, all));
    return parts.stream().map(ChatDialect::sorted).toList();
  }

  private static ObjectNode call(Extras.ToolUse tool) {
    ObjectNode call = Json.object().put("id", tool.id()).put("type", "function");
    call.putObject("function").put("name", tool.name()).put("arguments", tool.input());
    return call;
  }

  /** The metrics that the service adds come last, and are not sorted. */
  private static Part sorted(Part part) {
    JsonNode metrics = part.payload().path(Dialect.METRICS);
    ObjectNode payload = Sorted.of(part.payload());
    payload.remove(Dialect.METRICS);
    if (metrics.isObject()) {
      payload.set(Dialect.METRICS, metrics);
    }
    return new Part(part.type(), payload, part.due(), part.tokens());
  }

  private static ObjectNode chunk(Answer answer, ObjectNode delta, @Nullable String reason) {
    ObjectNode chunk = head(answer, "chat.completion.chunk");
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.put("finish_reason", reason);
    return chunk;
  }

  private static ObjectNode head(Answer answer, String object) {
    String model = new ModelId(answer.modelId()).base();
    ObjectNode head =
        Json.object()
            .put("id", "chatcmpl-" + answer.messageId())
            .put("object", object)
            .put("created", CREATED)
            .put("model", model);
    return model.startsWith("openai.") ? head.put("service_tier", "default") : head;
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
