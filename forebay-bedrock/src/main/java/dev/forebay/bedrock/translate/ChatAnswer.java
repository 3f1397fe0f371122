package dev.forebay.bedrock.translate;

import dev.forebay.core.TokenUsage;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * OpenAI's chat completion.
 *
 * @param id the completion's id
 * @param model the model that answers
 * @param createdSeconds when it answered, in seconds since 1970
 * @param withUsage whether a stream ends with a chunk of its usage
 */
record ChatAnswer(String id, String model, long createdSeconds, boolean withUsage)
    implements AnswerWriter {
  @Override
  public ObjectNode whole(List<Block> blocks, AnswerEnd ending) {
    ObjectNode body = head("chat.completion");
    ObjectNode choice = body.putArray("choices").addObject().put("index", 0);
    ObjectNode message = choice.putObject("message").put("role", "assistant");
    StringBuilder content = new StringBuilder();
    ArrayNode calls = Trees.object().putArray("tool_calls");
    for (Block block : blocks) {
      switch (block) {
        case Block.Text text -> content.append(text.text());
        case Block.ToolUse use ->
            call(calls.addObject(), use.id(), use.name(), Trees.writeString(use.input()));
      }
    }
    if (content.isEmpty() && !calls.isEmpty()) {
      message.putNull("content");
    } else {
      message.put("content", content.toString());
    }
    message.putNull("refusal");
    if (!calls.isEmpty()) {
      message.set("tool_calls", calls);
    }
    choice.putNull("logprobs").put("finish_reason", reason(ending.stop()));
    body.set("usage", usage(ending.usage()));
    return body;
  }

  @Override
  public Chunks chunks(Consumer<ObjectNode> out) {
    return new Deltas(this, out);
  }

  private static final class Deltas implements Chunks {
    private final ChatAnswer answer;
    private final Consumer<ObjectNode> out;

    /** Tool uses count by themselves. */
    private int tools;

    private boolean inTool;
    private boolean argued;

    Deltas(ChatAnswer answer, Consumer<ObjectNode> out) {
      this.answer = answer;
      this.out = out;
    }

    @Override
    public void begin() {
      out.accept(answer.chunk(Trees.object().put("role", "assistant").put("content", ""), null));
    }

    @Override
    public void beginText(int index) {}

    @Override
    public void text(int index, String text) {
      out.accept(answer.chunk(Trees.object().put("content", text), null));
    }

    @Override
    public void beginTool(int index, String id, String name) {
      inTool = true;
      argued = false;
      ObjectNode delta = Trees.object();
      call(delta.putArray("tool_calls").addObject().put("index", tools), id, name, "");
      out.accept(answer.chunk(delta, null));
    }

    @Override
    public void toolInput(int index, String json) {
      if (!json.isEmpty()) {
        argued = true;
        argument(json);
      }
    }

    /** A tool without input has the arguments of an empty object. */
    @Override
    public void endBlock(int index) {
      if (inTool) {
        if (!argued) {
          argument("{}");
        }
        inTool = false;
        tools++;
      }
    }

    @Override
    public ObjectNode end(AnswerEnd ending) {
      ObjectNode last = answer.chunk(Trees.object(), reason(ending.stop()));
      if (!answer.withUsage) {
        return last;
      }
      out.accept(last);
      ObjectNode counted = answer.head("chat.completion.chunk");
      counted.putArray("choices");
      counted.set("usage", usage(ending.usage()));
      return counted;
    }

    private void argument(String json) {
      ObjectNode delta = Trees.object();
      delta
          .putArray("tool_calls")
          .addObject()
          .put("index", tools)
          .putObject("function")
          .put("arguments", json);
      out.accept(answer.chunk(delta, null));
    }
  }

  private ObjectNode chunk(ObjectNode delta, @Nullable String reason) {
    ObjectNode chunk = head("chat.completion.chunk");
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.put("finish_reason", reason);
    return chunk;
  }

  private ObjectNode head(String object) {
    return Trees.object()
        .put("id", id)
        .put("object", object)
        .put("created", createdSeconds)
        .put("model", model);
  }

  private static void call(ObjectNode call, String id, String name, String arguments) {
    call.put("id", id)
        .put("type", "function")
        .putObject("function")
        .put("name", name)
        .put("arguments", arguments);
  }

  /** OpenAI's prompt tokens are all of them, those from the cache and those written to it too. */
  private static ObjectNode usage(TokenUsage usage) {
    long prompt = usage.total() - usage.output();
    ObjectNode counts =
        Trees.object()
            .put("prompt_tokens", prompt)
            .put("completion_tokens", usage.output())
            .put("total_tokens", usage.total());
    if (usage.cacheRead() > 0) {
      counts.putObject("prompt_tokens_details").put("cached_tokens", usage.cacheRead());
    }
    return counts;
  }

  private static String reason(StopReason stop) {
    return switch (stop) {
      case END_TURN, STOP_SEQUENCE -> "stop";
      case TOOL_USE -> "tool_calls";
      case MAX_TOKENS, MODEL_CONTEXT_WINDOW_EXCEEDED -> "length";
      case CONTENT_FILTERED, GUARDRAIL_INTERVENED -> "content_filter";
    };
  }
}
