package dev.forebay.emulator;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/**
 * What a request asks for, whatever its dialect.
 *
 * @param inputTokens an estimate: a quarter of the texts' bytes, and a flat price for an image
 */
record RequestedTokens(int inputTokens, OptionalLong maxTokens) {
  private static final int BYTES_PER_TOKEN = 4;

  /** A large image's price with Anthropic; its base64 text says nothing about tokens. */
  private static final long BYTES_PER_ATTACHMENT = 1600L * BYTES_PER_TOKEN;

  /** Reads a body, or refuses it in Bedrock's words. */
  static RequestedTokens of(JsonNode body, Dialect dialect) {
    if (!body.isObject()) {
      throw malformed("#: expected type: JSONObject");
    }
    JsonNode required = body.path(dialect.requiredKey());
    if (required.isMissingNode() || required.isNull()) {
      throw malformed("#: required key [" + dialect.requiredKey() + "] not found");
    }
    if (required.isArray() && required.isEmpty()) {
      throw dialect.nothingSaid();
    }
    long bytes = textBytes(body, "");
    int tokens = (int) Math.max(1, (bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN);
    OptionalLong maxTokens = maxTokens(body, dialect.maxTokensPointer());
    return new RequestedTokens(
        tokens,
        maxTokens.isPresent() ? maxTokens : maxTokens(body, dialect.olderMaxTokensPointer()));
  }

  static RefusedException malformed(String violation) {
    return new RefusedException(
        ErrorType.VALIDATION,
        "Malformed input request: " + violation + ", please reformat your input and try again.");
  }

  private static OptionalLong maxTokens(JsonNode body, String pointer) {
    JsonNode value = pointer.isEmpty() ? body.path("") : body.at(pointer);
    if (value.isMissingNode() || value.isNull()) {
      return OptionalLong.empty();
    }
    if (!value.isIntegralNumber() || value.longValue() < 1) {
      throw malformed("#" + pointer + ": expected a whole number of at least 1");
    }
    return OptionalLong.of(value.longValue());
  }

  private static long textBytes(JsonNode node, String key) {
    if (node.isString()) {
      boolean attachment =
          key.equals("bytes") || key.equals("data") || node.stringValue().startsWith("data:image/");
      return attachment
          ? BYTES_PER_ATTACHMENT
          : node.stringValue().getBytes(StandardCharsets.UTF_8).length;
    }
    long sum = 0;
    if (node.isObject()) {
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        sum += textBytes(field.getValue(), field.getKey());
      }
    } else {
      for (JsonNode item : node.values()) {
        sum += textBytes(item, key);
      }
    }
    return sum;
  }
}
