package dev.forebay.benchmarks.jobs;

import dev.forebay.core.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Many who do the same thing again and again, each as soon as its last one is done. */
final class Clients {
  private final Ticker ticker = Ticker.system();
  private final int count;

  Clients(int count) {
    this.count = count;
  }

  /** How many times a second all of them together did it. */
  double perSecond(Duration time, Runnable action) throws InterruptedException {
    LongAdder done = new LongAdder();
    long start = ticker.nanos();
    long end = start + time.toNanos();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (ticker.nanos() - end < 0) {
                      action.run();
                      done.increment();
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return (double) done.sum() / ((double) (ticker.nanos() - start) / 1e9);
  }
}
