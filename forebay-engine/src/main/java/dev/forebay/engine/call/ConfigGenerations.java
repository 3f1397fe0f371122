package dev.forebay.engine.call;

import dev.forebay.engine.upstream.SignedTarget;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The configuration in force, and those before it under which calls are still being made.
 * Thread-safe.
 *
 * @param <S> what a configuration is made into
 */
public final class ConfigGenerations<S extends RoutingSnapshot> {
  private final Consumer<Set<SignedTarget>> needed;
  private final List<S> earlier = new ArrayList<>();
  private volatile S current;

  /**
   * Begins with one configuration.
   *
   * @param needed receives the targets that are still needed, whenever others may not be any more
   */
  public ConfigGenerations(S first, Consumer<Set<SignedTarget>> needed) {
    this.current = first;
    this.needed = needed;
  }

  public S current() {
    return current;
  }

  /** Counts a call in, until {@link #leave}: what it needs stays for so long. */
  public S enter() {
    while (true) {
      S entered = current;
      entered.enter();
      if (entered.equals(current)) {
        return entered;
      }
      // Replaced in between, and perhaps dropped before the call was counted.
      leave(entered);
    }
  }

  public void leave(RoutingSnapshot entered) {
    if (entered.leave() && !entered.equals(current)) {
      dropIdle();
    }
  }

  /** New calls are made under this configuration from now on. */
  public void replace(S next) {
    synchronized (this) {
      earlier.add(current);
      current = next;
    }
    dropIdle();
  }

  private synchronized void dropIdle() {
    if (earlier.removeIf(RoutingSnapshot::isIdle)) {
      Set<SignedTarget> live = new HashSet<>();
      live.addAll(current.targets());
      earlier.forEach(snapshot -> live.addAll(snapshot.targets()));
      needed.accept(live);
    }
  }
}
