package dev.forebay.core.telemetry;

import dev.forebay.core.event.Place;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Where the targets are, by their names. Thread-safe. */
public final class Places {
  private final Map<String, Place> known = new ConcurrentHashMap<>();

  public void put(String target, Place place) {
    known.put(target, place);
  }

  /** The target's place; an empty one if it is not known. */
  public Place of(String target) {
    return known.getOrDefault(target, Place.UNKNOWN);
  }
}
