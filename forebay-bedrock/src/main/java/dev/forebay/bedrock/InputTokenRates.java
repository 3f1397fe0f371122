package dev.forebay.bedrock;

/**
 * What a model's input costs beside its text, in tokens: the first guess, which the answers' own
 * counts correct (see {@code InputCorrection} of the core). The figures are medians of recorded
 * answers.
 *
 * @param call what the model's template adds to each call
 * @param toolSet what it adds to a call that offers tools, beside the tools themselves
 * @param tool what it adds to each tool, beside its text
 * @param pdf the first page of a PDF, where the model is shown pages; its text where it is not
 * @param citations what a call adds whose documents are to be cited
 * @param image how images are counted
 */
record InputTokenRates(int call, int toolSet, int tool, int pdf, int citations, ImageRule image) {
  private static final int PDF_TEXT = 100;
  private static final String CLAUDE_ID = "anthropic.claude-";

  private static final InputTokenRates CLAUDE =
      new InputTokenRates(0, 450, 45, 2200, 650, ImageRule.BY_AREA);

  /** Claude before 4: with a shorter prompt for tools, and the text alone of a PDF. */
  private static final InputTokenRates OLD_CLAUDE =
      new InputTokenRates(0, 270, 45, PDF_TEXT, 650, ImageRule.BY_AREA);

  private static final InputTokenRates NOVA =
      new InputTokenRates(0, 300, 45, 2500, 0, ImageRule.NOVA);
  private static final InputTokenRates NOVA_2 =
      new InputTokenRates(0, 830, 45, 2500, 0, ImageRule.NOVA);

  private static final InputTokenRates LLAMA =
      new InputTokenRates(5, 90, 30, PDF_TEXT, 0, ImageRule.BY_AREA);

  /** gpt-oss, whose template has a system prompt of its own. */
  private static final InputTokenRates OPENAI =
      new InputTokenRates(60, 10, 10, PDF_TEXT, 0, ImageRule.BY_AREA);

  private static final InputTokenRates OTHER =
      new InputTokenRates(0, 0, 0, PDF_TEXT, 0, ImageRule.BY_AREA);

  /** How a family counts an image. */
  enum ImageRule {
    /** A token for 750 pixels, after the longer edge was brought down to 1,568. */
    BY_AREA,
    /** 530 tokens and one more for 150 pixels. */
    NOVA;

    /** Where the size is not known: that of the largest image of {@link #BY_AREA}. */
    static final int LARGEST = 1600;

    private static final double LONGEST_EDGE = 1568;
    private static final int NOVA_LEAST = 530;
    private static final int NOVA_LARGEST = 1830;

    int tokens(int width, int height) {
      if (width <= 0 || height <= 0) {
        return LARGEST;
      }
      double scale = Math.min(1, LONGEST_EDGE / Math.max(width, height));
      double pixels = width * scale * height * scale;
      return switch (this) {
        case BY_AREA -> (int) Math.clamp(Math.ceil(pixels / 750), 1, LARGEST);
        case NOVA -> (int) Math.min(NOVA_LARGEST, NOVA_LEAST + pixels / 150);
      };
    }
  }

  /**
   * The rates of a model.
   *
   * @param model its id without a geography; anything else if that is not known
   */
  static InputTokenRates of(ModelFamily family, String model) {
    return switch (family.form()) {
      case ANTHROPIC -> isOldClaude(model) ? OLD_CLAUDE : CLAUDE;
      case NOVA -> model.startsWith("amazon.nova-2") ? NOVA_2 : NOVA;
      case LLAMA -> LLAMA;
      case CHAT -> family.equals(ModelFamily.OPENAI) ? OPENAI : OTHER;
      default -> OTHER;
    };
  }

  private static boolean isOldClaude(String model) {
    int version = CLAUDE_ID.length();
    return model.startsWith(CLAUDE_ID)
        && (model.startsWith("3-", version)
            || model.startsWith("v2", version)
            || model.startsWith("instant", version));
  }
}
