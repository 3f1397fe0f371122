package dev.forebay.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.ByteBuffer;

/** Bytes as Vert.x and as the engine have them, without a copy where none is needed. */
public final class Bytes {
  private Bytes() {}

  /** A buffer over the array, which must not change any more. */
  public static Buffer buffer(byte[] bytes) {
    return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes));
  }

  /** A buffer over what is left of these bytes, which must not change any more. */
  public static Buffer buffer(ByteBuffer bytes) {
    return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes));
  }

  /** The buffer's bytes, which must not change any more. */
  public static ByteBuffer view(Buffer buffer) {
    return ((BufferInternal) buffer).getByteBuf().nioBuffer();
  }

  /** The buffer's bytes, to be read only: its own array if it holds nothing else. */
  public static byte[] of(Buffer buffer) {
    ByteBuf bytes = ((BufferInternal) buffer).getByteBuf();
    boolean isOwn =
        bytes.hasArray()
            && bytes.arrayOffset() + bytes.readerIndex() == 0
            && bytes.array().length == bytes.readableBytes();
    return isOwn ? bytes.array() : buffer.getBytes();
  }
}
