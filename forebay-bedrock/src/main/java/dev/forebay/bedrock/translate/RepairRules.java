package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.model.Feature;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads in a refusal what the model turned out to lack. Only what can be left out of a call without
 * changing what its answer means is looked for; a refusal that names anything else is what it is.
 */
final class RepairRules {
  /**
   * What may be left out of a call for the very model that was asked for. Its sampling and its
   * thinking are the caller's own choice, and so is the caller's refusal.
   */
  static final Set<Feature> FOR_ASKED_MODEL =
      EnumSet.of(
          Feature.CACHE,
          Feature.TOOL_CACHE,
          Feature.HOUR_CACHE,
          Feature.THINKING_HISTORY,
          Feature.UNBEGUN_THINKING,
          Feature.SCHEMA_KEYWORDS,
          Feature.BETA_FLAGS,
          Feature.MAKERS_FIELDS,
          Feature.NEWER_VERSION);

  /** What is wrong with one conversation and not with the model. */
  static final Set<Feature> OF_CONVERSATION =
      EnumSet.of(Feature.THINKING_HISTORY, Feature.UNBEGUN_THINKING);

  private static final int MAX_MESSAGE = 2_000;

  private static final Pattern REFUSAL =
      Pattern.compile(
          "not (?:be )?(?:supported|permitted|allowed|available|valid|accepted|enabled|recognized)"
              + "|n't (?:support|allow|accept|permit)|not (?:support|allow|accept|permit)"
              + "|unsupported|deprecated|extraneous|unexpected|unknown|unrecognized|only supported");

  /**
   * One kind of refusal.
   *
   * @param refuses whether its words are a refusal by themselves
   */
  private record Rule(Pattern names, boolean refuses, Set<Feature> lacking) {
    /** The words name what may be refused. */
    Rule(String names, Feature... lacking) {
      this(Pattern.compile(names, Pattern.DOTALL), false, Set.of(lacking));
    }

    static Rule saying(String names, Feature lacking) {
      return new Rule(Pattern.compile(names, Pattern.DOTALL), true, Set.of(lacking));
    }
  }

  /** The first that fits counts. */
  private static final List<Rule> RULES =
      List.of(
          // A turn that another model began, without thinking.
          Rule.saying(
              "expected `?(?:thinking|redacted_thinking).*(?:found|got)", Feature.UNBEGUN_THINKING),
          Rule.saying(
              "invalid [`'\"]?signature|signature[`'\"]? (?:is )?(?:invalid|not valid)"
                  + "|thinking.*blocks?.*(?:modified|altered|different conversation)",
              Feature.THINKING_HISTORY),
          new Rule("reasoningcontent|reasoning_?content|reasoningtext", Feature.THINKING_HISTORY),
          new Rule("thinking\\.(?:display|block_binding)", Feature.MAKERS_FIELDS),
          new Rule("thinking\\.(?:type\\.)?enabled|budget_tokens", Feature.THINKING_BUDGET),
          new Rule("thinking\\.(?:type\\.)?adaptive|adaptive thinking", Feature.ADAPTIVE_THINKING),
          new Rule("thinking\\.(?:type\\.)?disabled", Feature.THINKING_OFF),
          new Rule(
              "(?:cache_control|cachepoint|cache point|cache).*ttl|ttl.*cache", Feature.HOUR_CACHE),
          new Rule(
              "tool(?:s|config)[^ ]*.*(?:cache_control|cachepoint)"
                  + "|(?:cache_control|cachepoint).*tool(?:s|config)\\b",
              Feature.TOOL_CACHE),
          new Rule("cache_control|cachepoint|cache point|prompt caching", Feature.CACHE),
          new Rule("temperature.*top_?p.*both|both.*temperature.*top_?p|cannot both"),
          new Rule("\\b(?:temperature|top_?p|top_?k)\\b", Feature.SAMPLING),
          new Rule("anthropic[-_]version", Feature.NEWER_VERSION),
          Rule.saying("invalid beta|unknown beta", Feature.BETA_FLAGS),
          new Rule("anthropic[-_]beta|beta (?:flag|header|feature)", Feature.BETA_FLAGS),
          new Rule(
              "context_management|eager_input_streaming|defer_loading|allowed_callers"
                  + "|output_config\\.effort|\\bmetadata\\b|\\bspeed\\b|inference_geo",
              Feature.MAKERS_FIELDS),
          new Rule(
              "(?:input_?schema|schema|toolspec).*(?:\\$schema|\\$defs|\\$ref|\\$id|definitions"
                  + "|title|additionalproperties|description|keyword|extraneous)"
                  + "|(?:\\$schema|\\$defs|\\$ref|additionalproperties|keyword).*schema",
              Feature.SCHEMA_KEYWORDS));

  private RepairRules() {}

  /**
   * What the model lacks by its own words.
   *
   * @param status the refusal's; in a stream that of its exception
   */
  static Set<Feature> refused(int status, String message) {
    Set<Feature> lacking = EnumSet.noneOf(Feature.class);
    if (status != 400) {
      return lacking;
    }
    String words =
        message.substring(0, Math.min(MAX_MESSAGE, message.length())).toLowerCase(Locale.ROOT);
    for (Rule rule : RULES) {
      if (rule.names().matcher(words).find() && (rule.refuses() || isRefusal(words))) {
        lacking.addAll(rule.lacking());
        return lacking;
      }
    }
    return lacking;
  }

  private static boolean isRefusal(String words) {
    return REFUSAL.matcher(words).find();
  }
}
