package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.Frame;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns the events of one ConverseStream answer into the chunks of InvokeModelWithResponseStream.
 *
 * <p>The last chunk waits for the {@code metadata}, which Converse sends after its {@code
 * messageStop} and InvokeModel with the last chunk. Not thread-safe.
 */
public final class StreamTranslation {
  private static final int NONE = -1;

  private final AnswerWriter.Chunks chunks;
  private final BiConsumer<ObjectNode, StopReason> addGuardrailAction;
  private final Consumer<byte[]> frames;

  private boolean begun;
  private @Nullable StopReason stop;
  private boolean over;

  /** The block that is open, by its index in the source; blocks that are left out never are. */
  private int open = NONE;

  /** Whether that is a tool's use. */
  private boolean openTool;

  private int blocks;

  /** Blank text at the beginning of a block, which begins only once there is more. */
  private final StringBuilder blank = new StringBuilder();

  /** The block that it belongs to, by its index in the source. */
  private int blankOf = NONE;

  StreamTranslation(
      AnswerWriter writer,
      BiConsumer<ObjectNode, StopReason> addGuardrailAction,
      Consumer<byte[]> frames) {
    this.chunks = writer.chunks(this::emit);
    this.addGuardrailAction = addGuardrailAction;
    this.frames = frames;
  }

  /** Takes the next event; one of no known type says nothing in the form that was asked for. */
  public void read(Frame event) throws UntranslatableException {
    String type = event.header(":event-type");
    switch (type == null ? "" : type) {
      case "messageStart" -> begin();
      case "contentBlockStart" -> blockStart(Translation.read(event.payload()));
      case "contentBlockDelta" -> delta(Translation.read(event.payload()));
      case "contentBlockStop" -> closeBlock();
      case "messageStop" -> {
        closeBlock();
        stop = StopReason.of(Trees.text(Translation.read(event.payload()), "stopReason"));
      }
      case "metadata" -> end(Translation.read(event.payload()));
      default -> {}
    }
  }

  /** The stream has ended after its {@code messageStop}, with or without its metadata. */
  public void end() {
    end(Trees.object());
  }

  static UntranslatableException unknownContent() {
    return new UntranslatableException(
        "The model's answer has content that cannot be passed on in the form it was asked for.");
  }

  private void begin() {
    if (!begun) {
      begun = true;
      chunks.begin();
    }
  }

  private void blockStart(JsonNode event) throws UntranslatableException {
    begin();
    closeBlock();
    JsonNode use = event.path("start").path("toolUse");
    if (use.isObject()) {
      open = event.path("contentBlockIndex").asInt(0);
      openTool = true;
      chunks.beginTool(blocks, Trees.text(use, "toolUseId"), Trees.text(use, "name"));
    } else if (!event.path("start").isEmpty()) {
      throw unknownContent();
    }
  }

  /**
   * Texts have no start event. Reasoning that was not asked for is left out, and so is a block of
   * blank text: a caller would send it back with the next turn, and Bedrock refuse it.
   */
  private void delta(JsonNode event) throws UntranslatableException {
    begin();
    int index = event.path("contentBlockIndex").asInt(0);
    JsonNode delta = event.path("delta");
    if (delta.path("text").isString()) {
      text(index, Trees.text(delta, "text"));
    } else if (delta.path("toolUse").isObject() && open == index && openTool) {
      chunks.toolInput(blocks, Trees.text(delta.path("toolUse"), "input"));
    } else if (!delta.isEmpty() && !delta.has("reasoningContent")) {
      throw unknownContent();
    }
  }

  private void text(int index, String text) {
    if (open == index && !openTool) {
      chunks.text(blocks, text);
      return;
    }
    if (blankOf != index) {
      blank.setLength(0);
      blankOf = index;
    }
    blank.append(text);
    if (!text.isBlank()) {
      closeBlock();
      open = index;
      openTool = false;
      chunks.beginText(blocks);
      chunks.text(blocks, blank.toString());
      blank.setLength(0);
    }
  }

  private void closeBlock() {
    if (open != NONE) {
      chunks.endBlock(blocks);
      open = NONE;
      blocks++;
    }
  }

  private void end(JsonNode metadata) {
    if (stop == null || over) {
      return;
    }
    over = true;
    begin();
    AnswerEnd ending = AnswerEnd.of(stop, metadata);
    ObjectNode last = chunks.end(ending);
    addGuardrailAction.accept(last, stop);
    ending.addMetrics(last);
    emit(last);
  }

  private void emit(ObjectNode chunk) {
    frames.accept(frame(chunk));
  }

  /** A chunk as a frame of the stream. */
  static byte[] frame(ObjectNode chunk) {
    ObjectNode payload = Trees.object().put("bytes", Trees.write(chunk));
    return Frame.event("chunk", Trees.write(payload));
  }
}
