package dev.forebay.core.targets;

import dev.forebay.core.Target;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The state of each target by the target's name, from call to call. It stays with the name when
 * routes change. Thread-safe.
 */
public final class TargetRegistry {
  /**
   * What another process knew of a target.
   *
   * @param atNanos when, by this process's clock
   */
  private record Recalled(TargetMemory memory, long atNanos) {}

  private final ConcurrentMap<String, TargetState> states = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Recalled> recalled = new ConcurrentHashMap<>();

  /**
   * Counts a target's use by the quota that it has now. What else is known of it stays, as does all
   * of it if its quota is the same.
   */
  public void requota(Target target, long nowNanos) {
    state(target, nowNanos).requota(target.quota(), nowNanos);
  }

  /** What was learned of all targets of which anything is worth keeping, for another process. */
  public List<TargetMemory> memories(long nowNanos) {
    return states.values().stream()
        .map(state -> state.memory(nowNanos))
        .filter(TargetMemory::isWorthKeeping)
        .toList();
  }

  /**
   * Goes on from what another process had learned, for targets that have not been asked for yet.
   *
   * @param age how long ago that was
   */
  public void recall(List<TargetMemory> memories, Duration age, long nowNanos) {
    for (TargetMemory memory : memories) {
      recalled.put(memory.name(), new Recalled(memory, nowNanos - age.toNanos()));
    }
  }

  private TargetState made(Target target, long nowNanos) {
    TargetState fresh = new TargetState(target.name(), target.quota(), nowNanos);
    Recalled known = recalled.remove(target.name());
    if (known != null) {
      fresh.recall(known.memory, nowNanos - known.atNanos, nowNanos);
    }
    return fresh;
  }

  /** What is known of the target of that name; null if it was never asked for. */
  public @Nullable TargetState known(String name) {
    return states.get(name);
  }

  /** What is known of a target. */
  public TargetState state(Target target, long nowNanos) {
    TargetState known = states.get(target.name());
    return known != null
        ? known
        : states.computeIfAbsent(target.name(), name -> made(target, nowNanos));
  }
}
