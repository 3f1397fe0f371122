package dev.forebay.core.telemetry;

import dev.forebay.core.Target;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.event.JourneyView;
import dev.forebay.core.health.Breaker;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;

/**
 * Reports when a target's circuit changes, which shows whenever an attempt begins or ends.
 * Thread-safe.
 */
public final class BreakerWatch implements JourneyListener {
  private final BiConsumer<String, Breaker.Position> changed;
  private final ConcurrentMap<String, Breaker.Position> last = new ConcurrentHashMap<>();

  /**
   * Watches from now on.
   *
   * @param changed gets the target and the new state of its circuit; on event loops
   */
  public BreakerWatch(BiConsumer<String, Breaker.Position> changed) {
    this.changed = changed;
  }

  @Override
  public void on(JourneyView journey, JourneyEvent event) {
    if (event instanceof JourneyEvent.AttemptStarted started) {
      check(journey, started.attempt().target(), event.atNanos());
    } else if (event instanceof JourneyEvent.AttemptEnded ended) {
      check(journey, ended.attempt().target(), event.atNanos());
    }
  }

  private void check(JourneyView journey, Target target, long nowNanos) {
    Breaker.Position now = journey.breaker(target, nowNanos);
    Breaker.Position before = last.get(target.name());
    if (before != now) {
      Breaker.Position replaced = last.put(target.name(), now);
      Breaker.Position known = replaced == null ? Breaker.Position.CLOSED : replaced;
      if (known != now) {
        changed.accept(target.name(), now);
      }
    }
  }
}
