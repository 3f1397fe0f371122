package dev.forebay.it.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Figures beside their bounds, as a terminal shows them. */
public final class Table {
  private final List<String[]> rows = new ArrayList<>();
  private final List<String> missed = new ArrayList<>();

  public Table(String... head) {
    rows.add(head);
  }

  public void row(String... cells) {
    rows.add(cells);
  }

  public void atLeast(String what, double is, double bound) {
    bounded(what, is, ">= " + number(bound), is >= bound);
  }

  public void atMost(String what, double is, double bound) {
    bounded(what, is, "<= " + number(bound), is <= bound);
  }

  private void bounded(String what, double is, String bound, boolean met) {
    row(what, number(is), bound, met ? "met" : "MISSED");
    check(met, what + " is " + number(is) + ", not " + bound);
  }

  public void check(boolean met, String otherwise) {
    if (!met) {
      missed.add(otherwise);
    }
  }

  /** The bounds that do not hold. */
  public List<String> missed() {
    return missed;
  }

  public static String number(double value) {
    return String.format(Locale.ROOT, value >= 10 ? "%.0f" : "%.3f", value);
  }

  @Override
  public String toString() {
    int columns = rows.getFirst().length;
    int[] widths = new int[columns];
    for (String[] row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    StringBuilder out = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row[i]).append(" ".repeat(widths[i] - row[i].length() + 2));
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
    return out.toString();
  }
}
