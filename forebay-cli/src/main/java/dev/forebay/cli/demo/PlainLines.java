package dev.forebay.cli.demo;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.stream.Collectors;

/** A line every few seconds, for pipes and logs. */
final class PlainLines implements Screen {
  private static final double EVERY_SECONDS = 5;

  private final PrintWriter out;
  private String stage = "";
  private double next;

  PlainLines(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void accept(Progress progress) {
    if (!progress.stage().equals(stage)) {
      stage = progress.stage();
      next = progress.realSeconds();
    }
    if (progress.realSeconds() >= next) {
      next += EVERY_SECONDS;
      out.println(line(progress));
      out.flush();
    }
  }

  static String line(Progress progress) {
    return String.format(
        Locale.ROOT,
        "%5.1f s  %s, minute %.1f of %.1f, %.1f calls/s: %s",
        progress.realSeconds(),
        progress.stage(),
        progress.emulatedSeconds() / 60,
        progress.storySeconds() / 60,
        progress.offered(),
        progress.lanes().stream().map(PlainLines::lane).collect(Collectors.joining("; ")));
  }

  private static String lane(LaneView lane) {
    return String.format(
        Locale.ROOT,
        "%s %d answered (%d fallback), %d waiting, %d queued, %d refused, %d 429s",
        lane.policy().key(),
        lane.answered(),
        lane.fallback(),
        lane.waiting(),
        lane.queued(),
        lane.refused() + lane.gaveUp(),
        lane.throttled());
  }
}
