package dev.forebay.gateway.diagnosis;

import dev.forebay.bedrock.model.ModelTable;
import dev.forebay.config.Nearest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
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

  private static final Pattern ANY_WORD = Pattern.compile("[A-Za-z]+");
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

  /** The words of known ids, by the words before them. */
  private final Map<List<String>, Set<String>> next = new HashMap<>();

  private final Collection<String> known;

  /**
   * The words of these ids.
   *
   * @param known ids, or their beginnings
   */
  ModelNames(Collection<String> known) {
    this.known = known;
    known.forEach(this::learn);
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
    String meant = WORD.matcher(id).replaceAll(match -> meantWord(match.group()));
    return modelId.substring(0, start) + withProvider(shortWords(meant));
  }

  private void learn(String id) {
    List<String> before = new ArrayList<>();
    for (String word : words(id)) {
      next.computeIfAbsent(List.copyOf(before), any -> new TreeSet<>()).add(word);
      before.add(word);
    }
  }

  private static List<String> words(String id) {
    return ANY_WORD.matcher(id).results().map(match -> lower(match.group())).toList();
  }

  /**
   * Short words are near to many others; one is a slip if at its place, behind the words before it,
   * the known ids have another that is one slip away.
   */
  private String shortWords(String id) {
    String base = ModelTable.baseId(id);
    StringBuilder whole = new StringBuilder(id.substring(0, id.length() - base.length()));
    List<String> before = new ArrayList<>();
    Matcher word = ANY_WORD.matcher(base);
    int at = 0;
    while (word.find()) {
      String lower = lower(word.group());
      Set<String> usual = next.getOrDefault(before, Set.of());
      String meant = lower.length() < MIN_LENGTH ? nearest(lower, usual) : lower;
      whole.append(base, at, word.start()).append(meant.equals(lower) ? word.group() : meant);
      at = word.end();
      before.add(meant);
    }
    return whole.append(base.substring(at)).toString();
  }

  private static String nearest(String word, Set<String> usual) {
    return word.length() < 2 || usual.contains(word)
        ? word
        : usual.stream()
            .filter(known -> known.length() > 2 && Nearest.distance(word, known) == 1)
            .findFirst()
            .orElse(word);
  }

  /** An id that lacks its provider gets it; all others stay as they are. */
  private String withProvider(String id) {
    String base = ModelTable.baseId(id);
    if (base.indexOf('.') >= 0) {
      return id;
    }
    String geography = id.substring(0, id.length() - base.length());
    return known.stream()
        .filter(one -> one.indexOf('.') > 0)
        .map(one -> one.substring(0, one.indexOf('.') + 1) + base)
        .filter(whole -> known.stream().anyMatch(one -> isAbout(whole, one)))
        .findFirst()
        .map(whole -> geography + whole)
        .orElse(id);
  }

  private static boolean isAbout(String whole, String one) {
    int dot = one.indexOf('.');
    return dot > 0 && one.length() > dot + MIN_LENGTH && ModelTable.fits(whole, one);
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
