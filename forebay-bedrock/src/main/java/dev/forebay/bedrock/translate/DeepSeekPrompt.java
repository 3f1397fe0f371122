package dev.forebay.bedrock.translate;

/**
 * A prompt in the template of DeepSeek R1: a system prompt, then for each pair of turns the mark of
 * the user, a question, the mark of the assistant, an answer and the mark of its end.
 */
final class DeepSeekPrompt {
  private static final String BEGIN = mark("begin\u2581of\u2581sentence");
  private static final String END = mark("end\u2581of\u2581sentence");
  private static final String USER = mark("User");
  private static final String ASSISTANT = mark("Assistant");

  /** The cue to reason. */
  private static final String THINK = "<think>";

  private static final String THOUGHT = "</think>";

  private DeepSeekPrompt() {}

  static void read(String prompt, ConverseDraft draft) {
    Turns turns = new Turns(draft);
    if (!hasMark(prompt)) {
      turns.user(prompt);
      return;
    }
    String left = prompt.strip();
    if (left.startsWith(BEGIN)) {
      left = left.substring(BEGIN.length());
    }
    int first = left.indexOf(USER);
    if (first < 0) {
      draft.obstacle("a prompt that departs from its template");
      return;
    }
    turns.system(plain(left.substring(0, first), draft));
    left = left.substring(first);
    while (!left.isBlank()) {
      int asked = left.indexOf(ASSISTANT);
      if (!left.startsWith(USER)) {
        draft.obstacle("a prompt that departs from its template");
        return;
      }
      turns.user(plain(left.substring(USER.length(), asked < 0 ? left.length() : asked), draft));
      left = asked < 0 ? "" : left.substring(asked + ASSISTANT.length());
      int next = left.indexOf(USER);
      answer(left.substring(0, next < 0 ? left.length() : next), turns, draft);
      left = next < 0 ? "" : left.substring(next);
    }
  }

  /** An answer without its reasoning; one that has none yet is the cue to speak. */
  private static void answer(String text, Turns turns, ConverseDraft draft) {
    String said = text.strip();
    if (said.endsWith(END)) {
      said = said.substring(0, said.length() - END.length());
    }
    int thought = said.indexOf(THOUGHT);
    if (thought >= 0) {
      said = said.substring(thought + THOUGHT.length());
    } else if (said.strip().equals(THINK)) {
      said = "";
    }
    turns.assistant(plain(said, draft));
  }

  private static boolean hasMark(String text) {
    return text.contains("<\uff5c");
  }

  private static String plain(String text, ConverseDraft draft) {
    if (hasMark(text)) {
      draft.obstacle("special tokens within a turn");
    }
    return text;
  }

  private static String mark(String name) {
    return "<\uff5c" + name + "\uff5c>";
  }
}
