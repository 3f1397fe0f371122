package dev.forebay.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds the name that someone who mistyped probably meant, by edit distance. */
public final class Nearest {
  /** Beyond it a comparison shows nothing, and would take long. */
  private static final int MAX_LENGTH = 100;

  /** A bound on the time that a hostile file can take. */
  private static final int MAX_NAMES = 100;

  private static final int MAX_LISTED = 20;

  private Nearest() {}

  /** The nearest name, unless even that is too far to be what was meant. */
  static Optional<String> to(String typed, Collection<String> names) {
    if (typed.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    int bound = Math.max(1, typed.length() / 3);
    return names.stream()
        .limit(MAX_NAMES)
        .filter(name -> name.length() <= MAX_LENGTH && distance(typed, name) <= bound)
        .min(Comparator.comparingInt(name -> distance(typed, name)));
  }

  /** The nearest name, unless even that is more than two slips away. */
  public static Optional<String> closest(String typed, Collection<String> names) {
    return to(typed, names).filter(name -> distance(typed, name) <= 2);
  }

  /** A remedy: the nearest name as a question, or all that there are. */
  public static String remedy(String typed, Collection<String> names) {
    return to(typed, names)
        .map(name -> "did you mean " + Quoted.text(name) + "?")
        .orElseGet(
            () ->
                names.stream()
                    .limit(MAX_LISTED)
                    .map(name -> Quoted.path("", name))
                    .collect(Collectors.joining(", ", "known here: ", "")));
  }

  /**
   * Insertions, deletions, replacements and swaps of neighbours (optimal string alignment); letter
   * case, hyphens and underscores count for nothing.
   */
  public static int distance(String left, String right) {
    String a = plain(left);
    String b = plain(right);
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        d[i][j] = i == 0 || j == 0 ? i + j : step(d, a, b, i, j);
      }
    }
    return d[a.length()][b.length()];
  }

  private static int step(int[][] d, String a, String b, int i, int j) {
    int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int least = Math.min(replaced, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(least, 1 + d[i - 2][j - 2]) : least;
  }

  private static String plain(String name) {
    return name.replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
  }
}
