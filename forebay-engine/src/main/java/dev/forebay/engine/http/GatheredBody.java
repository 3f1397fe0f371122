package dev.forebay.engine.http;

import dev.forebay.engine.MemoryBudget;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Gathers a body in the array in which it goes on, and holds room for it. Without a reservation it
 * takes room in blocks as the bytes come, each as large as all before up to a megabyte, and joins
 * them at the end. Lives on one event loop.
 */
public final class GatheredBody {
  private static final int FIRST_BLOCK = 8 * 1024;
  private static final int LARGEST_BLOCK = 1024 * 1024;

  private final MemoryBudget budget;
  private final int announced;
  private final boolean patient;

  /** All are full but the last one. */
  private final List<byte[]> blocks = new ArrayList<>(1);

  /** How much of the last one is filled. */
  private int filled;

  private int length;
  private long held;

  /** Room that was taken for blocks to come. */
  private long claimed;

  /**
   * An empty body.
   *
   * @param announced its length as far as it is known, else 0
   */
  public GatheredBody(MemoryBudget budget, long announced) {
    this(budget, announced, false);
  }

  /**
   * An empty body.
   *
   * @param patient whether its reader waits for a {@link #claim} when there is no room: then it
   *     takes no more than leaves room for others that wait
   */
  public GatheredBody(MemoryBudget budget, long announced, boolean patient) {
    this.budget = budget;
    this.announced = Math.clamp(announced, 0, Integer.MAX_VALUE);
    this.patient = patient;
  }

  /** So much room was taken from the budget for what comes: it is this body's from now on. */
  public void claim(long bytes) {
    claimed += bytes;
  }

  /** The room for the announced length was taken from the budget: it is this body's from now on. */
  public void reserved() {
    held = announced;
    blocks.add(new byte[announced]);
  }

  public int length() {
    return length;
  }

  /** Adds all of a chunk, if there is room for it; otherwise nothing of it. */
  public boolean add(ByteBuffer chunk) {
    int added = chunk.remaining();
    int free = free();
    byte[] next = null;
    if (added > free) {
      int size = blockSize(added - free, length + free);
      if (!takeBlock(size, (long) length + free + size)) {
        return false;
      }
      next = new byte[size];
    }
    int from = chunk.position();
    int some = Math.min(added, free);
    if (some > 0) {
      chunk.get(from, blocks.getLast(), filled, some);
      filled += some;
    }
    if (next != null) {
      blocks.add(next);
      filled = added - some;
      chunk.get(from + some, next, 0, filled);
    }
    length += added;
    return true;
  }

  private int free() {
    return blocks.isEmpty() ? 0 : blocks.getLast().length - filled;
  }

  private int blockSize(int needed, int before) {
    int doubled = Math.max(needed, Math.clamp(before, FIRST_BLOCK, LARGEST_BLOCK));
    int rest = announced - before;
    return rest >= needed ? Math.min(rest, doubled) : doubled;
  }

  private boolean takeBlock(int size, long ofBody) {
    long own = Math.min(claimed, size);
    long more = size - own;
    if (more > 0 && !(patient ? budget.takePart(more, ofBody) : budget.take(more, ofBody))) {
      return false;
    }
    claimed -= own;
    held += size;
    return true;
  }

  /** All that came; the array is not to be changed. It holds room until {@link #release}. */
  public byte[] bytes() {
    budget.give(claimed);
    claimed = 0;
    if (blocks.size() == 1 && blocks.getFirst().length == length) {
      return blocks.getFirst();
    }
    budget.hold(length);
    byte[] whole = new byte[length];
    int at = 0;
    for (byte[] block : blocks) {
      int some = Math.min(block.length, length - at);
      System.arraycopy(block, 0, whole, at, some);
      at += some;
    }
    blocks.clear();
    blocks.add(whole);
    filled = length;
    budget.give(held);
    held = length;
    return whole;
  }

  /** Gives the room back, and drops the bytes. */
  public void release() {
    budget.give(held + claimed);
    held = 0;
    claimed = 0;
    length = 0;
    filled = 0;
    blocks.clear();
  }

  /** Transfers the room to the caller of this method, which gives it back. */
  public long handOver() {
    long handed = held;
    held = 0;
    return handed;
  }
}
