package dev.forebay.core.telemetry;

import dev.forebay.core.event.TargetLocation;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Where the targets are, by their names. Thread-safe. */
public final class Places {
  private final Map<String, TargetLocation> known = new ConcurrentHashMap<>();

  public void put(String target, TargetLocation place) {
    known.put(target, place);
  }

  /** The target's place; an empty one if it is not known. */
  public TargetLocation of(String target) {
    return known.getOrDefault(target, TargetLocation.UNKNOWN);
  }
}
