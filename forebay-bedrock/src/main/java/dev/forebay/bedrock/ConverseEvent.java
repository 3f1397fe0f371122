package dev.forebay.bedrock;

import dev.forebay.bedrock.JsonCursor.Token;
import dev.forebay.bedrock.StreamEvent.Kind;

/** The events of ConverseStream, which Nova's own chunks share. */
final class ConverseEvent {
  private ConverseEvent() {}

  /**
   * What an event of that type is, by its payload, which the cursor stands at and is led to the end
   * of. A block that starts with a tool's use and a delta with any text in it are content.
   */
  static Kind read(String type, JsonCursor json, UsageTally tally) {
    if (json.currentToken() != Token.START_OBJECT) {
      json.skipChildren();
      return Kind.UNKNOWN;
    }
    boolean content = false;
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      json.nextToken();
      switch (name) {
        case "start", "delta" -> content |= json.holdsText();
        case "usage" -> tally.readObject(json);
        default -> json.skipChildren();
      }
    }
    return switch (type) {
      case "messageStart", "contentBlockStop" -> Kind.PREAMBLE;
      case "contentBlockStart", "contentBlockDelta" -> content ? Kind.CONTENT : Kind.PREAMBLE;
      case "messageStop" -> Kind.TERMINAL;
      case "metadata" -> Kind.METADATA;
      default -> Kind.UNKNOWN;
    };
  }
}
