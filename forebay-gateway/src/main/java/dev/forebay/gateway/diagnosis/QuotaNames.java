package dev.forebay.gateway.diagnosis;

import dev.forebay.bedrock.model.ModelTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of Bedrock's quotas, of which there are several generations: they are compared word by
 * word with a model's id, whatever their order.
 */
final class QuotaNames {
  /** How a quota's tokens are used: which of a model's ids counts against it. */
  enum Way {
    /** The model's own id. */
    ON_DEMAND,
    /** A profile of a geography. */
    CROSS_REGION,
    /** A global profile. */
    GLOBAL
  }

  /** What a quota counts. */
  enum Unit {
    REQUESTS,
    TOKENS
  }

  /** A quota that limits a model by the minute. */
  record Named(Way way, Unit unit, List<String> model) {}

  private static final Pattern NAME =
      Pattern.compile(
          "(?i)(global )?(cross-region|on-demand)\\s.*?\\b(requests|tokens) per minute for (.+)");
  private static final Pattern WORD = Pattern.compile("[a-z]+|\\d+");

  /** Words that stand in names or ids only, and distinguish no models. */
  private static final Set<String> IDLE =
      Set.of(
          "amazon",
          "anthropic",
          "meta",
          "mistral",
          "ai",
          "cohere",
          "openai",
          "deepseek",
          "qwen",
          "labs",
          "writer",
          "the",
          "model");

  private static final Pattern DATE = Pattern.compile("-20\\d{6}(?=-|$)");
  private static final Pattern FIRST_VERSION = Pattern.compile("(?i)[- ]v1(:\\d+)?$");
  private static final Pattern SUFFIX = Pattern.compile(":\\d+(:\\w+)?$");

  private QuotaNames() {}

  /** Empty if it is no quota of a model by the minute. */
  static Optional<Named> parse(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Way way =
        matcher.group(1) != null
            ? Way.GLOBAL
            : matcher.group(2).toLowerCase(Locale.ROOT).equals("on-demand")
                ? Way.ON_DEMAND
                : Way.CROSS_REGION;
    Unit unit =
        matcher.group(3).toLowerCase(Locale.ROOT).equals("tokens") ? Unit.TOKENS : Unit.REQUESTS;
    return Optional.of(new Named(way, unit, words(matcher.group(4))));
  }

  /** Whether the quota is that of calls by this id. */
  static boolean isOf(Named quota, String modelId) {
    String base = ModelTable.baseId(modelId);
    String profile = modelId.substring(modelId.lastIndexOf('/') + 1);
    Way way =
        profile.equals(base)
            ? Way.ON_DEMAND
            : profile.startsWith("global.") ? Way.GLOBAL : Way.CROSS_REGION;
    return quota.way == way && quota.model.equals(words(base));
  }

  private static List<String> words(String text) {
    String plain = DATE.matcher(text.strip()).replaceAll("");
    plain = FIRST_VERSION.matcher(plain).replaceAll("");
    plain = SUFFIX.matcher(plain).replaceAll("").toLowerCase(Locale.ROOT);
    List<String> words = new ArrayList<>();
    WORD.matcher(plain)
        .results()
        .forEach(
            word -> {
              if (!IDLE.contains(word.group())) {
                words.add(word.group());
              }
            });
    return words.stream().sorted().toList();
  }
}
