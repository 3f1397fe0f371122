package dev.forebay.client;

import dev.forebay.core.event.CallTracing;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.engine.telemetry.SafeListeners;
import dev.forebay.engine.telemetry.SafeTracing;
import java.util.List;

/** Listeners of all calls; their failures are isolated. */
record Watchers(JourneyListener listener, CallTracing tracing) {
  Watchers(List<JourneyListener> listeners, List<CallTracing> tracings) {
    this(
        listeners.isEmpty()
            ? JourneyListener.NONE
            : new SafeListeners(listeners.toArray(JourneyListener[]::new)),
        SafeTracing.of(tracings));
  }
}
