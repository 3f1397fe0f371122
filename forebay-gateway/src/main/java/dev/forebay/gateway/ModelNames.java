package dev.forebay.gateway;

import dev.forebay.config.Nearest;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The words that ids of models are made of, to find an id that is mistyped. Numbers are versions
 * and dates: another one is a model that is not known, and no mistake.
 */
final class ModelNames {
  /** Shorter ones are near to too many others. */
  private static final int MIN_LENGTH = 4;

  /** From this length on two slips are allowed, below it one. */
  private static final int LONG = 8;

  /** Longer ones are not compared. */
  private static final int MAX_LENGTH = 40;

  private static final Pattern WORD = Pattern.compile("[A-Za-z]{" + MIN_LENGTH + ",}");

  /** What stands in ids behind the beginnings that the table of models has. */
  private static final Set<String> USUAL =
      Set.of(
          "chat",
          "coder",
          "embed",
          "embeddings",
          "express",
          "image",
          "instant",
          "instruct",
          "lite",
          "maverick",
          "mini",
          "multilingual",
          "nano",
          "next",
          "premier",
          "preview",
          "rerank",
          "safeguard",
          "scout",
          "small",
          "text",
          "thinking",
          "think",
          "vision");

  private static final Pattern NAMED =
      Pattern.compile("(?!arn:).*|.*:(foundation-model|inference-profile)/.*");

  private final Set<String> words = new TreeSet<>(USUAL);

  /**
   * The words of these ids.
   *
   * @param known ids, or their beginnings
   */
  ModelNames(Collection<String> known) {
    known.forEach(
        id ->
            WORD.matcher(id)
                .results()
                .map(MatchResult::group)
                .forEach(word -> words.add(lower(word))));
  }

  /** The id as it was probably meant; the same if each of its words is known, or far from all. */
  String meant(String modelId) {
    if (!NAMED.matcher(modelId).matches()) {
      return modelId;
    }
    int start = modelId.lastIndexOf('/') + 1;
    String id = modelId.substring(start);
    return modelId.substring(0, start)
        + WORD.matcher(id).replaceAll(match -> meantWord(match.group()));
  }

  private String meantWord(String word) {
    String lower = lower(word);
    if (words.contains(lower)) {
      return lower;
    }
    int most = lower.length() >= LONG ? 2 : 1;
    return lower.length() > MAX_LENGTH
        ? word
        : words.stream()
            .filter(known -> Nearest.distance(lower, known) <= most)
            .min(Comparator.comparingInt(known -> Nearest.distance(lower, known)))
            .orElse(word);
  }

  private static String lower(String word) {
    return word.toLowerCase(Locale.ROOT);
  }
}
