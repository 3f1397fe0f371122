package dev.forebay.telemetry;

import dev.forebay.core.Journey;
import dev.forebay.core.JourneyEvent;
import dev.forebay.core.JourneyListener;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a listener's defects from the calls that it listens to. Thread-safe if the listener is. */
public final class Contained implements JourneyListener {
  private static final Logger log = LoggerFactory.getLogger(Contained.class);

  private final JourneyListener listener;
  private final AtomicBoolean told = new AtomicBoolean();

  public Contained(JourneyListener listener) {
    this.listener = listener;
  }

  @Override
  public void on(Journey journey, JourneyEvent event) {
    try {
      listener.on(journey, event);
    } catch (RuntimeException | LinkageError e) {
      if (told.compareAndSet(false, true)) {
        log.error("A call could not be counted or told of; this is said once", e);
      }
    }
  }
}
