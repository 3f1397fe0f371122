package dev.forebay.bedrock.translate;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The form of the answer to one InvokeModel body.
 *
 * @param usage whether a stream in OpenAI's chat form ends with a chunk of its usage
 * @param history the turns that Cohere's form repeats in its answer, empty in any other
 */
record AnswerForm(BodyForm form, boolean usage, ArrayNode history) {
  /** The form that answers that body. */
  static AnswerForm of(BodyForm form, ObjectNode body) {
    JsonNode usage = body.path("stream_options").path("include_usage");
    return new AnswerForm(
        form,
        usage.isBoolean() && usage.asBoolean(),
        form == BodyForm.COHERE_CHAT
            ? CohereRequest.history(body)
            : Trees.object().putArray("chat_history"));
  }

  /**
   * Writes answers in the form.
   *
   * @param id the answer's id: letters and digits
   * @param model the model that answers
   * @param createdSeconds when, in seconds since 1970
   * @param request the Converse request that is answered
   */
  AnswerWriter writer(String id, String model, long createdSeconds, ObjectNode request) {
    return switch (form) {
      case ANTHROPIC -> AnthropicAnswer.to(request, "msg_bdrk_" + id, model);
      case NOVA -> new NovaAnswer();
      case LLAMA -> new LlamaAnswer();
      case MISTRAL_PROMPT -> new MistralPromptAnswer();
      case MISTRAL_CHAT -> new MistralChatAnswer();
      case CHAT -> new ChatAnswer("chatcmpl-" + id, model, createdSeconds, usage);
      case COHERE_CHAT -> new CohereAnswer(id, history);
      case DEEPSEEK_PROMPT -> new DeepSeekAnswer();
      case TITAN -> new TitanAnswer();
    };
  }
}
