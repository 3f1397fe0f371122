package dev.forebay.engine.upstream;

import dev.forebay.engine.Loop;
import dev.forebay.engine.MemoryBudget;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of the memory budget that one attempt holds, and its wait for more. Lives on the
 * attempt's loop.
 */
final class AttemptMemory {
  private final MemoryBudget budget;
  private final Loop loop;
  private final Runnable granted;

  private long held;

  /** Room for what comes next; until it is there nothing is read. */
  private MemoryBudget.@Nullable Wait wait;

  private boolean waited;
  private long waitingSinceNanos;

  /**
   * Nothing is held.
   *
   * @param granted runs when what was waited for is there
   */
  AttemptMemory(MemoryBudget budget, Loop loop, Runnable granted) {
    this.budget = budget;
    this.loop = loop;
    this.granted = granted;
  }

  MemoryBudget budget() {
    return budget;
  }

  /** Takes room for more of the answer, if there is any. */
  boolean take(long bytes, long ofBody) {
    if (!budget.take(bytes, ofBody)) {
      return false;
    }
    held += bytes;
    return true;
  }

  /** Takes room for what has come already. */
  void hold(long bytes) {
    held += bytes;
    budget.hold(bytes);
  }

  void give(long bytes) {
    held -= bytes;
    budget.give(bytes);
  }

  /** Another owner holds these bytes from now on. */
  void handOver(long bytes) {
    held -= bytes;
  }

  /**
   * The same.
   *
   * @param had so many of them are held here
   * @return whether there was room for the rest, which is held in any case
   */
  boolean handOver(long bytes, long had) {
    long more = bytes - had;
    boolean fits = budget.take(more, more);
    if (!fits) {
      budget.hold(more);
    }
    handOver(had);
    return fits;
  }

  /** So much of what others hold is held here from now on. */
  void takeOver(long bytes) {
    held += bytes;
  }

  /** What is held is needed no more. */
  void release() {
    if (held != 0) {
      budget.give(held);
      held = 0;
    }
  }

  /** Whether so much can ever be there at once. */
  boolean canHave(long bytes) {
    return bytes <= budget.largest() || bytes <= MemoryBudget.SMALL_BODY;
  }

  /** Takes so many bytes, or waits for them; whether they are there. */
  boolean await(long bytes) {
    MemoryBudget.Wait begun = budget.await(bytes, () -> loop.execute(() -> granted(bytes)));
    if (begun == null) {
      held += bytes;
      return true;
    }
    wait = begun;
    waited = true;
    waitingSinceNanos = loop.nanos();
    return false;
  }

  private void granted(long bytes) {
    if (wait == null) {
      budget.give(bytes);
    } else {
      wait = null;
      held += bytes;
      granted.run();
    }
  }

  /** Waits no longer. */
  void forgo() {
    if (wait != null) {
      budget.forgo(wait);
      wait = null;
    }
  }

  boolean isWaiting() {
    return wait != null;
  }

  /** Whether it has ever waited. */
  boolean hasWaited() {
    return waited;
  }

  long waitingSinceNanos() {
    return waitingSinceNanos;
  }
}
