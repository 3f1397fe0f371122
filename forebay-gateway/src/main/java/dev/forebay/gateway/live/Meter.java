package dev.forebay.gateway.live;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counters that only grow, and by how much they grew in each of the last slots of time. {@link
 * #add} is lock-free and for everybody, {@link #total} too; all else belongs to one thread at a
 * time.
 */
final class Meter {
  private final LongAdder[] totals;
  private final long[] seen;
  private final long[][] slots;
  private final int ticksPerSlot;
  private int ticks;

  /**
   * @param size how many counters
   * @param slots how many slots are kept
   * @param ticksPerSlot how many calls of {@link #tick} make one slot
   */
  Meter(int size, int slots, int ticksPerSlot) {
    this.totals = new LongAdder[size];
    Arrays.setAll(totals, i -> new LongAdder());
    this.seen = new long[size];
    this.slots = new long[slots][size];
    this.ticksPerSlot = ticksPerSlot;
  }

  void add(int counter, long amount) {
    totals[counter].add(amount);
  }

  long total(int counter) {
    return totals[counter].sum();
  }

  /** Puts what was added since the last tick into the present slot. */
  void tick() {
    long[] slot = slots[(ticks / ticksPerSlot) % slots.length];
    if (ticks % ticksPerSlot == 0) {
      Arrays.fill(slot, 0);
    }
    for (int i = 0; i < totals.length; i++) {
      long total = totals[i].sum();
      slot[i] += total - seen[i];
      seen[i] = total;
    }
    ticks++;
  }

  /** What a counter grew by in the last so many slots, the present one among them. */
  long lately(int counter, int lastSlots) {
    int present = Math.max(0, ticks - 1) / ticksPerSlot;
    long sum = 0;
    for (int i = 0; i < Math.min(lastSlots, slots.length); i++) {
      sum += slots[Math.floorMod(present - i, slots.length)][counter];
    }
    return sum;
  }

  /** The same over all slots. */
  long lately(int counter) {
    return lately(counter, slots.length);
  }

  int size() {
    return totals.length;
  }
}
