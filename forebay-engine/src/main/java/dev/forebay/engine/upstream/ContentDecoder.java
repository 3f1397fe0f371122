package dev.forebay.engine.upstream;

import dev.forebay.engine.MemoryBudget;
import dev.forebay.engine.http.ContentCoding;
import dev.forebay.engine.http.GatheredBody;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Decodes gzip (RFC 1952) or deflate (RFC 1950, or RFC 1951 alone) as it comes, a piece at a time,
 * so that the reader of the pieces can stop. Has memory outside of the heap until it is closed. Not
 * thread-safe.
 */
public final class ContentDecoder implements AutoCloseable {
  private static final int PIECE_BYTES = 32 * 1024;

  /** The names and comments in a gzip header, which no server sends. */
  private static final int MAX_HEAD_BYTES = 64 * 1024;

  private static final int GZIP_HEAD_BYTES = 10;
  private static final int GZIP_TAIL_BYTES = 8;
  private static final int HAS_CRC = 2;
  private static final int HAS_EXTRA = 4;
  private static final int HAS_NAME = 8;
  private static final int HAS_COMMENT = 16;

  private enum State {
    HEAD,
    BODY,
    TAIL,
    OVER
  }

  private final ContentCoding coding;
  private final CRC32 crc = new CRC32();
  private final byte[] piece = new byte[PIECE_BYTES];
  private State state = State.HEAD;
  private byte[] input = {};

  /** Where the bytes begin that were not decoded yet. */
  private int from;

  private boolean begun;

  /** Whether bytes came after the last part that are no part themselves. */
  private boolean isPadded;

  private @Nullable Inflater inflater;

  public ContentDecoder(ContentCoding coding) {
    this.coding = coding;
  }

  /** There is no room for what a body holds when it is decoded. */
  public static final class NoRoomException extends Exception {
    private static final long serialVersionUID = 1;

    NoRoomException() {
      super("no room", null, false, false);
    }
  }

  /**
   * A body decoded as a whole; empty if it is malformed, cut, or larger than that. Either way the
   * body that was encoded is released.
   *
   * @param codings in the order in which they were applied
   */
  public static Optional<GatheredBody> whole(
      GatheredBody body, List<ContentCoding> codings, int maxBytes, MemoryBudget budget)
      throws NoRoomException {
    GatheredBody decoded = body;
    for (ContentCoding coding : codings.reversed()) {
      GatheredBody next = new GatheredBody(budget, 0);
      boolean isWhole = false;
      try {
        isWhole = decode(decoded.bytes(), coding, maxBytes, next);
      } finally {
        decoded.release();
        if (!isWhole) {
          next.release();
        }
      }
      if (!isWhole) {
        return Optional.empty();
      }
      decoded = next;
    }
    return Optional.of(decoded);
  }

  private static boolean decode(
      byte[] encoded, ContentCoding coding, int maxBytes, GatheredBody into)
      throws NoRoomException {
    try (ContentDecoder decoder = new ContentDecoder(coding)) {
      decoder.feed(ByteBuffer.wrap(encoded));
      for (ByteBuffer one = decoder.next(); one != null; one = decoder.next()) {
        if (into.length() + one.remaining() > maxBytes) {
          return false;
        }
        if (!into.add(one)) {
          throw new NoRoomException();
        }
      }
      return decoder.isComplete();
    } catch (DataFormatException e) {
      return false;
    }
  }

  /** More encoded bytes; all pieces of those before have been taken, or are taken later. */
  public void feed(ByteBuffer more) {
    byte[] bytes = new byte[more.remaining()];
    more.get(bytes);
    begun |= bytes.length > 0;
    if (left() == 0) {
      input = bytes;
    } else {
      byte[] both = Arrays.copyOfRange(input, from, input.length + bytes.length);
      System.arraycopy(bytes, 0, both, left(), bytes.length);
      input = both;
    }
    from = 0;
  }

  private int left() {
    return input.length - from;
  }

