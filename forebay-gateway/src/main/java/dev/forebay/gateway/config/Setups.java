package dev.forebay.gateway.config;

import dev.forebay.gateway.upstream.Access;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The configuration in force, and those before it under which calls are still being made.
 * Thread-safe.
 */
public final class Setups {
  private final Consumer<Set<Access>> needed;
  private final List<Setup> earlier = new ArrayList<>();
  private volatile Setup current;

  /**
   * Begins with one configuration.
   *
   * @param needed hears which targets are still needed whenever others may not be any more
   */
  public Setups(Setup first, Consumer<Set<Access>> needed) {
    this.current = first;
    this.needed = needed;
  }

  public Setup current() {
    return current;
  }

  /** Counts a call in, until {@link #leave}: what it needs stays for so long. */
  public Setup enter() {
    while (true) {
      Setup entered = current;
      entered.enter();
      if (entered.equals(current)) {
        return entered;
      }
      // Replaced in between, and perhaps dropped before the call was counted.
      leave(entered);
    }
  }

  public void leave(Setup entered) {
    if (entered.leave() && !entered.equals(current)) {
      dropIdle();
    }
  }

  /** New calls are made under this configuration from now on. */
  public void replace(Setup next) {
    synchronized (this) {
      earlier.add(current);
      current = next;
    }
    dropIdle();
  }

  private synchronized void dropIdle() {
    if (earlier.removeIf(Setup::isIdle)) {
      Set<Access> live = new HashSet<>();
      live.addAll(current.targets());
      earlier.forEach(setup -> live.addAll(setup.targets()));
      needed.accept(live);
    }
  }
}
