package dev.forebay.bedrock;

import dev.forebay.bedrock.JsonCursor.Token;
import dev.forebay.core.TokenUsage;

/**
 * Token counts gathered from an answer, under any of the names that the families give them. A later
 * count replaces an earlier one: streams count cumulatively. Bedrock's input counts exclude cached
 * tokens, but in OpenAI's chat form, whose {@code prompt_tokens} are all of them: those cached are
 * not counted apart there.
 */
final class UsageTally {
  private static final int UNSEEN = -1;

  private int input = UNSEEN;
  private int output = UNSEEN;
  private int cacheRead;
  private int cacheWrite;

  /** Reads the counts in the object that the cursor stands at; any other value is passed over. */
  void readObject(JsonCursor json) {
    if (json.currentToken() != Token.START_OBJECT) {
      json.skipChildren();
      return;
    }
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      json.nextToken();
      take(name, json);
    }
  }

  /** Takes the value that the cursor stands at if its name is a count's, and passes over it. */
  void take(String name, JsonCursor json) {
    if (json.currentToken() != Token.VALUE_NUMBER_INT || json.textBytes() > JsonNumber.INT_BYTES) {
      json.skipChildren();
      return;
    }
    int count = Math.max(0, json.getIntValue());
    switch (name) {
      case "inputTokens",
          "input_tokens",
          "inputTokenCount",
          "inputTextTokenCount",
          "prompt_token_count",
          "prompt_tokens" ->
          input = count;
      case "outputTokens",
          "output_tokens",
          "outputTokenCount",
          "totalOutputTextTokenCount",
          "tokenCount",
          "generation_token_count",
          "completion_tokens" ->
          output = count;
      case "cacheReadInputTokens", "cache_read_input_tokens", "cacheReadInputTokenCount" ->
          cacheRead = count;
      case "cacheWriteInputTokens", "cache_creation_input_tokens", "cacheWriteInputTokenCount" ->
          cacheWrite = count;
      default -> {}
    }
  }

  TokenUsage usage() {
    return usage(0, 0);
  }

  /** The counts, with these where the answer gave none. */
  TokenUsage usage(int otherInput, int otherOutput) {
    return new TokenUsage(
        input == UNSEEN ? otherInput : input,
        output == UNSEEN ? otherOutput : output,
        cacheRead,
        cacheWrite);
  }
}