  private int at(int index) {
    return input[from + index] & 0xff;
  }

  /** The next decoded bytes; null until more is fed. */
  public @Nullable ByteBuffer next() throws DataFormatException {
    while (true) {
      boolean goesOn =
          switch (state) {
            case HEAD -> head();
            case TAIL -> tail();
            case OVER -> another();
            case BODY -> true;
          };
      if (!goesOn) {
        return null;
      }
      if (state == State.BODY) {
        int length = inflate();
        if (length > 0) {
          return ByteBuffer.wrap(Arrays.copyOf(piece, length));
        }
        if (state == State.BODY) {
          return null;
        }
      }
    }
  }

  /** Whether all that came was whole; nothing at all is a whole empty body. */
  public boolean isComplete() {
    return !begun || state == State.OVER;
  }

  private int inflate() throws DataFormatException {
    Inflater running = inflater;
    if (running == null) {
      throw new IllegalStateException("no header was read");
    }
    running.setInput(input, from, left());
    int length = running.inflate(piece);
    crc.update(piece, 0, length);
    if (running.needsDictionary()) {
      throw new DataFormatException("a dictionary is needed");
    }
    drop(left() - running.getRemaining());
    if (running.finished()) {
      running.end();
      inflater = null;
      state = coding == ContentCoding.GZIP ? State.TAIL : State.OVER;
    }
    return length;
  }

  private boolean head() throws DataFormatException {
    int length = coding == ContentCoding.GZIP ? gzipHead() : left() < 2 ? -1 : 0;
    if (length < 0) {
      if (left() > MAX_HEAD_BYTES) {
        throw new DataFormatException("the header has no end");
      }
      return false;
    }
    inflater = new Inflater(coding == ContentCoding.GZIP || !isZlib());
    drop(length);
    crc.reset();
    state = State.BODY;
    return true;
  }

  /** RFC 1950, 2.2: the method is deflate, and the first two bytes are a multiple of 31. */
  private boolean isZlib() {
    return (at(0) & 0x0f) == 8 && ((at(0) << 8) + at(1)) % 31 == 0;
  }

  /** How long the header is; -1 until all of it is there. */
  private int gzipHead() throws DataFormatException {
    if (left() < GZIP_HEAD_BYTES) {
      return -1;
    }
    if (at(0) != 0x1f || at(1) != 0x8b || at(2) != 8) {
      throw new DataFormatException("this is no gzip");
    }
    int flags = at(3);
    int length = GZIP_HEAD_BYTES;
    if ((flags & HAS_EXTRA) != 0) {
      if (left() < length + 2) {
        return -1;
      }
      length += 2 + at(length) + (at(length + 1) << 8);
    }
    for (int text : new int[] {HAS_NAME, HAS_COMMENT}) {
      if ((flags & text) != 0) {
        while (length < left() && at(length) != 0) {
          length++;
        }
        length++;
      }
    }
    length += (flags & HAS_CRC) != 0 ? 2 : 0;
    return length <= left() ? length : -1;
  }

  private boolean tail() throws DataFormatException {
    if (left() < GZIP_TAIL_BYTES) {
      return false;
    }
    long sent = 0;
    for (int i = 3; i >= 0; i--) {
      sent = (sent << 8) | at(i);
    }
    if (sent != crc.getValue()) {
      throw new DataFormatException("the checksum is wrong");
    }
    drop(GZIP_TAIL_BYTES);
    state = State.OVER;
    return true;
  }

  /** Whatever follows is one more part of the same body (RFC 1952, 2.2), or padding. */
  private boolean another() {
    if (coding != ContentCoding.GZIP || isPadded || left() == 0) {
      return false;
    }
    isPadded = at(0) != 0x1f;
    state = isPadded ? State.OVER : State.HEAD;
    return !isPadded;
  }

  private void drop(int length) {
    from += length;
  }

  @Override
  public void close() {
    if (inflater != null) {
      inflater.end();
      inflater = null;
    }
    isPadded = true;
    state = State.OVER;
  }
}
