package dev.forebay.cli.demo;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table that is written over itself, no wider than 79 columns. */
final class LiveTable implements Screen {
  private static final String HIDE_CURSOR = "\u001b[?25l";
  private static final String SHOW_CURSOR = "\u001b[?25h";
  private static final String CLEAR_LINE = "\u001b[2K";
  private static final String BOLD = "\u001b[1m";
  private static final String TEAL = "\u001b[36m";
  private static final String PLAIN = "\u001b[0m";
  private static final double EVERY_SECONDS = 0.2;
  private static final int BAR = 40;

  private final PrintWriter out;
  private final boolean colours;
  private int height;
  private double shown = -1;
  private boolean closed;

  LiveTable(PrintWriter out, boolean colours) {
    this.out = out;
    this.colours = colours;
  }

  @Override
  public synchronized void accept(Progress progress) {
    boolean soon = shown >= 0 && Math.abs(progress.realSeconds() - shown) < EVERY_SECONDS;
    if (closed || soon) {
      return;
    }
    shown = progress.realSeconds();
    List<String> lines = lines(progress, colours);
    StringBuilder frame =
        new StringBuilder(height == 0 ? HIDE_CURSOR : "\u001b[%dA".formatted(height));
    lines.forEach(line -> frame.append(CLEAR_LINE).append(line).append('\n'));
    height = lines.size();
    out.print(frame);
    out.flush();
  }

  static List<String> lines(Progress progress, boolean colours) {
    List<String> lines = new ArrayList<>();
    String head =
        String.format(
            Locale.ROOT,
            "%s  minute %.1f of %.1f, %.0f s",
            progress.stage(),
            progress.emulatedSeconds() / 60,
            progress.storySeconds() / 60,
            progress.realSeconds());
    lines.add(style(head, BOLD, colours));
    double part = progress.mostOffered() == 0 ? 0 : progress.offered() / progress.mostOffered();
    int full = (int) Math.round(Math.clamp(part, 0, 1) * BAR);
    String bar = "#".repeat(full) + ".".repeat(BAR - full);
    lines.add(
        String.format(
            Locale.ROOT, "load  %s  %.1f calls/s", style(bar, TEAL, colours), progress.offered()));
    lines.add(
        "%-14s%9s%9s%8s%7s%8s%8s%8s%8s"
            .formatted(
                "", "answered", "fallback", "waiting", "queued", "failed", "429s", "p50", "p99"));
    for (LaneView lane : progress.lanes()) {
      String row =
          String.format(
              Locale.ROOT,
              "%-14s%9d%9d%8d%7d%8d%8d%8s%8s",
              lane.policy().key(),
              lane.answered(),
              lane.fallback(),
              lane.waiting(),
              lane.queued(),
              lane.refused() + lane.gaveUp(),
              lane.throttled(),
              seconds(lane.first().p50()),
              seconds(lane.first().p99()));
      lines.add(lane.policy().key().equals("forebay") ? style(row, BOLD, colours) : row);
    }
    return lines;
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.1f s", seconds);
  }

  private static String style(String text, String style, boolean colours) {
    return colours ? style + text + PLAIN : text;
  }

  @Override
  public synchronized void close() {
    if (!closed && height > 0) {
      out.print(SHOW_CURSOR);
      out.flush();
    }
    closed = true;
  }
}
