package dev.forebay.core;

/** The one clock of the process. */
final class SystemTicker {
  static final Ticker AWAKE = AwakeTicker.beating(machine());

  private SystemTicker() {}

  @Seam("the one place that reads the monotonic clock")
  private static Ticker machine() {
    return System::nanoTime;
  }
}
