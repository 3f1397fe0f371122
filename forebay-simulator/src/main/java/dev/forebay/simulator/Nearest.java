package dev.forebay.simulator;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Finds the name that someone who mistyped probably meant, by edit distance. */
final class Nearest {
  private static final int MAX_LENGTH = 60;

  private Nearest() {}

  /** A remedy: the nearest name as a question, or all that there are. */
  static String remedy(String typed, Collection<String> names) {
    int bound = Math.max(2, typed.length() / 3);
    return names.stream()
        .filter(name -> typed.length() <= MAX_LENGTH && distance(typed, name) <= bound)
        .min(Comparator.comparingInt(name -> distance(typed, name)))
        .map(name -> "did you mean '" + name + "'?")
        .orElseGet(() -> "known here: " + String.join(", ", names));
  }

  /** Insertions, deletions and replacements, without regard to case. */
  private static int distance(String left, String right) {
    String a = left.toLowerCase(Locale.ROOT);
    String b = right.toLowerCase(Locale.ROOT);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
