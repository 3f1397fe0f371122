package dev.forebay.bedrock.translate;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A prompt in the template of Llama 2 and of Mistral: {@code <s>[INST] question [/INST] answer
 * </s>} for each pair of turns, where Llama 2 has {@code <<SYS>>} and a system prompt in the first.
 */
final class InstPrompt {
  private static final String ASK = "[INST]";
  private static final String ASKED = "[/INST]";
  private static final String BEGIN = "<s>";
  private static final String OVER = "</s>";

  private static final Pattern SYSTEM =
      Pattern.compile("\\A\\s*<<SYS>>(.*?)<</SYS>>(.*)\\z", Pattern.DOTALL);

  /** What would mean something to the model within a turn. */
  private static final Pattern SPECIAL =
      Pattern.compile("</?s>|\\[/?(?:INST|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|SYSTEM_PROMPT)]");

  private InstPrompt() {}

  /** Whether the prompt is written in the template, or in parts of it. */
  static boolean isOne(String prompt) {
    return SPECIAL.matcher(prompt).find();
  }

  static void read(String prompt, ConverseDraft draft) {
    Turns turns = new Turns(draft);
    String left = begun(prompt);
    while (!left.isEmpty()) {
      int asked = left.indexOf(ASKED);
      if (!left.startsWith(ASK) || asked < 0) {
        draft.obstacle("a prompt that departs from its template");
        return;
      }
      question(left.substring(ASK.length(), asked), turns, draft);
      left = left.substring(asked + ASKED.length());
      int over = left.indexOf(OVER);
      int next = left.indexOf(ASK);
      int end = over < 0 ? (next < 0 ? left.length() : next) : over;
      turns.assistant(plain(left.substring(0, end), draft));
      left = begun(left.substring(over < 0 ? end : over + OVER.length()));
    }
  }

  private static void question(String text, Turns turns, ConverseDraft draft) {
    Matcher system = SYSTEM.matcher(text);
    if (system.matches()) {
      turns.system(plain(system.group(1), draft));
      turns.user(plain(system.group(2), draft));
    } else {
      turns.user(plain(text, draft));
    }
  }

  private static String plain(String text, ConverseDraft draft) {
    if (isOne(text)) {
      draft.obstacle("special tokens within a turn");
    }
    return text;
  }

  private static String begun(String text) {
    String left = text.strip();
    return left.startsWith(BEGIN) ? left.substring(BEGIN.length()).strip() : left;
  }
}
