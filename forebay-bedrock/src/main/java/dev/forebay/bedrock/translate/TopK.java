package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.ModelFamily.Form;
import tools.jackson.databind.node.ObjectNode;

/** Says how many tokens to choose from, for which Converse has no field of its own. */
final class TopK {
  private TopK() {}

  /** Adds the draft's {@code top_k} for a model of that family, which is known to take one. */
  static void add(ConverseDraft draft, ModelFamily family) {
    if (draft.topK().isEmpty()) {
      return;
    }
    ObjectNode fields = draft.converse().putObject("additionalModelRequestFields");
    if (family.form() == Form.NOVA) {
      fields.putObject("inferenceConfig").put("topK", draft.topK().getAsInt());
    } else {
      fields.put("top_k", draft.topK().getAsInt());
    }
  }
}
