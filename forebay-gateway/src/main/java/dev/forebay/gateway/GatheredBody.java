package dev.forebay.gateway;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.ArrayList;
import java.util.List;

/**
 * Gathers a body in the array in which it goes on, and holds room for it. Without a reservation it
 * takes room in blocks as the bytes come, each as large as all before, and joins them at the end.
 * Lives on one event loop.
 */
final class GatheredBody {
  private static final int FIRST_BLOCK = 8 * 1024;
  private static final int LARGEST_BLOCK = 1024 * 1024;

  private final MemoryBudget budget;
  private final int announced;

  /** All are full but the last one. */
  private final List<byte[]> blocks = new ArrayList<>(1);

  /** How much of the last one is filled. */
  private int filled;

  private int length;
  private long held;

  /**
   * An empty body.
   *
   * @param announced its length as far as it is known, else 0
   */
  GatheredBody(MemoryBudget budget, long announced) {
    this.budget = budget;
    this.announced = Math.clamp(announced, 0, Integer.MAX_VALUE);
  }

  /** The room for the announced length was taken from the budget: it is this body's from now on. */
  void reserved() {
    held = announced;
    blocks.add(new byte[announced]);
  }

  int length() {
    return length;
  }

  /** Adds a chunk, if there is room for it; otherwise nothing more can be added. */
  boolean add(Buffer chunk) {
    ByteBuf from = ((BufferInternal) chunk).getByteBuf();
    int at = from.readerIndex();
    int left = chunk.length();
    while (left > 0) {
      if (free() == 0 && !takeBlock(left)) {
        return false;
      }
      int some = Math.min(left, free());
      from.getBytes(at, blocks.getLast(), filled, some);
      filled += some;
      length += some;
      at += some;
      left -= some;
    }
    return true;
  }

  private int free() {
    return blocks.isEmpty() ? 0 : blocks.getLast().length - filled;
  }

  private boolean takeBlock(int needed) {
    int doubled = Math.max(needed, Math.clamp(length, FIRST_BLOCK, LARGEST_BLOCK));
    int rest = announced - length;
    int size = rest >= needed ? Math.min(rest, doubled) : doubled;
    if (!budget.take(size, (long) length + size)) {
      return false;
    }
    held += size;
    blocks.add(new byte[size]);
    filled = 0;
    return true;
  }

  /** All that came; the array is not to be changed. It holds room until {@link #release}. */
  byte[] bytes() {
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

  /** The same as a buffer. */
  Buffer buffer() {
    return Bytes.buffer(bytes());
  }

  /** Gives the room back, and drops the bytes. */
  void release() {
    budget.give(held);
    held = 0;
    length = 0;
    filled = 0;
    blocks.clear();
  }

  /** Transfers the room to the caller of this method, which gives it back. */
  long handOver() {
    long handed = held;
    held = 0;
    return handed;
  }
}
