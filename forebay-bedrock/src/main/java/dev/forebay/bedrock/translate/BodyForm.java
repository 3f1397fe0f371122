package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.ModelFamily;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** The form of an InvokeModel body that can be translated. Mistral's models have three. */
enum BodyForm {
  ANTHROPIC,
  NOVA,
  LLAMA,
  MISTRAL_PROMPT,
  MISTRAL_CHAT,
  CHAT,
  COHERE_CHAT,
  DEEPSEEK_PROMPT,
  TITAN;

  /** The form of a body for a model of that family, empty if it is not known. */
  static Optional<BodyForm> of(ModelFamily family, ObjectNode body) {
    return switch (family.form()) {
      case ANTHROPIC -> Optional.of(ANTHROPIC);
      case NOVA -> Optional.of(NOVA);
      case LLAMA -> Optional.of(LLAMA);
      case MISTRAL_PROMPT -> Optional.of(MISTRAL_PROMPT);
      case MISTRAL_CHAT -> Optional.of(MISTRAL_CHAT);
      case MISTRAL_PROMPT_OR_CHAT ->
          Optional.of(body.has("messages") ? MISTRAL_CHAT : MISTRAL_PROMPT);
      case TITAN_TEXT -> Optional.of(TITAN);
      case CHAT -> Optional.of(CHAT);
      case COHERE_CHAT -> Optional.of(COHERE_CHAT);
      case DEEPSEEK_PROMPT -> Optional.of(DEEPSEEK_PROMPT);
      case EMBEDDING, NOT_CHAT, OTHER -> Optional.empty();
    };
  }

  /** Whether a body in this form is also one for a model of that family. */
  boolean isFor(ModelFamily family, ObjectNode body) {
    return of(family, body).filter(form -> form == this).isPresent();
  }

  /** The body as a Converse request, with what of it has no place in one. */
  ConverseDraft read(ObjectNode body) {
    ConverseDraft draft = new ConverseDraft();
    switch (this) {
      case ANTHROPIC -> AnthropicRequest.read(body, draft);
      case NOVA -> NovaRequest.read(body, draft);
      case LLAMA -> LlamaRequest.read(body, draft);
      case MISTRAL_PROMPT -> MistralPromptRequest.read(body, draft);
      case MISTRAL_CHAT, CHAT -> ChatRequest.read(body, draft);
      case COHERE_CHAT -> CohereRequest.read(body, draft);
      case DEEPSEEK_PROMPT -> DeepSeekRequest.read(body, draft);
      case TITAN -> TitanRequest.read(body, draft);
    }
    draft.check();
    return draft;
  }
}
