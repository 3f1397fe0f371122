package dev.forebay.bedrock.translate;

import tools.jackson.databind.node.ObjectNode;

/** Images inside a request. */
final class Images {
  private Images() {}

  /** Whether Converse takes images of that format. */
  static boolean isFormat(String format) {
    return switch (format) {
      case "png", "jpeg", "gif", "webp" -> true;
      default -> false;
    };
  }

  /** A block with an image in base64. */
  static ObjectNode block(String format, String base64) {
    ObjectNode block = Trees.object();
    block.putObject("image").put("format", format).putObject("source").put("bytes", base64);
    return block;
  }
}
