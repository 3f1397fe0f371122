package dev.forebay.it;

import java.util.Locale;

/**
 * A family of models with an InvokeModel body that asks for 77 tokens, as applications write it.
 */
public enum FamilyBody {
  ANTHROPIC(
      "anthropic.claude-opus-4-5-20251101-v1:0",
      """
      {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 77, "temperature": 0.5,
       "messages": [{"role": "user", "content": "Hello"}]}""",
      "/content/0/text",
      "\"type\":\"message_stop\""),
  NOVA(
      "amazon.nova-pro-v1:0",
      """
      {"schemaVersion": "messages-v1", "inferenceConfig": {"maxTokens": 77, "temperature": 0.5},
       "messages": [{"role": "user", "content": [{"text": "Hello"}]}]}""",
      "/output/message/content/0/text",
      "\"metadata\":"),
  LLAMA(
      "meta.llama3-1-70b-instruct-v1:0",
      """
      {"prompt": "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\\n\\nHello<|eot_id|><|start_header_id|>assistant<|end_header_id|>\\n\\n",
       "max_gen_len": 77, "temperature": 0.5}""",
      "/generation",
      "\"stop_reason\":\"stop\""),
  MISTRAL(
      "mistral.mistral-large-2402-v1:0",
      """
      {"prompt": "<s>[INST] Hello [/INST]", "max_tokens": 77, "temperature": 0.5}""",
      "/outputs/0/text",
      "\"stop_reason\":\"stop\""),
  TITAN(
      "amazon.titan-text-premier-v1:0",
      """
      {"inputText": "Hello", "textGenerationConfig": {"maxTokenCount": 77, "temperature": 0.5}}""",
      "/results/0/outputText",
      "\"completionReason\":\"FINISH\""),
  OPENAI(
      "openai.gpt-oss-120b-1:0",
      """
      {"max_completion_tokens": 77, "temperature": 0.5, "reasoning_effort": "low",
       "messages": [{"role": "user", "content": "Hello"}]}""",
      "/choices/0/message/content",
      "\"finish_reason\":\"stop\""),
  QWEN(
      "qwen.qwen3-32b-v1:0",
      """
      {"max_tokens": 77, "temperature": 0.5,
       "messages": [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}]}""",
      "/choices/0/message/content",
      "\"finish_reason\":\"stop\""),
  COHERE(
      "cohere.command-r-v1:0",
      """
      {"message": "Hello", "max_tokens": 77, "temperature": 0.5}""",
      "/text",
      "\"is_finished\":true"),
  DEEPSEEK(
      "deepseek.r1-v1:0",
      """
      {"prompt": "<\uff5cbegin\u2581of\u2581sentence\uff5c><\uff5cUser\uff5c>Hello<\uff5cAssistant\uff5c><think>\\n",
       "max_tokens": 77, "temperature": 0.5}""",
      "/choices/0/text",
      "\"stop_reason\":\"stop\"");

  /** The model's id. */
  public final String model;

  public final String body;

  /** Where a unary answer has its text. */
  public final String text;

  /** What the last chunk of a stream has in it. */
  public final String lastWord;

  FamilyBody(String model, String body, String text, String lastWord) {
    this.model = model;
    this.body = body;
    this.text = text;
    this.lastWord = lastWord;
  }

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A model id that is of this family, and the name of a route to another. */
  public String routeTo(FamilyBody other) {
    return model + "-or-" + other.label();
  }
}
