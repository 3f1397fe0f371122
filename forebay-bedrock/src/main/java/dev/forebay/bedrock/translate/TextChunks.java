package dev.forebay.bedrock.translate;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** The chunks of a family that knows nothing but text. */
record TextChunks(
    Consumer<ObjectNode> out,
    Function<String, ObjectNode> chunk,
    Function<AnswerEnd, ObjectNode> last)
    implements AnswerWriter.Chunks {
  @Override
  public void begin() {}

  @Override
  public void beginText(int index) {}

  @Override
  public void text(int index, String text) {
    out.accept(chunk.apply(text));
  }

  @Override
  public void beginTool(int index, String id, String name) throws UntranslatableException {
    throw toolsInText();
  }

  @Override
  public void toolInput(int index, String json) {
    throw new IllegalStateException("no tool's use had begun");
  }

  @Override
  public void endBlock(int index) {}

  @Override
  public ObjectNode end(AnswerEnd ending) {
    return last.apply(ending);
  }

  /** The text of a whole answer. */
  static String join(List<Block> blocks) throws UntranslatableException {
    StringBuilder joined = new StringBuilder();
    for (Block block : blocks) {
      switch (block) {
        case Block.Text text -> joined.append(text.text());
        case Block.ToolUse use -> throw toolsInText();
      }
    }
    return joined.toString();
  }

  private static UntranslatableException toolsInText() {
    return new UntranslatableException("The model used a tool that was not on offer.");
  }
}
