package dev.forebay.bedrock;

/**
 * A family of models whose InvokeModel bodies have one shape, so that a body that is written for
 * one of them is taken by all. Converse bodies are the same for all models.
 *
 * <p>Two models of one provider are one family, unless {@link ModelFamilies} knows that their
 * bodies differ. The same form in two families is no promise that one takes the other's bodies:
 * providers differ in the fields that they refuse.
 *
 * @param name unique among families, such as {@code openai}; empty for {@link #UNKNOWN}
 * @param form the shape of the bodies, as far as it is known
 */
public record ModelFamily(String name, Form form) {
  /** Claude. */
  public static final ModelFamily ANTHROPIC = new ModelFamily("anthropic", Form.ANTHROPIC);

  /** Nova's text models. */
  public static final ModelFamily NOVA = new ModelFamily("nova", Form.NOVA);

  public static final ModelFamily TITAN_TEXT = new ModelFamily("titan-text", Form.TITAN_TEXT);
  public static final ModelFamily TITAN_EMBED = new ModelFamily("titan-embed", Form.EMBEDDING);
  public static final ModelFamily LLAMA = new ModelFamily("llama", Form.LLAMA);

  /** Mistral's models since 2025, such as Large 3 and Ministral. */
  public static final ModelFamily MISTRAL = new ModelFamily("mistral", Form.CHAT);

  /** Mistral 7B and Mixtral. */
  public static final ModelFamily MISTRAL_PROMPT =
      new ModelFamily("mistral-prompt", Form.MISTRAL_PROMPT);

  /** Mistral Large 24.07 and Pixtral. */
  public static final ModelFamily MISTRAL_CHAT = new ModelFamily("mistral-chat", Form.MISTRAL_CHAT);

  /** Mistral Large and Small of 24.02, which take a prompt or messages. */
  public static final ModelFamily MISTRAL_2402 =
      new ModelFamily("mistral-2402", Form.MISTRAL_PROMPT_OR_CHAT);

  public static final ModelFamily OPENAI = new ModelFamily("openai", Form.CHAT);

  /** Cohere's Command R and R+. */
  public static final ModelFamily COMMAND_R = new ModelFamily("cohere-command-r", Form.COHERE_CHAT);

  /** DeepSeek R1; its successors take messages. */
  public static final ModelFamily DEEPSEEK_R1 =
      new ModelFamily("deepseek-r1", Form.DEEPSEEK_PROMPT);

  /** A name without a known provider, and any ARN that does not show its model. */
  public static final ModelFamily UNKNOWN = new ModelFamily("", Form.OTHER);

  /** The shape of a family's InvokeModel bodies. */
  public enum Form {
    /** Anthropic Messages. */
    ANTHROPIC,
    NOVA,
    TITAN_TEXT,
    LLAMA,
    /** {@code prompt} in, {@code outputs} out. */
    MISTRAL_PROMPT,
    /** {@code messages} in, {@code choices} with a {@code stop_reason} out. */
    MISTRAL_CHAT,
    /** The two above, by what the body has. */
    MISTRAL_PROMPT_OR_CHAT,
    /** OpenAI's chat completions, which most providers have adopted. */
    CHAT,
    /** {@code message} and {@code chat_history} in, {@code text} out. */
    COHERE_CHAT,
    /** {@code prompt} in, {@code choices} with a {@code text} out. */
    DEEPSEEK_PROMPT,
    /** Vectors come out, which never mix with those of another model. */
    EMBEDDING,
    /** Images, video, speech or rankings come out; such models have no Converse. */
    NOT_CHAT,
    /** Another shape, or one that is not known. */
    OTHER
  }

  /**
   * The family that a model id, an inference profile's id ({@code us.}, {@code global.} and so on)
   * or an ARN names, by the built-in table alone.
   */
  public static ModelFamily of(String modelId) {
    return ModelFamilies.BUILT_IN.of(modelId);
  }

  /**
   * Whether models of both families take some bodies alike, by the body's own form, although they
   * are two families.
   */
  public boolean overlaps(ModelFamily other) {
    return overlaps(form, other.form) || overlaps(other.form, form);
  }

  private static boolean overlaps(Form either, Form one) {
    return either == Form.MISTRAL_PROMPT_OR_CHAT
        && (one == Form.MISTRAL_PROMPT || one == Form.MISTRAL_CHAT);
  }
}
