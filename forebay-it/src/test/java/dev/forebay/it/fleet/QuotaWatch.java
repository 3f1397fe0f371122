package dev.forebay.it.fleet;

import dev.forebay.core.Ticker;
import dev.forebay.emulator.Counts;
import dev.forebay.emulator.Emulator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** What reaches the emulator's one quota, looked at twenty times a second. */
final class QuotaWatch implements AutoCloseable {
  private static final long EVERY_MILLIS = 50;

  private final Ticker ticker = Ticker.system();
  private final Emulator emulator;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private final List<Sample> samples = new CopyOnWriteArrayList<>();

  /** Sums since the start. */
  record Sample(long nanos, long attempts, long refused, long tokens) {}

  /**
   * Of a span of time.
   *
   * @param asked attempts, as a part of what the quota allows
   * @param used tokens, as a part of the quota
   * @param refused 429s, as a part of the attempts
   */
  record Use(double asked, double used, double refused) {}

  QuotaWatch(Emulator emulator) {
    this.emulator = emulator;
    var unused = timer.scheduleAtFixedRate(this::sample, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void sample() {
    Counts counts = emulator.models().get(Rig.NARROW);
    if (counts == null) {
      samples.add(new Sample(ticker.nanos(), 0, 0, 0));
      return;
    }
    samples.add(
        new Sample(
            ticker.nanos(),
            counts.arrived(),
            counts.throttledByQuota(),
            counts.tokensIn() + counts.tokensOut()));
  }

  Use use(long fromNanos, long untilNanos) {
    Sample from = at(fromNanos);
    Sample until = at(untilNanos);
    double seconds = (double) (until.nanos - from.nanos) / TimeUnit.SECONDS.toNanos(1);
    double attempts = until.attempts - from.attempts;
    return new Use(
        attempts / (Rig.CALLS_PER_SECOND * seconds),
        (until.tokens - from.tokens) / (Rig.CALLS_PER_SECOND * Rig.TOKENS * seconds),
        attempts == 0 ? 0 : (until.refused - from.refused) / attempts);
  }

  /** The last sample until then. */
  private Sample at(long nanos) {
    Sample last = samples.getFirst();
    for (Sample sample : samples) {
      if (sample.nanos - nanos > 0) {
        break;
      }
      last = sample;
    }
    return last;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
