package dev.forebay.bedrock.translate;

import dev.forebay.core.TokenUsage;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How an answer ended and what it took.
 *
 * @param latencyMs what the service says it took
 */
record AnswerEnd(StopReason stop, TokenUsage usage, long latencyMs) {
  /** Reads Converse's {@code usage} and {@code metrics}. */
  static AnswerEnd of(StopReason stop, JsonNode holder) {
    JsonNode usage = holder.path("usage");
    return new AnswerEnd(
        stop,
        new TokenUsage(
            count(usage, "inputTokens"),
            count(usage, "outputTokens"),
            count(usage, "cacheReadInputTokens"),
            count(usage, "cacheWriteInputTokens")),
        count(holder.path("metrics"), "latencyMs"));
  }

  /** Adds what InvokeModel streams carry in their last chunk. */
  void addMetrics(ObjectNode lastChunk) {
    ObjectNode metrics =
        lastChunk
            .putObject("amazon-bedrock-invocationMetrics")
            .put("inputTokenCount", usage.input())
            .put("outputTokenCount", usage.output())
            .put("invocationLatency", latencyMs);
    if (usage.cacheRead() + usage.cacheWrite() > 0) {
      metrics
          .put("cacheReadInputTokenCount", usage.cacheRead())
          .put("cacheWriteInputTokenCount", usage.cacheWrite());
    }
  }

  private static int count(JsonNode holder, String name) {
    return Math.max(0, holder.path(name).asInt(0));
  }
}
