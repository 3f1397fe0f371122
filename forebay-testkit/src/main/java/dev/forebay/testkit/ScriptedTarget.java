package dev.forebay.testkit;

import java.util.List;

/**
 * Answers attempts by a script: one reply each, and the last one for ever after. Counts what it
 * got.
 */
public final class ScriptedTarget {
  private final List<Reply> script;
  private int attempts;
  private int open;

  public ScriptedTarget(Reply... script) {
    this.script = List.of(script);
    if (this.script.isEmpty()) {
      throw new IllegalArgumentException("a script needs at least one reply");
    }
  }

  /** Attempts that reached it. */
  public int attempts() {
    return attempts;
  }

  /** Attempts that it is still working on. */
  public int open() {
    return open;
  }

  Reply begin() {
    open++;
    return script.get(Math.min(attempts++, script.size() - 1));
  }

  void end() {
    open--;
  }
}
