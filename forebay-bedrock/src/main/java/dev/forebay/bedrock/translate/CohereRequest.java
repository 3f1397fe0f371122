package dev.forebay.bedrock.translate;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Cohere's chat of Command R: a message, and what was said before it. */
final class CohereRequest {
  private final ConverseDraft draft;

  private CohereRequest(ConverseDraft draft) {
    this.draft = draft;
  }

  static void read(ObjectNode body, ConverseDraft draft) {
    CohereRequest request = new CohereRequest(draft);
    draft.system(Trees.text(body, "preamble"));
    Trees.elements(body.path("chat_history")).forEach(request::turn);
    request.say("user", Trees.text(body, "message"));
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      request.field(field.getKey(), field.getValue());
    }
  }

  /** The turns of that conversation with the answer, as this form repeats them. */
  static ArrayNode history(ObjectNode body) {
    ArrayNode history = Trees.object().putArray("chat_history");
    history.addAll(Trees.elements(body.path("chat_history")));
    history.addObject().put("role", "USER").put("message", Trees.text(body, "message"));
    return history;
  }

  private void field(String name, JsonNode value) {
    switch (name) {
      case "message", "chat_history", "preamble" -> {
        if (!value.isString() && !value.isArray() && !value.isNull()) {
          draft.obstacle("a malformed " + name);
        }
      }
      case "max_tokens" -> draft.number("maxTokens", value);
      case "temperature" -> draft.number("temperature", value);
      case "p" -> draft.number("topP", value);
      case "k" -> {
        if (value.asInt(1) != 0) {
          draft.topK(value);
        }
      }
      case "stop_sequences" -> draft.stopSequences(value);
      // How the model comes to its answer, not what is asked of it.
      case "seed", "frequency_penalty", "presence_penalty" ->
          draft.leaveOut(name, value, Adaptation.SAMPLING);
      case "prompt_truncation" -> {
        if (!value.asString("").equals("OFF")) {
          draft.unknown("", name, value);
        }
      }
      case "search_queries_only", "return_prompt", "raw_prompting", "force_single_step", "stream" ->
          draft.switchedOff(name, value);
      default -> {
        if (!Trees.isBlank(value)) {
          draft.unknown("", name, value);
        }
      }
    }
  }

  private void turn(JsonNode value) {
    if (!(value instanceof ObjectNode turn)) {
      draft.obstacle("a malformed turn");
      return;
    }
    draft.only(turn, "a turn's ", Set.of("role", "message", "tool_calls"));
    if (!Trees.isBlank(turn.path("tool_calls"))) {
      draft.obstacle("a turn's tool_calls");
    }
    switch (Trees.text(turn, "role").toUpperCase(Locale.ROOT)) {
      case "USER" -> say("user", Trees.text(turn, "message"));
      case "CHATBOT" -> say("assistant", Trees.text(turn, "message"));
      case "SYSTEM" -> {
        if (draft.converse().has("messages")) {
          draft.obstacle("a system prompt in the midst of the conversation");
        }
        draft.system(Trees.text(turn, "message"));
      }
      default -> draft.obstacle("a turn of another role than system, user or chatbot");
    }
  }

  private void say(String role, String text) {
    if (!text.isEmpty()) {
      Trees.addText(draft.message(role), text);
    }
  }
}
