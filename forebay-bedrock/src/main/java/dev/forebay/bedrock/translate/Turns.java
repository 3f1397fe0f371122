package dev.forebay.bedrock.translate;

/** Puts the turns of a conversation that was written as one text into a draft. */
final class Turns {
  private final ConverseDraft draft;
  private boolean begun;

  Turns(ConverseDraft draft) {
    this.draft = draft;
  }

  void system(String text) {
    if (begun) {
      draft.obstacle("a system prompt in the midst of the conversation");
    }
    draft.system(text.strip());
  }

  void user(String text) {
    begun = true;
    Trees.addText(draft.message("user"), text.strip());
  }

  /** The model's turn; a blank one is its cue to speak. */
  void assistant(String text) {
    begun = true;
    if (!text.isBlank()) {
      Trees.addText(draft.message("assistant"), text.strip());
    }
  }
}
