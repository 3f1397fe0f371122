package dev.forebay.cli.demo;

import dev.forebay.core.Ticker;

/** The run's time: zero when the first calls may arrive, and faster than real time. */
final class Clock {
  private final double speed;
  private final Ticker ticker;
  private volatile long origin;

  Clock(double speed) {
    this.speed = speed;
    this.ticker = Ticker.atSpeed(speed);
    this.origin = ticker.nanos();
  }

  /** What everything else in this process that has a clock runs on. */
  Ticker ticker() {
    return ticker;
  }

  double speed() {
    return speed;
  }

  /** It is zero now. */
  void start() {
    origin = ticker.nanos();
  }

  long now() {
    return ticker.nanos() - origin;
  }

  /** A time of the ticker as one of the run. */
  long ofTicker(long nanos) {
    return nanos - origin;
  }

  /** The real nanoseconds until such a time. */
  long realUntil(long nanos) {
    return real(nanos - now());
  }

  /** The real nanoseconds that such a span takes. */
  long real(long nanos) {
    return Math.max(0, (long) (nanos / speed));
  }
}
