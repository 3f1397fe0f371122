package dev.forebay.bedrock.translate;

import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** Writes answers as one family's InvokeModel gives them. */
interface AnswerWriter {
  /** The body of a unary answer. */
  ObjectNode whole(List<Block> blocks, AnswerEnd ending) throws UntranslatableException;

  /** The chunks of a streamed answer, each of which goes to {@code out}. */
  Chunks chunks(Consumer<ObjectNode> out);

  /**
   * Writes one streamed answer: begin, its blocks one after the other, end. Blocks count from 0
   * without a gap.
   */
  interface Chunks {
    void begin();

    void beginText(int index);

    void text(int index, String text);

    void beginTool(int index, String id, String name) throws UntranslatableException;

    /** Another piece of the tool's input, which is JSON once all pieces are together. */
    void toolInput(int index, String json) throws UntranslatableException;

    void endBlock(int index);

    /** The last chunk, after any others that come before it. */
    ObjectNode end(AnswerEnd ending);
  }
}
