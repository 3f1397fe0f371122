package dev.forebay.bedrock;

import java.util.List;

/**
 * Where a body keeps the most output tokens it allows.
 *
 * @param parent the top-level object that holds it; empty if it is itself at the top
 */
record OutputLimit(String parent, String name) {
  private static final OutputLimit CONVERSE = new OutputLimit("inferenceConfig", "maxTokens");

  /** How Nova's native bodies write it as well. */
  private static final OutputLimit NOVA_SNAKE =
      new OutputLimit("inferenceConfig", "max_new_tokens");

  private static final OutputLimit MESSAGES = new OutputLimit("", "max_tokens");

  /** OpenAI's later name for the same, reasoning included. */
  private static final OutputLimit COMPLETION = new OutputLimit("", "max_completion_tokens");

  /** Claude's text completions. */
  private static final OutputLimit SAMPLE = new OutputLimit("", "max_tokens_to_sample");

  /** AI21's Jurassic. */
  private static final OutputLimit JURASSIC = new OutputLimit("", "maxTokens");

  private static final OutputLimit TITAN = new OutputLimit("textGenerationConfig", "maxTokenCount");
  private static final OutputLimit LLAMA = new OutputLimit("", "max_gen_len");

  /** Chat models without a limit: more than most answers are, less than the models' maximum. */
  private static final int PLANNED_CHAT = 4096;

  private static final int PLANNED_TEXT = 512;

  /** The places to look at; all that are known when the model is not. */
  static List<OutputLimit> of(Operation operation, ModelFamily family) {
    return switch (operation) {
      case COUNT_TOKENS -> List.of();
      case CONVERSE, CONVERSE_STREAM -> List.of(CONVERSE);
      case INVOKE, INVOKE_STREAM ->
          switch (family.form()) {
            case ANTHROPIC -> List.of(MESSAGES, SAMPLE);
            case MISTRAL_PROMPT,
                MISTRAL_CHAT,
                MISTRAL_PROMPT_OR_CHAT,
                COHERE_CHAT,
                DEEPSEEK_PROMPT ->
                List.of(MESSAGES);
            case CHAT -> List.of(MESSAGES, COMPLETION);
            case NOVA -> List.of(CONVERSE, NOVA_SNAKE);
            case TITAN_TEXT -> List.of(TITAN);
            case EMBEDDING -> List.of();
            case LLAMA -> List.of(LLAMA);
            case NOT_CHAT, OTHER ->
                List.of(MESSAGES, COMPLETION, SAMPLE, JURASSIC, CONVERSE, NOVA_SNAKE, TITAN, LLAMA);
          };
    };
  }

  /** What to plan with when the body sets no limit. */
  static int planned(Operation operation, ModelFamily family) {
    return switch (operation) {
      case COUNT_TOKENS -> 0;
      case CONVERSE, CONVERSE_STREAM -> PLANNED_CHAT;
      case INVOKE, INVOKE_STREAM ->
          switch (family.form()) {
            case ANTHROPIC, NOVA, CHAT, COHERE_CHAT, DEEPSEEK_PROMPT, NOT_CHAT, OTHER ->
                PLANNED_CHAT;
            case TITAN_TEXT, LLAMA, MISTRAL_PROMPT, MISTRAL_CHAT, MISTRAL_PROMPT_OR_CHAT ->
                PLANNED_TEXT;
            case EMBEDDING -> 0;
          };
    };
  }
}
