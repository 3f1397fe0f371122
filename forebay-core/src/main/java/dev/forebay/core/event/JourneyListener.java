package dev.forebay.core.event;

/**
 * Receives the events of journeys, in order, on the driver's thread. It must return at once and
 * never throw: a call does not wait for its observers.
 */
@FunctionalInterface
public interface JourneyListener {
  /** Receives nothing, and costs nothing: events are not even made for it. */
  JourneyListener NONE =
      new JourneyListener() {
        @Override
        public void on(JourneyView journey, JourneyEvent event) {}

        @Override
        public boolean listens() {
          return false;
        }
      };

  void on(JourneyView journey, JourneyEvent event);

  /** Whether events need to be made at all. */
  default boolean listens() {
    return true;
  }

  /** Both listeners, this one first. */
  default JourneyListener and(JourneyListener next) {
    if (!listens()) {
      return next;
    }
    return !next.listens()
        ? this
        : (journey, event) -> {
          on(journey, event);
          next.on(journey, event);
        };
  }
}
