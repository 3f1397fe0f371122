package dev.forebay.bedrock.translate;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Titan's text: a conversation in its template of {@code User:} and {@code Bot:}, or plain. */
final class TitanRequest {
  private static final int DEFAULT_MAX_TOKENS = 512;

  private static final Pattern CONVERSATION =
      Pattern.compile("\\A\\s*User:.*\\n\\s*Bot:\\s*\\z", Pattern.DOTALL);

  private static final Pattern TURN = Pattern.compile("(?:\\A|\\n)[ \\t]*(User|Bot):");

  private TitanRequest() {}

  static void read(ObjectNode body, ConverseDraft draft) {
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      JsonNode value = field.getValue();
      switch (field.getKey()) {
        case "inputText" -> text(value.asString(""), draft);
        case "textGenerationConfig" ->
            value
                .properties()
                .forEach(setting -> setting(setting.getKey(), setting.getValue(), draft));
        default -> draft.unknown("", field.getKey(), value);
      }
    }
    draft.maxTokensUnlessSet(DEFAULT_MAX_TOKENS);
  }

  private static void setting(String name, JsonNode value, ConverseDraft draft) {
    switch (name) {
      case "maxTokenCount" -> draft.number("maxTokens", value);
      case "temperature" -> draft.number("temperature", value);
      case "topP" -> draft.number("topP", value);
      case "stopSequences" -> draft.stopSequences(value);
      default -> draft.unknown("textGenerationConfig.", name, value);
    }
  }

  private static void text(String text, ConverseDraft draft) {
    Turns turns = new Turns(draft);
    if (!CONVERSATION.matcher(text).matches()) {
      turns.user(text);
      return;
    }
    String conversation = text.strip();
    Matcher turn = TURN.matcher(conversation);
    boolean more = turn.find();
    while (more) {
      boolean user = turn.group(1).equals("User");
      int from = turn.end();
      more = turn.find();
      String said = conversation.substring(from, more ? turn.start() : conversation.length());
      if (user) {
        turns.user(said);
      } else {
        turns.assistant(said);
      }
    }
  }
}
