package dev.forebay.testkit;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Answers attempts by a script: one reply each, and the last one for ever after. Counts what it
 * got.
 */
public final class ScriptedTarget {
  private final Supplier<ScriptedReply> script;
  private int attempts;
  private int open;

  /** One reply for each attempt, and the last one for ever after. */
  public ScriptedTarget(ScriptedReply... replies) {
    this(inTurn(List.of(replies)));
  }

  /** Whatever the supplier says when an attempt begins. */
  public ScriptedTarget(Supplier<ScriptedReply> script) {
    this.script = script;
  }

  /** Attempts that reached it. */
  public int attempts() {
    return attempts;
  }

  /** Attempts that it is still working on. */
  public int open() {
    return open;
  }

  ScriptedReply begin() {
    open++;
    attempts++;
    return script.get();
  }

  void end() {
    open--;
  }

  private static Supplier<ScriptedReply> inTurn(List<ScriptedReply> replies) {
    if (replies.isEmpty()) {
      throw new IllegalArgumentException("a script needs at least one reply");
    }
    AtomicInteger next = new AtomicInteger();
    return () -> replies.get(Math.min(next.getAndIncrement(), replies.size() - 1));
  }
}
