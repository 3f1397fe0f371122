package dev.forebay.emulator;

/** Why an answer ends, in the words of each dialect. */
enum Stop {
  END("end_turn", "stop", "FINISH"),
  MAX_TOKENS("max_tokens", "length", "LENGTH"),
  TOOL("tool_use", "tool_calls", "FINISH"),
  GUARDRAIL("guardrail_intervened", "stop", "CONTENT_FILTERED");

  private final String messages;
  private final String completion;
  private final String titan;

  Stop(String messages, String completion, String titan) {
    this.messages = messages;
    this.completion = completion;
    this.titan = titan;
  }

  /** For Converse, Anthropic and Nova. */
  String messages() {
    return messages;
  }

  /** For Llama and Mistral. */
  String completion() {
    return completion;
  }

  String titan() {
    return titan;
  }
}
