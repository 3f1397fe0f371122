package dev.forebay.engine.telemetry;

import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.event.JourneyView;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Several listeners, one after the other, whose defects are kept from the calls that they listen
 * to, and from each other. Thread-safe if they are.
 */
public final class SafeListeners implements JourneyListener {
  private static final Logger log = LoggerFactory.getLogger(SafeListeners.class);

  private final Each[] listeners;

  public SafeListeners(JourneyListener... listeners) {
    this.listeners = Arrays.stream(listeners).map(Each::new).toArray(Each[]::new);
  }

  @Override
  public void on(JourneyView journey, JourneyEvent event) {
    for (Each each : listeners) {
      each.on(journey, event);
    }
  }

  private static final class Each {
    private final JourneyListener listener;
    private final AtomicBoolean reported = new AtomicBoolean();

    Each(JourneyListener listener) {
      this.listener = listener;
    }

    void on(JourneyView journey, JourneyEvent event) {
      try {
        listener.on(journey, event);
      } catch (Exception | Error e) {
        if (reported.compareAndSet(false, true)) {
          log.error("A telemetry listener failed; further failures are suppressed", e);
        }
      }
    }
  }
}
