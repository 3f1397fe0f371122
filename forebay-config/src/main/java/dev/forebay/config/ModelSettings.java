package dev.forebay.config;

import dev.forebay.bedrock.ModelFamilies;
import dev.forebay.bedrock.model.Feature;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.Function;

/** What a configuration says of models, over the built-in table. */
final class ModelSettings {
  private static final int MOST_TOKENS = 1_000_000_000;

  private static final ScalarShape<Feature> FEATURE =
      new ScalarShape<>(
          "a feature of models, such as tools",
          text ->
              Feature.of(text.text())
                  .orElseThrow(
                      () ->
                          new Refusal(
                              "unknown feature " + text.quoted(),
                              Nearest.remedy(text.text(), Feature.keys()))),
          Feature::key,
          Json.object("enum", Feature.keys()));

  private static final ScalarShape<String> FAMILIES =
      new ScalarShape<>(
          "a family of models, such as anthropic",
          text -> {
            if (!ModelFamilies.names().contains(text.text())) {
              throw new Refusal(
                  "unknown family " + text.quoted(),
                  Nearest.remedy(text.text(), ModelFamilies.names()));
            }
            return text.text();
          },
          Function.identity(),
          Json.object("enum", List.copyOf(ModelFamilies.names())));

  private static final ScalarShape<LocalDate> DATE =
      new ScalarShape<>(
          "a date such as 2027-01-31",
          text -> {
            try {
              return LocalDate.parse(text.text());
            } catch (DateTimeParseException e) {
              throw new Refusal(text.quoted() + " is no date", "write year-month-day");
            }
          },
          LocalDate::toString,
          Json.object("type", "string", "pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$|\\$\\{"));

  static final Setting<Integer> MAX_OUTPUT_TOKENS =
      Setting.optional(
          "maxOutputTokens",
          Scalars.number(1, MOST_TOKENS),
          "64000",
          "The longest answer in tokens; calls that allow a longer one go elsewhere.");
  static final Setting<Integer> CONTEXT_TOKENS =
      Setting.optional(
          "contextTokens",
          Scalars.number(1, MOST_TOKENS),
          "200000",
          "Tokens of input and output together.");
  static final Setting<Integer> TOP_K =
      Setting.optional(
          "topK", Scalars.number(0, MOST_TOKENS), "500", "The largest top_k; 0 for none.");
  static final Setting<Integer> STOP_SEQUENCES =
      Setting.optional(
          "stopSequences", Scalars.number(0, MOST_TOKENS), "4", "The most stop sequences.");
  static final Setting<List<Located<Feature>>> LACKS =
      Setting.optional(
          "lacks",
          new ListShape<>(FEATURE, true),
          "[sampling, prefill]",
          "Features that the models do not have: " + String.join(", ", Feature.keys()) + ".");
  static final Setting<List<Located<Feature>>> HAS =
      Setting.optional(
          "has",
          new ListShape<>(FEATURE, true),
          "[structured-output]",
          "Features that the models have although the built-in table says that they do not.");
  static final Setting<String> FAMILY =
      Setting.optional(
          "family",
          FAMILIES,
          "openai",
          "The family whose InvokeModel bodies the models take, where their ids do not show it;"
              + " chat for OpenAI's form in a family of their provider's own.");
  static final Setting<Integer> BURNDOWN =
      Setting.optional(
          "burndown", Scalars.number(1, 1_000), "5", "Quota tokens that an output token costs.");
  static final Setting<LocalDate> END_OF_LIFE =
      Setting.optional(
          "endOfLife",
          DATE,
          "2027-01-31",
          "The day from which the models are not served any more.");

  static final SectionShape MODEL =
      new SectionShape(
          MAX_OUTPUT_TOKENS,
          CONTEXT_TOKENS,
          TOP_K,
          STOP_SEQUENCES,
          LACKS,
          HAS,
          FAMILY,
          BURNDOWN,
          END_OF_LIFE);

  private ModelSettings() {}
}
