package dev.forebay.emulator;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** Emulated time: the time since the start or the last reset, at the configured speed. */
@Seam("the only clock of the emulator")
final class Timeline {
  private final double speed;
  private final long start = System.nanoTime();
  private Duration origin = Duration.ZERO;

  Timeline(double speed) {
    this.speed = speed;
  }

  /** Emulated time since the start or the last restart. */
  Duration now() {
    return running().minus(origin);
  }

  /** Emulated time since the start, which no restart sets back. */
  Duration running() {
    return Duration.ofNanos((long) ((System.nanoTime() - start) * speed));
  }

  /** Real milliseconds that an emulated time takes, at least the one that a timer needs. */
  long timerMillis(Duration emulated) {
    return Math.max(1, (long) Math.ceil(emulated.toNanos() / speed / 1e6));
  }

  /** Begins again at zero. */
  void restart() {
    origin = running();
  }

  /** The real date, as an HTTP header has it. */
  String httpDate() {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
  }
}
