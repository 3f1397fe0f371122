package dev.forebay.engine.reuse;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one stream that several readers take, each at its own pace: those that some reader
 * has yet to take, or all of them while others may join. Not thread-safe: its {@link CoalescedCall}
 * guards it.
 */
final class FrameBuffer {
  private record Held(ByteBuffer frames, Runnable taken) {}

  private final int mostBytes;

  /** Buffered frames. */
  private final List<Held> held = new ArrayList<>();

  /** The number of the first buffered frame, counted from the start of the stream. */
  private int first;

  private long bytes;

  /**
   * Nothing yet.
   *
   * @param mostBytes beyond which it is full
   */
  FrameBuffer(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  /**
   * Keeps more of the stream.
   *
   * @param taken to be run when these frames are dropped
   */
  void add(ByteBuffer frames, Runnable taken) {
    held.add(new Held(frames, taken));
    bytes += frames.remaining();
  }

  /** Whether it keeps more bytes than it should; no frame is refused for that. */
  boolean isFull() {
    return bytes > mostBytes;
  }

  /**
   * The frames of that number, counted from the begin of the stream; null if they have not come.
   */
  @Nullable ByteBuffer get(int number) {
    int index = number - first;
    return index < held.size() ? held.get(index).frames().duplicate() : null;
  }

  /** The number of those that come next. */
  int end() {
    return first + held.size();
  }

  /** Drops those before that number; what is to be run for them. */
  List<Runnable> dropUntil(int number) {
    List<Held> dropped = held.subList(0, number - first);
    List<Runnable> taken = dropped.stream().map(Held::taken).toList();
    bytes -= dropped.stream().mapToLong(each -> each.frames().remaining()).sum();
    dropped.clear();
    first = number;
    return taken;
  }

  /** All that are kept, as one. */
  byte[] bytes() {
    byte[] all = new byte[held.stream().mapToInt(each -> each.frames().remaining()).sum()];
    ByteBuffer into = ByteBuffer.wrap(all);
    held.forEach(each -> into.put(each.frames().duplicate()));
    return all;
  }
}
