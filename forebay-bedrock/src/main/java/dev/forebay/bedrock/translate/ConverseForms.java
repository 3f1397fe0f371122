package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.Frame;
import dev.forebay.bedrock.FrameSplitter;
import dev.forebay.bedrock.MalformedFrameException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns a whole answer of Converse into one of ConverseStream, and the other way round, with all
 * that it says. What holds anything that the other form is not known to carry is not turned.
 */
public final class ConverseForms {
  private static final String INDEX = "contentBlockIndex";
  private static final Set<String> ANSWER =
      Set.of(
          "output",
          "stopReason",
          "usage",
          "metrics",
          "trace",
          "performanceConfig",
          "serviceTier",
          "additionalModelResponseFields");
  static final List<String> METADATA =
      List.of("usage", "metrics", "trace", "performanceConfig", "serviceTier");

  /** What a tool's use says at its start, in both forms. */
  static final List<String> TOOL_START = List.of("toolUseId", "name", "type");

  private static final Set<String> TOOL_USE = Set.of("toolUseId", "name", "type", "input");
  private static final String MORE = "additionalModelResponseFields";

  private ConverseForms() {}

  /** The frames of the stream that says the same; empty if there is none. */
  public static Optional<byte[]> streamed(byte[] whole) {
    try {
      return Trees.read(whole) instanceof ObjectNode answer && hasOnly(answer, ANSWER)
          ? frames(answer)
          : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /** The body that says the same as a whole stream; empty if there is none. */
  public static Optional<byte[]> whole(byte[] stream) {
    List<Frame> frames = new ArrayList<>();
    try {
      new FrameSplitter().feed(stream, frames::add);
      ConverseCollector collector = new ConverseCollector();
      for (Frame frame : frames) {
        collector.read(frame.header(":event-type"), Trees.read(frame.payload()));
      }
      return collector.answer().map(Trees::write);
    } catch (MalformedFrameException | JacksonException e) {
      return Optional.empty();
    }
  }

  private static Optional<byte[]> frames(ObjectNode answer) {
    JsonNode message = answer.path("output").path("message");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(out, "messageStart", Trees.object().put("role", Trees.text(message, "role")));
    int index = 0;
    for (JsonNode block : Trees.elements(message.path("content"))) {
      if (isBlankText(block)) {
        continue;
      }
      if (!writeBlock(out, index++, block)) {
        return Optional.empty();
      }
    }
    ObjectNode stop = Trees.object().put("stopReason", Trees.text(answer, "stopReason"));
    copy(answer, stop, List.of(MORE));
    write(out, "messageStop", stop);
    ObjectNode metadata = Trees.object();
    copy(answer, metadata, METADATA);
    write(out, "metadata", metadata);
    return Optional.of(out.toByteArray());
  }

  /** A caller would send it back with the next turn, and Bedrock refuse it. */
  private static boolean isBlankText(JsonNode block) {
    return block.size() == 1
        && block.path("text").isString()
        && Trees.text(block, "text").isBlank();
  }

  private static boolean writeBlock(ByteArrayOutputStream out, int index, JsonNode block) {
    if (block.size() != 1) {
      return false;
    }
    JsonNode use = block.path("toolUse");
    JsonNode reasoning = block.path("reasoningContent").path("reasoningText");
    if (block.path("text").isString()) {
      delta(out, index, Trees.object().put("text", Trees.text(block, "text")));
    } else if (use instanceof ObjectNode tool && hasOnly(tool, TOOL_USE)) {
      ObjectNode start = at(index);
      copy(tool, start.putObject("start").putObject("toolUse"), TOOL_START);
      write(out, "contentBlockStart", start);
      ObjectNode input = Trees.object();
      input.putObject("toolUse").put("input", Trees.writeString(tool.path("input")));
      delta(out, index, input);
    } else if (reasoning instanceof ObjectNode text && hasOnly(text, Set.of("text", "signature"))) {
      for (String part : List.of("text", "signature")) {
        if (text.has(part)) {
          ObjectNode piece = Trees.object();
          piece.putObject("reasoningContent").put(part, Trees.text(text, part));
          delta(out, index, piece);
        }
      }
    } else {
      return false;
    }
    write(out, "contentBlockStop", at(index));
    return true;
  }

  private static void delta(ByteArrayOutputStream out, int index, ObjectNode delta) {
    ObjectNode event = at(index);
    event.set("delta", delta);
    write(out, "contentBlockDelta", event);
  }

  private static ObjectNode at(int index) {
    return Trees.object().put(INDEX, index);
  }

  private static void write(ByteArrayOutputStream out, String type, ObjectNode event) {
    out.writeBytes(Frame.event(type, Trees.write(event)));
  }

  static void copy(JsonNode from, ObjectNode to, List<String> names) {
    for (String name : names) {
      if (from.has(name)) {
        to.set(name, from.path(name));
      }
    }
  }

  static boolean hasOnly(JsonNode node, Set<String> known) {
    return node.propertyNames().stream()
        .allMatch(name -> known.contains(name) || node.path(name).isNull() || isPadding(name));
  }

  /** Bedrock pads some events, so that their lengths reveal nothing. */
  private static boolean isPadding(String name) {
    return name.equals("p");
  }
}
