package dev.forebay.bedrock;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * Cuts an event stream into frames, whatever the chunks it comes in.
 *
 * <p>Each byte is copied once when a chunk holds whole frames. A frame's length is believed only as
 * its bytes come: the buffer doubles up to it, so that a prelude alone costs no memory. Where a
 * {@link Room} grants the memory, all of it is taken at once. Not thread-safe; one per stream.
 */
public final class FrameSplitter {
  /** The most bytes that headers take, as the SDKs limit them. */
  static final int MAX_HEADERS = 131_072;

  /** The most bytes that a payload takes. */
  static final int MAX_PAYLOAD = 25_165_824;

  /** Gives the memory for frames. */
  @FunctionalInterface
  public interface Room {
    /**
     * Asked once for each frame, when its length is known. If there is no room for it yet, the rest
     * of the chunk is left unread, to be fed again once there is.
     */
    boolean has(int frameLength);
  }

  private static final Room ANY = length -> true;

  private final Room room;
  private byte[] pending = new byte[0];
  private int count;

  /** The pending frame's length, 0 until its prelude is there. */
  private int total;

  private boolean broken;

  /** Cuts frames of any length. */
  public FrameSplitter() {
    this(ANY);
  }

  /** Cuts frames for which there is room. */
  public FrameSplitter(Room room) {
    this.room = room;
  }

  /**
   * Takes a chunk, all of its remaining bytes unless there is no {@link Room} for a frame, and
   * hands on each frame that it completes.
   *
   * @throws MalformedFrameException at the first byte that cannot be right, after the frames before
   *     it were handed on; the stream is of no use then, and every later call throws
   */
  public void feed(ByteBuffer chunk, Consumer<Frame> frames) throws MalformedFrameException {
    if (broken) {
      throw new MalformedFrameException("the stream was malformed before");
    }
    broken = true; // until the chunk is through
    while (chunk.hasRemaining()) {
      if (total == 0) {
        append(chunk, Frame.PRELUDE);
        if (count < Frame.PRELUDE) {
          break;
        }
        total = checkPrelude();
        if (!room.has(total)) {
          break;
        }
      }
      append(chunk, total);
      if (count == total) {
        frames.accept(takeFrame());
      }
    }
    broken = false;
  }

  /** Takes a chunk. */
  public void feed(byte[] chunk, Consumer<Frame> frames) throws MalformedFrameException {
    feed(ByteBuffer.wrap(chunk), frames);
  }

  /** Whether the bytes so far end with a frame's end: false at a stream's end means it was cut. */
  public boolean atBoundary() {
    return count == 0;
  }

  /** Fills the buffer up to that length, as far as the chunk goes. */
  private void append(ByteBuffer chunk, int upTo) {
    int length = Math.min(chunk.remaining(), upTo - count);
    if (count + length > pending.length) {
      int doubled = room.equals(ANY) ? Math.min(upTo, 2 * pending.length) : upTo;
      pending = Arrays.copyOf(pending, Math.max(count + length, doubled));
    }
    chunk.get(pending, count, length);
    count += length;
  }

  private int checkPrelude() throws MalformedFrameException {
    ByteBuffer prelude = ByteBuffer.wrap(pending, 0, Frame.PRELUDE);
    long length = Integer.toUnsignedLong(prelude.getInt(0));
    long headers = Integer.toUnsignedLong(prelude.getInt(4));
    if (crc(8) != prelude.getInt(8)) {
      throw new MalformedFrameException("wrong checksum of a frame's prelude");
    }
    long payload = length - headers - Frame.OVERHEAD;
    if (headers > MAX_HEADERS || payload < 0 || payload > MAX_PAYLOAD) {
      throw new MalformedFrameException(
          "impossible frame of %d bytes, %d of them headers".formatted(length, headers));
    }
    return (int) length;
  }

  private Frame takeFrame() throws MalformedFrameException {
    if (crc(total - 4) != ByteBuffer.wrap(pending).getInt(total - 4)) {
      throw new MalformedFrameException("wrong checksum of a frame");
    }
    byte[] raw = pending; // never grown beyond the frame
    pending = new byte[0];
    count = 0;
    total = 0;
    return new Frame(raw);
  }

  private int crc(int length) {
    CRC32 crc = new CRC32();
    crc.update(pending, 0, length);
    return (int) crc.getValue();
  }
}
