package dev.forebay.bedrock.translate;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Llama's prompt, in one of its templates or plain. */
final class LlamaRequest {
  private static final int DEFAULT_MAX_TOKENS = 512;

  private LlamaRequest() {}

  static void read(ObjectNode body, ConverseDraft draft) {
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      JsonNode value = field.getValue();
      switch (field.getKey()) {
        case "prompt" -> prompt(value.asString(""), draft);
        case "max_gen_len" -> draft.number("maxTokens", value);
        case "temperature" -> draft.number("temperature", value);
        case "top_p" -> draft.number("topP", value);
        default -> draft.unknown("", field.getKey(), value);
      }
    }
    draft.maxTokensUnlessSet(DEFAULT_MAX_TOKENS);
  }

  private static void prompt(String prompt, ConverseDraft draft) {
    HeaderPrompt.of(prompt)
        .ifPresentOrElse(
            template -> template.read(prompt, draft), () -> withoutHeaders(prompt, draft));
  }

  private static void withoutHeaders(String prompt, ConverseDraft draft) {
    if (InstPrompt.isOne(prompt)) {
      InstPrompt.read(prompt, draft);
      return;
    }
    if (HeaderPrompt.hasSpecialToken(prompt)) {
      draft.obstacle("a prompt that departs from its template");
    }
    new Turns(draft).user(prompt);
  }
}
