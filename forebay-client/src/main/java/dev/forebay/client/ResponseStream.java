package dev.forebay.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.Abortable;

/**
 * A stream's bytes for a thread that reads them: the call goes on while it reads. To close it
 * before its end closes the connection to the target. Read by one thread at a time.
 */
final class ResponseStream extends InputStream implements Abortable {
  private final BlockingSink sink;
  private final CallLoop loop;
  private @Nullable ByteBuffer piece;
  private boolean atEnd;

  ResponseStream(BlockingSink sink, CallLoop loop) {
    this.sink = sink;
    this.loop = loop;
  }

  @Override
  public int read() throws IOException {
    ByteBuffer bytes = fill();
    return bytes == null ? -1 : bytes.get() & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    ByteBuffer bytes = fill();
    if (bytes == null) {
      return -1;
    }
    int count = Math.min(length, bytes.remaining());
    bytes.get(into, offset, count);
    return count;
  }

  private @Nullable ByteBuffer fill() throws IOException {
    ByteBuffer known = piece;
    while (!atEnd && (known == null || !known.hasRemaining())) {
      try {
        known = sink.next();
        atEnd = known == null;
      } catch (InterruptedException e) {
        abort();
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("The thread was interrupted while it read an answer.");
      }
    }
    piece = known;
    return atEnd ? null : known;
  }

  @Override
  public int available() {
    ByteBuffer known = piece;
    return known == null ? 0 : known.remaining();
  }

  @Override
  public void abort() {
    loop.enter(() -> sink.leave("The stream was closed before its end."));
  }

  @Override
  public void close() {
    if (!atEnd) {
      abort();
    }
  }
}
