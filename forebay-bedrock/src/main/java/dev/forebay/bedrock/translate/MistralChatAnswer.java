package dev.forebay.bedrock.translate;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Mistral's chat completion. */
final class MistralChatAnswer implements AnswerWriter {
  @Override
  public ObjectNode whole(List<Block> blocks, AnswerEnd ending) {
    ObjectNode body = choices(reason(ending));
    StringBuilder content = new StringBuilder();
    for (Block block : blocks) {
      switch (block) {
        case Block.Text text -> content.append(text.text());
        case Block.ToolUse use ->
            addCall(body, use.id(), use.name(), Trees.writeString(use.input()));
      }
    }
    message(body).put("content", content.toString());
    return body;
  }

  @Override
  public Chunks chunks(Consumer<ObjectNode> out) {
    return new Deltas(out);
  }

  private static final class Deltas implements Chunks {
    /** Far more than any model's longest answer. */
    private static final int MAX_ARGUMENTS = 8 * 1024 * 1024;

    private final Consumer<ObjectNode> out;
    private final StringBuilder arguments = new StringBuilder();
    private @Nullable ObjectNode call;
    private String id = "";
    private String name = "";

    Deltas(Consumer<ObjectNode> out) {
      this.out = out;
    }

    @Override
    public void begin() {}

    @Override
    public void beginText(int index) {}

    @Override
    public void text(int index, String text) {
      out.accept(said(text, null));
    }

    @Override
    public void beginTool(int index, String toolUseId, String toolName) {
      call = said("", null);
      id = toolUseId;
      name = toolName;
      arguments.setLength(0);
    }

    @Override
    public void toolInput(int index, String json) throws UntranslatableException {
      if (arguments.length() + json.length() > MAX_ARGUMENTS) {
        throw new UntranslatableException("The model gave a tool too long an input.");
      }
      arguments.append(json);
    }

    /** A tool's use comes in one piece. */
    @Override
    public void endBlock(int index) {
      ObjectNode whole = call;
      if (whole != null) {
        addCall(whole, id, name, arguments.isEmpty() ? "{}" : arguments.toString());
        out.accept(whole);
        call = null;
      }
    }

    @Override
    public ObjectNode end(AnswerEnd ending) {
      return said("", reason(ending));
    }
  }

  private static ObjectNode said(String text, @Nullable String reason) {
    ObjectNode body = choices(reason);
    message(body).put("content", text);
    return body;
  }

  private static ObjectNode choices(@Nullable String reason) {
    ObjectNode body = Trees.object();
    ObjectNode choice = body.putArray("choices").addObject().put("index", 0);
    choice.putObject("message").put("role", "assistant");
    choice.put("stop_reason", reason);
    return body;
  }

  private static ObjectNode message(ObjectNode body) {
    return ((ObjectNode) body.path("choices").path(0)).withObjectProperty("message");
  }

  private static void addCall(ObjectNode body, String id, String name, String arguments) {
    ArrayNode calls = message(body).withArrayProperty("tool_calls");
    calls
        .addObject()
        .put("id", id)
        .put("type", "function")
        .putObject("function")
        .put("name", name)
        .put("arguments", arguments);
  }

  private static String reason(AnswerEnd ending) {
    if (ending.stop() == StopReason.TOOL_USE) {
      return "tool_calls";
    }
    return ending.stop().cutShort() ? "length" : "stop";
  }
}
