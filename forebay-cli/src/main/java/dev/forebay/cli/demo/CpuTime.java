package dev.forebay.cli.demo;

import dev.forebay.core.Ticker;
import java.time.Duration;

/** How much of the machine's cores this process uses, from now on. */
final class CpuTime {
  private final Ticker ticker = Ticker.system();
  private final long begunNanos = ticker.nanos();
  private final Duration before = used();

  double seconds() {
    return (ticker.nanos() - begunNanos) / 1e9;
  }

  double share() {
    double cores = Runtime.getRuntime().availableProcessors();
    return used().minus(before).toNanos() / 1e9 / seconds() / cores;
  }

  private static Duration used() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }
}
