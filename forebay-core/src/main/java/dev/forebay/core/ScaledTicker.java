package dev.forebay.core;

/** Another clock's time since this one was made, at another speed. */
final class ScaledTicker implements Ticker {
  private final Ticker real;
  private final double speed;
  private final long startNanos;

  ScaledTicker(Ticker real, double speed) {
    Checks.check(speed > 0 && speed <= 1e6, "speed", "must be above 0, at most 1000000", speed);
    this.real = real;
    this.speed = speed;
    this.startNanos = real.nanos();
  }

  @Override
  public long nanos() {
    return (long) ((real.nanos() - startNanos) * speed);
  }

  @Override
  public long timerMillis(long nanos) {
    return real.timerMillis((long) (nanos / speed));
  }
}
