package dev.forebay.bedrock.translate;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A prompt in the template of Llama 3 and later: {@code <|start_header_id|>user<|end_header_id|>},
 * a text and {@code <|eot_id|>} for each turn.
 *
 * @param start what a turn begins with
 * @param end what ends its role
 * @param over what ends the turn
 */
record HeaderPrompt(String start, String end, String over) {
  private static final List<HeaderPrompt> TEMPLATES =
      List.of(
          new HeaderPrompt("<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"),
          new HeaderPrompt("<|header_start|>", "<|header_end|>", "<|eot|>"));

  private static final String BEGIN = "<|begin_of_text|>";
  private static final Pattern SPECIAL = Pattern.compile("<\\|[a-z_]+\\|>");

  /** The template that the prompt is written in, if it is one. */
  static Optional<HeaderPrompt> of(String prompt) {
    return TEMPLATES.stream().filter(template -> prompt.contains(template.start)).findFirst();
  }

  /** Whether the text has any token in it that means something to the model. */
  static boolean hasSpecialToken(String text) {
    return SPECIAL.matcher(text).find();
  }

  void read(String prompt, ConverseDraft draft) {
    Turns turns = new Turns(draft);
    String left = prompt.strip();
    if (left.startsWith(BEGIN)) {
      left = left.substring(BEGIN.length()).strip();
    }
    while (!left.isEmpty()) {
      int role = left.indexOf(end);
      if (!left.startsWith(start) || role < 0) {
        draft.obstacle("a prompt that departs from its template");
        return;
      }
      int next = left.indexOf(over, role);
      String text = left.substring(role + end.length(), next < 0 ? left.length() : next);
      turn(left.substring(start.length(), role), text, turns, draft);
      left = next < 0 ? "" : left.substring(next + over.length()).strip();
    }
  }

  private static void turn(String role, String text, Turns turns, ConverseDraft draft) {
    if (hasSpecialToken(text)) {
      draft.obstacle("special tokens within a turn");
    }
    switch (role.strip()) {
      case "system" -> turns.system(text);
      case "user" -> turns.user(text);
      case "assistant" -> turns.assistant(text);
      default -> draft.obstacle("a turn of another role than system, user or assistant");
    }
  }
}
