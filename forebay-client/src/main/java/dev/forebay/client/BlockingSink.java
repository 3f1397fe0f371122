package dev.forebay.client;

import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Step.Source;
import dev.forebay.engine.Headers;
import dev.forebay.engine.Reply;
import dev.forebay.engine.ResponseSink;
import dev.forebay.engine.http.Refusals;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a call for which a thread waits. The loop writes it; the thread reads it, once
 * there is something to read. The call ends before the thread sees the end of the answer, so that
 * its place is free for the thread's next call.
 */
final class BlockingSink implements ResponseSink {
  /** Some dozen frames: enough that target and reader need not go in step. */
  private static final long FULL = 256 * 1024;

  static final String INTERRUPTED = "The thread was interrupted while it waited.";

  /**
   * Bytes of a stream, and what to run when they are read.
   *
   * @param isLast whether that ends the call, which belongs to the loop
   */
  private record Piece(ByteBuffer bytes, Runnable taken, boolean isLast) {}

  private final CallLoop loop;
  private final CallerThread caller;
  private final Interrupts interrupts;
  private final Queue<Piece> pieces = new ConcurrentLinkedQueue<>();
  private final AtomicLong queued = new AtomicLong();

  /** These belong to the loop. */
  private Runnable gone = BlockingSink::nothing;

  private Runnable drained = BlockingSink::nothing;
  private boolean over;

  private volatile @Nullable Reply head;
  private volatile boolean begun;
  private volatile boolean ended;
  private volatile boolean lastTaken;
  private volatile @Nullable IOException failure;

  /**
   * An answer that has not come.
   *
   * @param caller the thread that waits
   * @param interrupts watches it while it reads a stream
   */
  BlockingSink(CallLoop loop, CallerThread caller, Interrupts interrupts) {
    this.loop = loop;
    this.caller = caller;
    this.interrupts = interrupts;
  }

  /** Whether there is something for the caller. */
  boolean isReady() {
    return head != null || failure != null;
  }

  /** The whole answer, or the head of a stream; once it is ready. */
  Reply head() throws IOException {
    Reply known = head;
    if (known == null) {
      throw Thread.currentThread().isInterrupted()
          ? new InterruptedIOException(INTERRUPTED)
          : new IOException("The call was aborted.", failure);
    }
    return known;
  }

  private static void nothing() {}

  /** The caller wants no more of the answer. On the loop. */
  void leave(String why) {
    if (over) {
      leaveRest(why);
      return;
    }
    over = true;
    try {
      gone.run();
      release();
    } finally {
      failure = new IOException(why);
      ended = true;
      caller.wake();
    }
  }

  /**
   * Ends the call with an error, though its engine goes on, which finds its caller gone. What it
   * has given already is only to be read. On the loop.
   */
  void abandon(ErrorInfo error) {
    if (over) {
      return;
    }
    if (begun) {
      leave(error.message());
      return;
    }
    try {
      gone.run();
    } finally {
      whole(Refusals.reply(error, Duration.ZERO), null, BlockingSink::nothing);
    }
  }

  /** The call has given all, but the caller has not read it. */
  private void leaveRest(String why) {
    if (!pieces.isEmpty()) {
      failure = new IOException(why);
      release();
    }
  }

  /** The next bytes of a stream; null at its end. To be called by the thread that waits. */
  @Nullable ByteBuffer next() throws IOException, InterruptedException {
    Piece piece = pieces.poll();
    while (piece == null) {
      if (ended) {
        piece = pieces.poll();
        if (piece == null) {
          return endOrFailure();
        }
      } else {
        awaitPiece();
        piece = pieces.poll();
      }
    }
    take(piece);
    return piece.bytes;
  }

  private void awaitPiece() throws InterruptedException {
    InFlightSet.Place<Interrupts.WatchedCall> watched =
        interrupts.watch(caller, () -> loop.enter(() -> leave(INTERRUPTED)));
    caller.arrive();
    try {
      caller.runUntil(() -> ended || !pieces.isEmpty());
    } finally {
      watched.remove();
      caller.leave();
    }
  }

  private @Nullable ByteBuffer endOrFailure() throws IOException {
    IOException known = failure;
    if (known != null) {
      throw INTERRUPTED.equals(known.getMessage())
          ? new InterruptedIOException(INTERRUPTED)
          : new IOException(known.getMessage(), known);
    }
    return null;
  }

  private void take(Piece piece) {
    if (piece.isLast) {
      takeLast(piece);
      return;
    }
    piece.taken.run();
    long left = queued.addAndGet(-piece.bytes.remaining());
    if (left < FULL && left + piece.bytes.remaining() >= FULL) {
      loop.enter(this::drain);
    }
  }

  private void takeLast(Piece piece) {
    loop.enter(
        () -> {
          try {
            piece.taken.run();
          } finally {
            lastTaken = true;
            caller.wake();
          }
        });
    caller.settle(() -> lastTaken);
  }

  private void drain() {
    if (!over && !isFull()) {
      Runnable action = drained;
      drained = BlockingSink::nothing;
      action.run();
    }
  }

  private void release() {
    for (Piece piece = pieces.poll(); piece != null; piece = pieces.poll()) {
      piece.taken.run();
    }
  }

  @Override
  public void whenGone(Runnable action) {
    gone = action;
    if (over) {
      action.run();
    }
  }

  @Override
  public boolean begun() {
    return begun;
  }

  @Override
  public void whole(Reply reply, @Nullable Source source, Runnable sent) {
    if (over) {
      sent.run();
      return;
    }
    over = true;
    try {
      sent.run();
    } finally {
      ended = true;
      head = reply;
      caller.wake();
    }
  }

  @Override
  public void begin(Headers headers, Source source) {
    begun = true;
    if (!over) {
      head = new Reply(200, headers, new byte[0]);
      caller.wake();
    }
  }

  @Override
  public boolean write(ByteBuffer frames, Runnable taken) {
    if (over) {
      taken.run();
      return false;
    }
    queued.addAndGet(frames.remaining());
    pieces.add(new Piece(frames, taken, false));
    caller.wake();
    return isFull();
  }

  @Override
  public boolean isFull() {
    return queued.get() >= FULL;
  }

  @Override
  public void whenDrained(Runnable action) {
    drained = action;
    if (!isFull()) {
      drain();
    }
  }

  @Override
  public void end(ByteBuffer last, boolean complete, Runnable sent) {
    if (over) {
      sent.run();
      return;
    }
    over = true;
    try {
      if (last.hasRemaining()) {
        pieces.add(new Piece(last, sent, true));
      } else {
        sent.run();
      }
    } finally {
      ended = true;
      caller.wake();
    }
  }
}
