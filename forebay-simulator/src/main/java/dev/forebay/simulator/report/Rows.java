package dev.forebay.simulator.report;

import java.util.ArrayList;
import java.util.List;

/** Cells that line up: the first column to the left, the others to the right. */
public final class Rows {
  private final List<String[]> rows = new ArrayList<>();

  /** One more row, of as many cells as the others. */
  public void add(String... cells) {
    rows.add(cells);
  }

  /** All rows, a line each. */
  public void write(StringBuilder out) {
    int[] widths = new int[rows.getFirst().length];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.length; i++) {
        String pad = " ".repeat(widths[i] - row[i].length());
        line.append(i == 0 ? row[i] + pad : "  " + pad + row[i]);
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
  }
}
